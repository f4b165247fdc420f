import {
  accessSync,
  constants,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command } from "./command";
import { programs, synthesizes } from "./programs";

const REPOSITORY = join(__dirname, "../..");

/** What a user's project has beside the package; it brings cdktf and the providers itself, as peers. */
const PROJECT_FILES: Record<string, object> = {
  "package.json": { name: "trial", private: true },
  "cdktf.json": { language: "typescript", app: "node main.js" },
  "tsconfig.json": {
    compilerOptions: { target: "ES2022", module: "node16", strict: true, skipLibCheck: false },
    files: ["main.ts"],
  },
};

/** Installs the packed library in an empty project and runs every program of the README there, as it stands. */
function tryPackage(project: string): void {
  writeProject(project);
  const install = ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  const typesOfNode = `@types/node@${installedVersion("@types/node")}`;
  command(project, "npm", ...install, join(REPOSITORY, "dist", tarball()), typesOfNode);
  checkScripts(join(project, "node_modules/cdktf-mesos"));

  const all = programs(readFileSync(join(REPOSITORY, "README.md"), "utf8"));
  if (!all.some(synthesizes)) throw new Error("README.md holds no ```ts program that calls synth()");
  all.forEach((program, index) => tryProgram(project, program, `README.md, ts block ${index + 1}`));
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

/** What a machine runs must have come through the package executable. */
function checkScripts(directory: string): void {
  const sources = readdirSync(join(REPOSITORY, "lib"), { recursive: true, encoding: "utf8" });
  const scripts = sources.filter((path) => /(?:^|\/)bin\/[^/]+$/.test(path));
  if (scripts.length === 0) throw new Error("lib holds no scripts in a directory bin");
  for (const path of scripts) accessSync(join(directory, "lib", path), constants.X_OK);
}

function writeProject(project: string): void {
  for (const [name, content] of Object.entries(PROJECT_FILES)) {
    writeFileSync(join(project, name), JSON.stringify(content));
  }
}

function tarball(): string {
  const { name, version } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as Manifest;
  return `${name}-${version}.tgz`;
}

function installedVersion(name: string): string {
  return (JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")) as Manifest).version;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
}

const project = mkdtempSync(join(tmpdir(), "cdktf-mesos-package-"));
try {
  tryPackage(project);
} catch (error) {
  process.stderr.write(`package: ${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(project, { recursive: true, force: true });
}
