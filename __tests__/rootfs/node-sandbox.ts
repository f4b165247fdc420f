import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Run, Sandbox, shipped } from "./sandbox";

/** Directories of a machine that scripts name; below them everything is the sandbox's. */
const MACHINE_PATH =
  /(?<![\w.}*])\/(?=(?:etc|lib\/systemd|opt|run|sys|usr\/lib|usr\/local|usr\/share|var)\b|\{root)/g;

const SCRIPTS = "opt/cdktf-mesos";

/** Settings of one node of a cluster of three masters. */
const SETTINGS = {
  CLUSTER_NAME: "demo",
  MASTERS: "10.0.0.4 10.0.0.20 10.0.0.36",
  MESOS_QUORUM: "2",
  NODE_GENERATION: "0123456789ab",
  WEAVE_ENCRYPTED: "true",
  WEAVE_MTU: "8916",
  WEAVE_RANGE: "10.32.0.0/12",
};

const OF_ROLE = {
  master: { MASTER_ID: "2", NODE_ADDRESS: "10.0.0.20" },
  agent: { MESOS_RESOURCES: "cpus:2;mem:6144", NODE_ADDRESS: "10.0.1.7" },
};

/** A machine with the files of its role, in a directory; what its scripts call are stubs. */
export class NodeSandbox extends Sandbox {
  constructor(readonly role: "master" | "agent") {
    super();
    for (const part of ["common", role])
      cpSync(shipped(`machine/rootfs/${part}`), this.directory, { recursive: true });
    for (const script of this.scripts()) this.move(script);
    // three tries, and no time between them
    const library = this.path(SCRIPTS, "lib/node.sh");
    const tries = 'wait_until() { local left=3; shift; until "$@"; do ((--left)) || return 1; done; }';
    writeFileSync(library, `${readFileSync(library, "utf8")}\n${tries}\n`);
    for (const directory of ["run", "var", "etc/systemd/system"])
      mkdirSync(this.path(directory), { recursive: true });
    for (const command of ["systemctl", "journalctl", "sysctl"]) this.command(command, "");
  }

  /** Writes what user-data and the step before bring: settings, and the facts of the machine. */
  settings(changed: Record<string, string | undefined> = {}): void {
    const { NODE_ADDRESS, ...ofRole } = OF_ROLE[this.role];
    const settings = { ...SETTINGS, ...ofRole, NODE_ROLE: this.role, ...changed };
    this.write("etc/cdktf-mesos/node.env", env(settings));
    this.write(
      "etc/cdktf-mesos/facts.env",
      env({
        NODE_ADDRESS,
        NODE_ZONE: "eu-west-1a",
        NODE_TYPE: "t3.large",
        VPC_RESOLVER: "169.254.169.253",
        ...changed,
      }),
    );
  }

  /** Runs a script of the node. */
  node(script: string, ...args: string[]): Promise<Run> {
    return this.run(this.path(SCRIPTS, "bin", script), args);
  }

  /** Runs shell after a script's libraries are sourced. */
  shell(libraries: string[], text: string): Promise<Run> {
    const sources = libraries.map((name) => `source "$ROOT/lib/${name}.sh"\n`).join("");
    const script = this.write("call", `set -euo pipefail\nROOT='${this.path(SCRIPTS)}'\n${sources}${text}\n`);
    return this.run(script, []);
  }

  /** Puts a program where a unit or a script calls it by its path. */
  program(path: string, body: string): void {
    this.write(path, `#!/usr/bin/env bash\n${body}\n`, 0o755);
  }

  /** A script's own text may not say where the sandbox is. */
  machineWords(text: string): string {
    return text.replaceAll(this.directory, "");
  }

  /** Size, time and content of every file below a directory: equal when nothing was written. */
  snapshot(...directories: string[]): Record<string, string> {
    const files = directories
      .filter((directory) => existsSync(this.path(directory)))
      .flatMap((directory) =>
        readdirSync(this.path(directory), { recursive: true, encoding: "utf8" }).map((name) =>
          join(directory, name),
        ),
      );
    return Object.fromEntries(
      files
        .filter((file) => statSync(this.path(file)).isFile())
        .map((file) => [file, `${statSync(this.path(file)).mtimeMs} ${this.read(file)}`]),
    );
  }

  mode(path: string): string {
    return (statSync(this.path(path)).mode & 0o7777).toString(8);
  }

  private scripts(): string[] {
    return ["bin", "lib"].flatMap((name) =>
      readdirSync(this.path(SCRIPTS, name))
        .filter((script) => !script.endsWith(".cfg"))
        .map((script) => this.path(SCRIPTS, name, script)),
    );
  }

  private move(script: string): void {
    const text = readFileSync(script, "utf8");
    writeFileSync(script, text.replace(MACHINE_PATH, `${this.directory}/`));
  }
}

function env(values: Record<string, string | undefined>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}="${value}"\n`)
    .join("");
}
