import { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { eventually } from "./eventually";
import { commandLineOf, familyOf, processIdentity, signalProcess } from "./process-family";

/** How a command ended: exactly one of the two is set. */
export interface Outcome {
  /** Exit code. */
  readonly code?: number;
  /** Signal that killed it. */
  readonly signal?: NodeJS.Signals;
}

/** How long output may still trickle in after the end, in milliseconds, when a child keeps the pipe open. */
const DRAIN_MS = 100;

/** How often killing is repeated, in milliseconds, against a process that forked while it was killed. */
const KILL_AGAIN_MS = 50;

/** A command that runs in a machine, with everything it started. */
export class MachineCommand {
  /** Settles when the command itself has ended; what it left behind may still run. */
  public readonly exited: Promise<Outcome>;
  /** Settles when besides that its output has been read. */
  public readonly drained: Promise<Outcome>;
  private ended = false;
  private wasGone = false;

  /**
   * @param child the `nsenter` process that stands for the command on the host
   * @param mark what tells the command's processes from all others
   * @param entering what the command line holds as long as the machine is being entered
   */
  constructor(
    public readonly child: ChildProcessWithoutNullStreams,
    private readonly mark: string,
    private readonly entering: string,
  ) {
    // a command may end without reading its input
    child.stdin.on("error", () => undefined);
    const closed = once(child, "close").catch(() => undefined);
    this.exited = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        this.ended = true;
        resolve(signal === null ? { code: code ?? 0 } : { signal });
      });
    });
    this.drained = this.exited.then(async (outcome) => {
      await Promise.race([closed, sleep(DRAIN_MS)]);
      // after a busy while the time may be over before anything has been read
      await nextTurn();
      return outcome;
    });
    this.drained.catch(() => undefined);
  }

  /** Process id in the machine, 0 before it has started and after its end. */
  public get pid(): number {
    const identities = this.family().map(processIdentity);
    return identities.find((identity) => identity?.parent === this.child.pid)?.innerPid ?? 0;
  }

  /** Ids on the host of the living processes of the command, without the one that entered the machine. */
  public family(): number[] {
    const entering = this.child.pid;
    if (entering === undefined || this.wasGone) return [];
    return familyOf(this.mark, entering).filter((pid) => pid !== entering);
  }

  /** Sends a signal to every process of the command. */
  public signal(signal: NodeJS.Signals): void {
    const family = this.family();
    for (const pid of family) signalProcess(pid, signal);
    // before it has entered there is only the entering process, which does not pass signals on
    if (family.length === 0 && !this.ended && this.child.pid !== undefined) {
      signalProcess(this.child.pid, signal);
    }
  }

  /** Whether the command itself has ended. */
  public get hasEnded(): boolean {
    return this.ended;
  }

  /** Whether the command has ended and nothing it started is left. */
  public get gone(): boolean {
    // remembered, since the ids may come again
    this.wasGone ||= this.ended && this.family().length === 0;
    return this.wasGone;
  }

  /** Settles when the command has ended and nothing it started is left. */
  public async untilGone(): Promise<void> {
    await this.exited.catch(() => undefined);
    await eventually(() => this.gone, Infinity);
  }

  /** Settles when its process id is known, or it has ended already. */
  public async entered(): Promise<void> {
    await eventually(() => this.ended || this.pid > 0, Infinity);
  }

  /** Settles when the program itself runs, or has ended already. */
  public async executing(): Promise<void> {
    await eventually(
      () => this.ended || this.family().some((pid) => isProgram(pid, this.entering)),
      Infinity,
    );
  }

  /**
   * Ends the command and everything it started.
   *
   * @param graceMs time between SIGTERM and SIGKILL, in milliseconds
   */
  public async end(graceMs: number): Promise<void> {
    this.signal("SIGTERM");
    if (await eventually(() => this.gone, graceMs)) return;
    do this.signal("SIGKILL");
    while (!(await eventually(() => this.gone, KILL_AGAIN_MS)));
  }
}

function isProgram(pid: number, entering: string): boolean {
  const commandLine = commandLineOf(pid);
  return commandLine !== "" && !commandLine.includes(entering);
}
