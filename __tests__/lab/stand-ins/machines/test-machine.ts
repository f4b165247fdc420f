import { ChildProcess, spawn } from "node:child_process";
import { within } from "../../../../tools/lab/within";

/** How a program has ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** How long something may take to come true. */
const PATIENCE_SEC = 30;

/** Tells the process id the program will have, inside the machine. */
const LAUNCH = 'echo "$$" >"/run/$0.pid"; exec "$@"';

let started = 0;

/** A machine: processes, files and a network of its own. */
export class TestMachine {
  constructor(
    public readonly name: string,
    public readonly address: string,
    private readonly pid: string,
  ) {}

  /** Starts a program. */
  public start(program: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): TestProgram {
    const id = `program-${++started}`;
    const enter = ["--target", this.pid, "--mount", "--uts", "--net", "--pid", "--"];
    const command = ["bash", "-c", LAUNCH, id, program, ...args];
    const child = spawn("nsenter", [...enter, ...command], { env: { ...process.env, ...env }, cwd: "/" });
    // nsenter itself is not the program, and passes no signal on
    return new TestProgram(child, (signal) => this.shell(`kill -${signal} $(</run/${id}.pid)`));
  }

  /** Runs a program to its end. */
  public run(program: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return this.start(program, args, env).ended;
  }

  /** Runs a line of shell. */
  public async shell(line: string): Promise<string> {
    return (await this.run("bash", ["-c", line])).output.trim();
  }

  /** Writes a file, with the folders above it. */
  public async write(file: string, text: string): Promise<void> {
    const program = this.start("bash", ["-c", `mkdir -p "$(dirname ${file})"; cat >${file}`]);
    program.child.stdin?.end(text);
    await program.ended;
  }
}

/** A program that runs on a machine. */
export class TestProgram {
  public output = "";
  /** Settles when it has ended. */
  public readonly ended: Promise<Ended>;

  constructor(
    public readonly child: ChildProcess,
    private readonly signal: (name: string) => Promise<unknown>,
  ) {
    const take = (data: unknown) => (this.output += String(data));
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    this.ended = new Promise((resolve) => {
      child.once("close", (code) => resolve({ code, output: this.output }));
    });
  }

  /** Waits for a text in its output. */
  public async says(text: string | RegExp): Promise<void> {
    await comesTrue(
      () => (typeof text === "string" ? this.output.includes(text) : text.test(this.output)),
      () => `output with ${String(text)}, got ${this.output}`,
    );
  }

  /** Ends it, and waits until it is gone. */
  public async stop(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    if (this.child.exitCode !== null) return;
    await this.signal(signal.replace("SIG", ""));
    await this.ended;
  }
}

/** Waits for a condition; fails with what was there instead. */
export function comesTrue(condition: () => boolean | Promise<boolean>, instead: () => string): Promise<void> {
  return within(PATIENCE_SEC, "what must come true", async () => {
    if (!(await condition())) throw new Error(instead());
  });
}
