import { ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ExecutorSettings } from "./settings";

/** How a task's command has ended. */
export interface Ending {
  readonly code?: number;
  readonly signal?: NodeJS.Signals;
}

const SCRIPT = path.join(__dirname, "container.sh");

/** The processes of a task, in namespaces of their own. */
export class ContainerProcess {
  /** Settles when the command has ended. */
  public readonly ended: Promise<Ending>;
  private readonly child: ChildProcess;
  private readonly hasOwnPids: boolean;

  constructor(settings: ExecutorSettings, files: string) {
    const { root = "/", sandbox, workdir, argv, env, cgroup, isolators, hostname } = settings;
    this.hasOwnPids = isolators.includes("namespaces/pid");
    const unshare = [
      "unshare",
      "--mount",
      "--propagation",
      "private",
      "--uts",
      // a container without processes of its own sees those of its host
      ...(this.hasOwnPids ? ["--pid", "--fork", "--kill-child=SIGKILL"] : []),
    ];
    const nnp = isolators.includes("linux/nnp") ? ["setpriv", "--no-new-privs"] : [];
    const name = settings.network === undefined ? "" : hostname;
    const join = cgroup === undefined ? "" : `echo $$ >${cgroup}; `;
    const rename = `${name === "" ? "" : `hostname ${name}; `}exec "$@"`;
    this.child = spawn(
      "bash",
      [
        "-c",
        `${join}exec "$@"`,
        "container",
        ...unshare,
        ...nnp,
        "bash",
        "-c",
        rename,
        "container",
        SCRIPT,
        root,
        sandbox,
        files,
        workdir,
        ...argv,
      ],
      {
        env: { ...env, TASK_PATH: env.PATH, PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
        cwd: "/",
        detached: true,
        stdio: ["ignore", openLog(sandbox, "stdout"), openLog(sandbox, "stderr")],
      },
    );
    // for an agent that outlives this process
    fs.writeFileSync(path.join(files, "pid"), String(this.child.pid ?? ""));
    this.ended = new Promise((resolve) => {
      this.child.on("exit", (code, signal) => resolve(endingOf(code, signal)));
      this.child.on("error", () => resolve({ code: 127 }));
    });
  }

  /** Tells the command to end, and ends it with all that is left after a while. */
  public async stop(graceSec: number): Promise<Ending> {
    this.signal("SIGTERM");
    const timer = setTimeout(() => this.signal("SIGKILL"), graceSec * 1000);
    const ending = await this.ended;
    clearTimeout(timer);
    return ending;
  }

  /** The command line that runs a program inside. */
  public enter(argv: readonly string[], root = "/"): readonly [string, ...string[]] {
    return ["nsenter", "--target", String(this.inner), "--mount", "chroot", root, ...argv];
  }

  /** Everything in it is in one group of processes, and dies with its first. */
  private signal(signal: NodeJS.Signals): void {
    const target = signal === "SIGKILL" && this.child.pid !== undefined ? -this.child.pid : this.inner;
    try {
      if (target !== undefined) process.kill(target, signal);
    } catch {
      // it has ended already
    }
  }

  /** The command itself: below the one that made its namespaces. */
  private get inner(): number | undefined {
    const { pid } = this.child;
    if (pid === undefined || !this.hasOwnPids) return pid;
    const [child] = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    return child ? Number(child) : pid;
  }
}

/** The shell in between reports a signal by the exit code. */
function endingOf(code: number | null, signal: NodeJS.Signals | null): Ending {
  if (signal !== null) return { signal };
  const name = Object.entries(os.constants.signals).find(([, number]) => number + 128 === code)?.[0];
  return name === undefined ? { code: code ?? 0 } : { signal: name as NodeJS.Signals };
}

function openLog(sandbox: string, name: string): number {
  return fs.openSync(path.join(sandbox, name), "a");
}
