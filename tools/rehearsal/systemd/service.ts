import { randomBytes } from "node:crypto";
import * as readline from "node:readline";
import { Machine } from "../machine";
import { MachineCommand, Outcome } from "../machine-command";
import { serviceEnvironment } from "./environment";
import { Journal } from "./journal";
import { narrate } from "./narration";
import { CommandList, ExecCommand, ServiceDefinition } from "./service-definition";
import {
  activeState,
  INITIAL_STATE,
  isEnding,
  isIdle,
  Phase,
  ServiceEvent,
  ServiceState,
  transition,
} from "./service-state";
import { expandVariables } from "./words";

/** How a start ended: `canceled` when somebody stopped it meanwhile. */
export type StartResult = "done" | "failed" | "canceled";

/** Exit codes of a command that could not be entered. */
const NOT_STARTED: readonly number[] = [200, 203];

/** Longest time Node can wait, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A service of one machine: carries out what the state machine decides and reports to it what happens. */
export class Service {
  private current: ServiceState = INITIAL_STATE;
  private commands: MachineCommand[] = [];
  private main?: MachineCommand;
  private timer?: NodeJS.Timeout;
  private invocation = "";
  /** Whether somebody waits already for the last process to go. */
  private ending = false;
  private readonly waiting = new Set<() => void>();
  /** What still has to tell how a command ended. */
  private readonly reports = new Set<Promise<void>>();

  constructor(
    private readonly machine: Machine,
    private readonly journal: Journal,
    /** What its files say, as of the last time they were read. */
    public definition: ServiceDefinition,
  ) {}

  /** Where it is in its life. */
  public get state(): ServiceState {
    return this.current;
  }

  /** Process id of its main process in the machine, 0 when there is none. */
  public get mainPid(): number {
    return this.main?.pid ?? 0;
  }

  /** Id of its present or last life. */
  public get invocationId(): string {
    return this.invocation;
  }

  /** Starts it unless it runs, and waits until it is up or has failed. A service that is ending is awaited first. */
  public async start(): Promise<StartResult> {
    await this.until(() => !isEnding(this.current.phase) || undefined);
    this.dispatch({ kind: "start", at: Date.now() });
    const result = await this.until(() => startResult(this.current));
    // who asks for the process id next shall get it
    await this.main?.entered();
    return result;
  }

  /** Stops it and waits until nothing of it is left. */
  public async stop(): Promise<void> {
    this.dispatch({ kind: "stop" });
    await this.until(() => isIdle(this.current.phase) || undefined);
  }

  /** Forgets that it failed. */
  public resetFailed(): void {
    this.dispatch({ kind: "resetFailed" });
  }

  /** Forgets everything without a farewell: the machine is going off. */
  public abandon(): void {
    clearTimeout(this.timer);
    this.current = { ...this.current, phase: "dead", stopping: true };
  }

  private dispatch(event: ServiceEvent): void {
    const before = this.current;
    const { state, effects } = transition(before, event, this.definition);
    this.current = state;
    if (isIdle(before.phase) && !isIdle(state.phase)) this.invocation = randomBytes(16).toString("hex");
    for (const text of narrate(before, state, this.definition)) this.journal.add(this.name, text);
    for (const effect of effects) {
      if (effect.kind === "timer") this.setTimer(effect.seconds);
      else if (effect.kind === "run") this.track(this.runList(effect.list));
      else if (effect.kind === "runMain") this.track(this.runMain());
      else void this.signal(effect.signal);
    }
    for (const look of [...this.waiting]) look();
  }

  private get name(): string {
    return this.definition.name.full;
  }

  private setTimer(seconds: number): void {
    clearTimeout(this.timer);
    if (seconds === Infinity) return;
    this.timer = setTimeout(
      () => this.dispatch({ kind: "timeout", at: Date.now() }),
      Math.min(seconds * 1000, LONGEST_TIMER_MS),
    );
  }

  private track(report: Promise<void>): void {
    this.reports.add(report);
    void report.finally(() => this.reports.delete(report));
  }

