import { spawn } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const LIB = join(__dirname, "../../lib");

/** How a script ended, and what it printed. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A task as `/state` shows it, and its framework. */
export interface SeenTask {
  readonly id: string;
  readonly framework?: string;
  readonly connected?: boolean;
  readonly hash?: string;
  readonly state?: string;
  readonly health_check?: object;
  readonly statuses?: object[];
}

/** A script that is running. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Run>;
}

/** A directory with commands of its own, which stand before the machine's on PATH and note how they are called. */
export class Sandbox {
  readonly directory = mkdtempSync(join(tmpdir(), "cdktf-mesos-scripts-"));
  private readonly bin = join(this.directory, "bin");

  constructor() {
    mkdirSync(this.bin);
  }

  path(...names: string[]): string {
    return join(this.directory, ...names);
  }

  write(name: string, content: string, mode = 0o644): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode });
    return path;
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  /** Puts a command on PATH. */
  command(name: string, body: string): void {
    const calls = this.path(`${name}.calls`);
    const note = `printf '%s\\0' "$@" >>'${calls}'; printf '\\n' >>'${calls}'`;
    this.write(`bin/${name}`, `#!/usr/bin/env bash\n${note}\n${body}\n`, 0o755);
  }

  /** Arguments of each call of a command. */
  calls(name: string): string[][] {
    if (!existsSync(this.path(`${name}.calls`))) return [];
    const lines = this.read(`${name}.calls`).split("\0\n").slice(0, -1);
    return lines.map((line) => line.split("\0"));
  }

  /**
   * A copy of the launcher that keeps what it keeps below `/run` in the sandbox, as `/run` is root's, and looks for
   * secrets there. No master of its answers.
   */
  launcher(): string {
    const root = this.path("launcher");
    cpSync(join(LIB, "mesos/launcher"), root, { recursive: true });
    this.write("launcher/etc/master", "zk://10.0.0.4:2181/mesos");
    this.write("launcher/etc/launchers", "1\n");
    this.command("ip", "echo '192.0.2.1 via 10.0.0.1 dev ens5 src 10.0.0.4 uid 0 \\    cache'");
    this.command("curl", "exit 7");
    appendFileSync(
      join(root, "lib/launcher.sh"),
      `\nLAUNCHER_RUN='${this.path("run")}'\nLAUNCHER_SECRETS='${this.path("secrets")}'\n`,
    );
    return root;
  }

  /** Has the leading master answer `/state` with these tasks, each of a framework of its own. */
  mesosRuns(...tasks: SeenTask[]): void {
    const frameworks = tasks.map(({ framework = "F-1", connected = true, hash, ...task }) => ({
      id: framework,
      connected,
      tasks: [
        {
          state: "TASK_RUNNING",
          statuses: [{ timestamp: 1_000 }],
          labels: hash === undefined ? undefined : [{ key: "cdktf-mesos:definition", value: hash }],
          ...task,
        },
      ],
    }));
    const state = { leader: "master@10.0.0.4:5050", elected_time: 1_000, recovered_slaves: [], frameworks };
    this.write("state.json.new", JSON.stringify(state));
    renameSync(this.path("state.json.new"), this.path("state.json"));
    this.command(
      "curl",
      `case "$*" in */state) cat '${this.path("state.json")}' ;; */teardown) ;; *) exit 22 ;; esac`,
    );
  }

  /** Has a script of the sandbox use a path below the sandbox instead of the machine's. */
  relocate(script: string, path: string): void {
    const content = this.read(script);
    if (!content.includes(path)) throw new Error(`${script} does not name ${path}`);
    writeFileSync(this.path(script), content.replaceAll(path, this.path(path)));
  }

  start(script: string, args: string[], env: Record<string, string> = {}): Running {
    const child = spawn("/bin/bash", [script, ...args], {
      env: { HOME: this.directory, PATH: `${this.bin}:${process.env.PATH}`, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr]: Buffer[][] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => stdout?.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr?.push(chunk));
    const ended = new Promise<Run>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) =>
        resolve({
          code,
          stdout: String(Buffer.concat(stdout ?? [])),
          stderr: String(Buffer.concat(stderr ?? [])),
        }),
      );
    });
    return { pid: child.pid as number, ended };
  }

  run(script: string, args: string[], env: Record<string, string> = {}): Promise<Run> {
    return this.start(script, args, env).ended;
  }

  remove(): void {
    // a script that was ended may still be writing
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Path of a script as it is shipped. */
export function shipped(path: string): string {
  return join(LIB, path);
}

/** Waits until a condition holds; fails after ten seconds. */
export async function eventually(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never came true: ${condition}`);
}
