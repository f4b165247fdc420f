import * as fs from "node:fs";
import * as path from "node:path";
import { build } from "esbuild";

const STAND_INS = path.join(__dirname, "..");

/** What a stand-in is made of: a program of one file, and what it reads beside it. */
export interface Program {
  readonly name: string;
  /** Its first file, below the stand-ins. */
  readonly entry: string;
  readonly files?: readonly string[];
}

/** The programs of Mesos. */
export const MESOS_PROGRAMS: readonly Program[] = [
  { name: "mesos-master", entry: "mesos/master/main.ts" },
  { name: "mesos-agent", entry: "mesos/agent/main.ts" },
  {
    name: "mesos-executor",
    entry: "mesos/executor/main.ts",
    files: ["mesos/executor/container.sh"],
  },
  { name: "mesos-execute", entry: "mesos/execute/main.ts" },
];

/** Those of Weave: the router, and the plugin for CNI. */
export const WEAVE_PROGRAMS: readonly Program[] = [
  { name: "weaver", entry: "weave/router/main.ts" },
  { name: "weave-net", entry: "weave/plugin/main.ts" },
];

/** Mesos-DNS. */
export const MESOS_DNS: Program = { name: "mesos-dns", entry: "mesos-dns/main.ts" };

/** Node 18, as Debian 12 has it. */
const TARGET = "node18";

/** Bundles a program to one executable file in a directory, with the files it reads beside it. */
export async function bundle({ name, entry, files = [] }: Program, directory: string): Promise<void> {
  fs.mkdirSync(directory, { recursive: true });
  const outfile = path.join(directory, name);
  await build({
    entryPoints: [path.join(STAND_INS, entry)],
    outfile,
    bundle: true,
    platform: "node",
    target: TARGET,
    banner: { js: "#!/usr/bin/node" },
    logLevel: "error",
  });
  fs.chmodSync(outfile, 0o755);
  for (const file of files) {
    const target = path.join(directory, path.basename(file));
    fs.copyFileSync(path.join(STAND_INS, file), target);
    fs.chmodSync(target, fs.statSync(path.join(STAND_INS, file)).mode);
  }
}