  private async runList(list: CommandList): Promise<void> {
    this.dispatch({
      kind: "commandsDone",
      outcome: await this.runInTurn(this.definition.commands[list], this.current.phase),
    });
  }

  private async runMain(): Promise<void> {
    const { type, commands } = this.definition;
    if (type === "oneshot") {
      return this.dispatch({
        kind: "mainExited",
        outcome: await this.runInTurn(commands.ExecStart, "start"),
      });
    }
    const [first] = commands.ExecStart;
    const command = first && this.spawn(first);
    if (first === undefined || command === undefined) return;
    this.main = command;
    const ended = this.ended(command);
    if (type === "exec") await command.executing();
    if (type === "simple" || !(await couldNotStart(command, ended))) this.dispatch({ kind: "mainStarted" });
    const outcome = await ended;
    this.dispatch({ kind: "mainExited", outcome: first.mayFail ? { code: 0 } : outcome });
  }

  /** Runs commands one after another until one fails or the service leaves the phase. */
  private async runInTurn(commands: readonly ExecCommand[], phase: Phase): Promise<Outcome> {
    // for MAINPID
    await this.main?.entered();
    for (const exec of commands) {
      const command = this.current.phase === phase ? this.spawn(exec) : undefined;
      if (command === undefined) return { code: 0 };
      if (phase === "start") this.main = command;
      const outcome = await this.ended(command);
      if (outcome.code !== 0 && !exec.mayFail) return outcome;
    }
    return { code: 0 };
  }

  /** Starts one command line; undefined when its environment cannot be made. */
  private spawn(exec: ExecCommand): MachineCommand | undefined {
    const env = this.environment();
    if (env === undefined || !this.machine.running) return undefined;
    const command = this.machine.start(expandVariables(exec.words, env), {
      env,
      cwd: this.definition.workingDirectory,
    });
    command.child.stdin.end();
    for (const output of [command.child.stdout, command.child.stderr]) {
      readline.createInterface({ input: output }).on("line", (line) => this.journal.add(this.name, line));
    }
    this.commands = [...this.commands.filter((earlier) => !earlier.gone), command];
    return command;
  }

  private environment(): Record<string, string> | undefined {
    try {
      const own = {
        INVOCATION_ID: this.invocation,
        ...(this.mainPid > 0 ? { MAINPID: String(this.mainPid) } : {}),
      };
      return { ...own, ...serviceEnvironment(this.definition, this.machine.root) };
    } catch (error) {
      this.journal.add(
        this.name,
        `${this.name}: Failed to load environment files: ${(error as Error).message}`,
      );
      this.dispatch({ kind: "refused" });
      return undefined;
    }
  }

  /** How a command ended; one that could not even be started counts as a program that is not there. */
  private ended(command: MachineCommand): Promise<Outcome> {
    return command.drained.catch((error: unknown) => {
      this.journal.add(this.name, String(error));
      return { code: 203 };
    });
  }

  private async signal(signal: NodeJS.Signals): Promise<void> {
    for (const command of this.commands) command.signal(signal);
    if (this.ending) return;
    this.ending = true;
    for (const command of this.commands) await command.untilGone();
    // an end that is told later would count for the next life
    await Promise.all(this.reports);
    this.ending = false;
    this.commands = [];
    this.main = undefined;
    this.dispatch({ kind: "gone" });
  }

  /** Looks after every step until there is something to see, which may be gone a moment later. */
  private until<T>(probe: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = () => {
        const seen = probe();
        if (seen === undefined) return;
        this.waiting.delete(look);
        resolve(seen);
      };
      this.waiting.add(look);
      look();
    });
  }
}

/** Whether a command has ended for want of its working directory or its program. */
async function couldNotStart(command: MachineCommand, ended: Promise<Outcome>): Promise<boolean> {
  return command.hasEnded && NOT_STARTED.includes((await ended).code ?? 0);
}

/** How a start has ended; undefined while it goes on. */
function startResult({ phase, result, stopping }: ServiceState): StartResult | undefined {
  if (activeState(phase) === "active") return "done";
  if (!isIdle(phase)) return undefined;
  if (stopping) return "canceled";
  return phase === "dead" && result === "success" ? "done" : "failed";
}
