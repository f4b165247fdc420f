import type { GuideReport, Outcome, StepReport } from "./guide-report";
import type { Guide, Step } from "./parse-guide";
import { type StepEnd, StepShell } from "./step-shell";

/** What a run of a guide is told. */
export interface GuideRunOptions {
  /** The guide's file, as it is named to people. */
  readonly file: string;
  /** All that steps find in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder in which the first step runs. */
  readonly directory: string;
  /** Seconds a step may take. */
  readonly stepTimeoutSec: number;
  /** Takes what steps print, and lines of our own. */
  readonly write: (text: string) => void;
  /**
   * Called after each step.
   *
   * @default - nothing is done
   */
  readonly onStepEnd?: () => void;
}

/** How long nothing must be printed until it is said that a step still runs, in milliseconds. */
const QUIET_MS = 60_000;

/** Letters of a step's output that are kept for a report. */
const KEPT_OUTPUT = 8_000;

const CREATES = "create-infrastructure";
const DESTROYS = "destroy-infrastructure";

/** One run of a guide, from its first step to the destruction of what it made. */
export class GuideRun {
  private readonly steps: StepReport[] = [];
  private readonly shell: StepShell;
  private readonly started = Date.now();
  private phase = "";
  private output = "";
  private lastOutput = 0;
  private interrupts = 0;
  /** Whether something may be there that did not exist before. */
  private mayHaveMade = false;

  constructor(
    private readonly guide: Guide,
    private readonly options: GuideRunOptions,
  ) {
    const { file, env, directory, stepTimeoutSec: limitSec } = options;
    this.shell = new StepShell({ file, env, directory, limitSec, write: (text) => this.hear(text) });
  }

  /** Runs all steps that are to be run. */
  public async run(): Promise<GuideReport> {
    try {
      for (const step of this.guide.steps) {
        if (this.isToRun(step)) await this.runStep(step);
        else this.record(step, { outcome: "skipped", seconds: 0 });
      }
    } finally {
      this.shell.kill();
    }
    this.tellEnd();
    const { steps, options } = this;
    return { file: options.file, exitCode: this.exitCode(), seconds: secondsSince(this.started), steps };
  }

  /**
   * Ctrl-C: the first ends the step that runs, and what was made is destroyed; a destruction goes on. The second ends all.
   */
  public interrupt(): void {
    this.interrupts += 1;
    if (this.interrupts > 1) {
      this.say("interrupted again: all is ended");
      return this.shell.kill();
    }
    if (this.phase === "") return this.say("interrupted: no step is begun");
    const destroys = this.phase === DESTROYS;
    const what = destroys
      ? "the destruction goes on"
      : "the step is asked to end, then what was made is destroyed";
    this.say(`interrupted: ${what}; interrupt again to end at once and leave what is there`);
    if (!destroys) this.shell.interrupt();
  }

  private isToRun({ phase }: Step): boolean {
    const wentWell = this.steps.every(({ outcome }) => outcome === "passed");
    if (phase !== DESTROYS) return wentWell && this.interrupts === 0;
    const isAbandoned = this.interrupts > 1 || this.destruction().some(({ outcome }) => outcome !== "passed");
    return !isAbandoned && (this.mayHaveMade || (wentWell && this.interrupts === 0));
  }

  private async runStep(step: Step): Promise<void> {
    this.say(`${step.phase}: ${step.title} (line ${step.line}${step.hidden ? ", hidden" : ""})`);
    this.phase = step.phase;
    if (step.phase === CREATES || step.phase === "run-tests") this.mayHaveMade = true;
    [this.output, this.lastOutput] = ["", Date.now()];
    const started = Date.now();
    const watch = setInterval(() => this.tellQuiet(step, started), QUIET_MS / 4);
    const end = await this.shell.run(step).finally(() => clearInterval(watch));
    const outcome = this.outcome(end);
    const seconds = secondsSince(started);
    const output = outcome === "passed" ? undefined : this.output;
    this.record(step, { outcome, seconds, exitCode: end.code, output });
    this.say(`${outcome} after ${seconds} s${end.code === 0 ? "" : `, exit code ${end.code}`}`);
    this.options.onStepEnd?.();
  }

  private outcome({ code, timedOut }: StepEnd): Outcome {
    if (timedOut) return "timed out";
    if (code === 0) return "passed";
    const wasInterrupted = this.interrupts > (this.phase === DESTROYS ? 1 : 0);
    return wasInterrupted ? "interrupted" : "failed";
  }

  private record(
    { phase, title, line, hidden }: Step,
    end: Omit<StepReport, keyof Omit<Step, "commands">>,
  ): void {
    this.steps.push({ phase, title, line, hidden, ...end });
  }

  private destruction(): StepReport[] {
    return this.steps.filter(({ phase }) => phase === DESTROYS);
  }

  private isLeft(): boolean {
    const destroyed = this.destruction().every(({ outcome }) => outcome === "passed");
    return this.mayHaveMade ? !destroyed : this.destruction().some(isFailure);
  }

  private exitCode(): number {
    if (this.isLeft()) return 2;
    if (this.interrupts > 0) return 3;
    return this.steps.some(isFailure) ? 1 : 0;
  }

  private tellEnd(): void {
    this.say("");
    for (const { outcome, seconds, phase, title, line } of this.steps) {
      this.say(`${outcome.padEnd(11)} ${`${seconds} s`.padStart(9)}  ${phase}: ${title} (line ${line})`);
    }
    if (!this.isLeft()) return;
    const made = this.steps.filter(({ phase, outcome }) => phase === CREATES && outcome !== "skipped");
    const what = made.map(({ title, line }) => `"${title}" (line ${line})`).join(", ");
    this.say(
      `the destruction did not end well: what ${what || "the guide"} made may be left; run its last phase by hand`,
    );
  }

  private hear(text: string): void {
    this.lastOutput = Date.now();
    this.output = `${this.output}${text}`.slice(-KEPT_OUTPUT);
    this.options.write(text);
  }

  private tellQuiet({ title }: Step, started: number): void {
    if (Date.now() - this.lastOutput < QUIET_MS) return;
    this.lastOutput = Date.now();
    this.say(`still running: ${title}, for ${Math.round((Date.now() - started) / 1000)} s`);
  }

  private say(text: string): void {
    this.options.write(text === "" ? "\n" : `guide: ${text}\n`);
  }
}

function isFailure({ outcome }: StepReport): boolean {
  return outcome !== "passed" && outcome !== "skipped";
}

function secondsSince(start: number): number {
  return Number(((Date.now() - start) / 1000).toFixed(1));
}
