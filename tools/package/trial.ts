import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { command } from "./command";
import { readManifest, tarball } from "./manifest";
import { clusterProgram, networkProgram, planProvider, tryProvider } from "./pretended-cloud";
import { programs, synthesizes } from "./programs";
import { checkScripts, checkWhole } from "./shipped-files";

const REPOSITORY = join(__dirname, "../..");
const TOOLS = join(REPOSITORY, "tools");

/** What a user's project has beside the packages; they bring cdktf, its CLI and the providers themselves, as peers. */
const PROJECT_FILES: Record<string, object> = {
  "package.json": { name: "trial", private: true },
  "cdktf.json": {
    language: "typescript",
    app: "node main.js",
    projectId: "trial",
    sendCrashReports: "false",
  },
  "tsconfig.json": {
    compilerOptions: { target: "ES2022", module: "node16", strict: true, skipLibCheck: false },
    files: ["main.ts"],
  },
};

/** Installs what was packed in an empty project, and runs every program and the tools there as the README says. */
function tryPackages(project: string): void {
  writeProject(project);
  installPackages(project);
  checkInstalled(join(project, "node_modules"));

  const all = programs(readFileSync(join(REPOSITORY, "README.md"), "utf8"));
  if (!all.some(synthesizes)) throw new Error("README.md holds no ```ts program that calls synth()");
  all.forEach((program, index) => tryProgram(project, program, `README.md, ts block ${index + 1}`));

  tryTools(project);
}

function installPackages(project: string): void {
  const packed = [REPOSITORY, TOOLS].map((directory) =>
    join(REPOSITORY, "dist", tarball(readManifest(directory))),
  );
  const { version } = readManifest(dirname(require.resolve("@types/node/package.json")));
  const options = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  command(project, "npm", "install", ...options, ...packed, `@types/node@${version}`);
}

function checkInstalled(modules: string): void {
  checkScripts(join(REPOSITORY, "lib"), join(modules, "cdktf-mesos/lib"));
  for (const folder of ["bin", "cli", "guide", "lab", "rehearsal", "sock-shop", "testing"]) {
    checkWhole(join(TOOLS, folder), join(modules, "cdktf-mesos-tools", folder));
  }
  const unwanted = readdirSync(join(modules, "cdktf-mesos-tools")).filter((name) =>
    ["bench", "package"].includes(name),
  );
  if (unwanted.length > 0) throw new Error(`cdktf-mesos-tools ships ${unwanted.join(", ")}`);
}

function tryProgram(project: string, program: string, name: string): void {
  writeFileSync(join(project, "main.ts"), program);
  rmSync(join(project, "cdktf.out"), { recursive: true, force: true });
  command(project, process.execPath, require.resolve("typescript/bin/tsc"), "-p", project);
  command(project, process.execPath, "main.js");
  const stacks = synthesizes(program) ? readdirSync(join(project, "cdktf.out/stacks")) : [];
  if (synthesizes(program) && stacks.length === 0) throw new Error(`${name} synthesized no stack`);
  process.stdout.write(`${name}: ${stacks.length === 0 ? "compiles and runs" : stacks.join(", ")}\n`);
}

function tryTools(project: string): void {
  const key = join(project, "key");
  command(project, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key);
  tryProgram(project, clusterProgram(key), "a cluster");
  process.stdout.write(`cdktf-mesos-tools provider: ${planProvider(project)} resources planned\n`);
  tryProgram(project, networkProgram(), "a network");
  rmSync(join(project, "cdktf.out"), { recursive: true });
  const count = tryProvider(project);
  process.stdout.write(`cdktf-mesos-tools provider: ${count} resources deployed, unchanged, destroyed\n`);
}

function writeProject(project: string): void {
  for (const [name, content] of Object.entries(PROJECT_FILES)) {
    writeFileSync(join(project, name), JSON.stringify(content));
  }
}

const project = mkdtempSync(join(tmpdir(), "cdktf-mesos-package-"));
try {
  tryPackages(project);
} catch (error) {
  process.stderr.write(`package: ${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(project, { recursive: true, force: true });
}
