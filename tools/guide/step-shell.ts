import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import * as path from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

import type { Step } from "./parse-guide";

const STEP_SCRIPT = path.join(__dirname, "step.sh");

/** How long a step may take to end after its time is over, in milliseconds: Terraform finishes what it is doing. */
const GRACE_MS = 60_000;

/** How long what a step left running may hold its output open, in milliseconds. */
const DRAIN_MS = 1_000;

/** How a step is run. */
export interface StepShellOptions {
  /** The guide's file, as errors name it. */
  readonly file: string;
  /** What the first step finds in its environment; the others find what the one before left. */
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly limitSec: number;
  /** Takes what steps print. */
  readonly write: (text: string) => void;
}

/** How a step ended. */
export interface StepEnd {
  /** Exit code; 128 and the signal's number, as shells say it, where there is none. */
  readonly code: number;
  readonly timedOut: boolean;
}

/** Runs steps, each in a bash of its own that goes on with the variables, functions and folder of those before. */
export class StepShell {
  private state: string | undefined;
  private running: ChildProcess | undefined;
  private readonly groups: number[] = [];

  constructor(private readonly options: StepShellOptions) {}

  /** Runs a step to its end. */
  public async run({ commands }: Step): Promise<StepEnd> {
    const child = this.spawn(commands);
    this.running = child;
    if (child.pid !== undefined) this.groups.push(child.pid);
    const handedOn = read(child.stdio[3] as Readable);
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      this.interrupt();
      limitOfGrace = setTimeout(() => this.signal(child, "SIGKILL"), GRACE_MS);
    }, this.options.limitSec * 1000);
    let limitOfGrace: NodeJS.Timeout | undefined;
    const code = await ended(child).finally(() => {
      clearTimeout(limit);
      clearTimeout(limitOfGrace);
      this.running = undefined;
    });
    // one that was killed hands nothing on
    if (handedOn.text() !== "") this.state = handedOn.text();
    return { code, timedOut };
  }

  /** Passes Ctrl-C to the step that runs, and all it started. */
  public interrupt(): void {
    if (this.running !== undefined) this.signal(this.running, "SIGINT");
  }

  /** Ends what steps left running, and a step that runs. */
  public kill(): void {
    for (const group of this.groups) signalGroup(group, "SIGKILL");
  }

  private spawn(commands: string): ChildProcess {
    const { file, env, directory, write } = this.options;
    // the lines before a step are empty lines of it, so that bash counts as the file does
    const script = [
      "-c",
      'source "$1"; eval "$2"; __guide_hand_over',
      file,
      STEP_SCRIPT,
      `shift 2;${commands}`,
    ];
    const child = spawn("bash", script, {
      cwd: directory,
      env: this.state === undefined ? { ...env } : { PATH: env.PATH },
      // a group of its own: what the terminal sends reaches it only through us
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", write);
    const handOver = child.stdio[4] as Writable;
    // a step may end before it has read all
    handOver.on("error", () => undefined).end(this.state ?? "");
    return child;
  }

  private signal({ pid }: ChildProcess, signal: NodeJS.Signals): void {
    if (pid !== undefined) signalGroup(pid, signal);
  }
}

function read(stream: Readable): { text(): string } {
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  return { text: () => text };
}

/** The end of a step and of its output; what it left running may hold that open. */
async function ended(child: ChildProcess): Promise<number> {
  const closed = new Promise<void>((done) => child.once("close", () => done()));
  const code = await new Promise<number>((done, fail) => {
    child.once("error", fail);
    child.once("exit", (status, signal) =>
      done(status ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
  await Promise.race([closed, sleep(DRAIN_MS, undefined, { ref: false })]);
  return code;
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    // all of it has ended
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
