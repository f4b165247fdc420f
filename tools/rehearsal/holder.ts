import { ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import { eventually } from "./eventually";
import { signalProcess } from "./process-family";

/** What namespaces are held with. */
export interface HolderOptions {
  /** What a diagnostic calls that for which they are held. */
  readonly name: string;
  /** Options of `unshare(1)`; a PID namespace is among them. */
  readonly unshare: readonly string[];
  /** Prints `ready` and its process id on the host once all is there, and lives until its input ends. */
  readonly script: string;
  /** Arguments of the script. */
  readonly args: readonly string[];
}

const READY_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 30_000;

/**
 * The first process in fresh namespaces. When it ends, or this process however that ends, the kernel ends every
 * process in them.
 */
export class Holder {
  /**
   * Makes the namespaces.
   *
   * @throws Error with what the script said, when it does not get ready
   */
  public static async start(options: HolderOptions): Promise<Holder> {
    const args = [...options.unshare, "--fork", "--kill-child", "bash", options.script, ...options.args];
    // detached: an interrupt typed at the terminal is not its
    const child = spawn("unshare", args, { stdio: ["pipe", "pipe", "pipe"], detached: true });
    return new Holder(options.name, child, await readyPid(child, options.name));
  }

  private readonly ended: Promise<void>;

  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
    /** Its process id on the host. */
    public readonly pid: number,
  ) {
    this.ended = new Promise((resolve) => child.once("exit", () => resolve()));
  }

  /** Whether it has not ended. */
  public get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /**
   * Ends it, and with it every process in its namespaces.
   *
   * @throws Error when it is still there after half a minute
   */
  public async end(): Promise<void> {
    signalProcess(this.pid, "SIGKILL");
    if (this.running) await this.ended;
    await processGone(this.pid, this.name);
  }
}

/**
 * Waits until a process that was killed is gone.
 *
 * @param name what the diagnostic calls that which it held
 * @throws Error when it is still there after half a minute
 */
export async function processGone(pid: number, name: string): Promise<void> {
  if (await eventually(() => !fs.existsSync(`/proc/${pid}`), END_TIMEOUT_MS)) return;
  throw new Error(
    `${name}: process ${pid} is still there ${END_TIMEOUT_MS / 1000} s after it was killed; ` +
      "look at what it waits for in /proc",
  );
}

async function readyPid(child: ChildProcess, name: string): Promise<number> {
  let said = "";
  let complained = "";
  child.stderr?.on("data", (chunk: Buffer) => (complained += chunk.toString()));
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      const seen = JSON.stringify((complained || said).trim());
      reject(new Error(`${name} did not boot: ${what}, its holder said ${seen}`));
    };
    const timer = setTimeout(() => fail(`not up after ${READY_TIMEOUT_MS / 1000} s`), READY_TIMEOUT_MS);
    child.once("error", (error) => fail(error.message));
    // 'close' and not 'exit': by then all it said has been read
    child.once("close", (code, signal) => fail(`ended with ${signal ?? code}`));
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const pid = /^ready (\d+)\n/m.exec(said)?.[1];
      if (pid === undefined) return;
      clearTimeout(timer);
      resolve(Number(pid));
    });
  });
}
