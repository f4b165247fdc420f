import { setTimeout as sleep } from "node:timers/promises";
import type { Machine } from "../machine";
import type { MachineCommand } from "../machine-command";
import { launchTask } from "./container";
import type { Fault } from "./faults";
import { MESSAGES } from "./messages";
import {
  ContainerStatus,
  healthUpdate,
  launchFailure,
  memoryExceeded,
  StatusUpdate,
  terminalUpdate,
} from "./status-update";
import { killGraceSec } from "./task-command";
import { networksOf, TaskInfo } from "./task-info";

/** A task on its agent. */
export interface ExecutorOptions {
  /** The agent's machine. */
  readonly machine: Machine;
  readonly task: TaskInfo;
  /** Id of the framework that runs it. */
  readonly framework: string;
  /** What goes wrong with it. */
  readonly fault?: Fault;
  /** Address of its container. */
  readonly address: string;
  /** How often the task has been launched in its cluster, this time included. */
  readonly attempt: number;
  /** How long its container takes to start, in seconds. */
  readonly startDelaySec: number;
  /** Called with every status update. */
  update(update: StatusUpdate): void;
}

/** How long a task has run when its first health check is over, in milliseconds. */
const HEALTH_CHECK_MS = 200;

/** A crash that is planned for a task, whatever its command is. */
const CRASH = {
  command: { shell: true, value: "echo a crash that was planned >&2; exit 1" },
  container: undefined,
};

/** Runs one task on an agent and tells how it is. */
export class Executor {
  /** Settles when nothing of the task is left. */
  public readonly finished: Promise<void>;
  private command?: MachineCommand;
  private readonly stopped = new AbortController();
  private silent = false;
  private killing = false;

  constructor(private readonly options: ExecutorOptions) {
    this.finished = this.start();
  }

  /** Ends the task as a kill from its framework does. */
  public kill(health: { healthy?: boolean } = {}): void {
    if (this.command === undefined || this.killing) return;
    this.killing = true;
    this.tell({ state: "TASK_KILLING", source: "SOURCE_EXECUTOR" });
    const { command } = this;
    void this.end().then(async () => this.tell({ ...terminalUpdate(await command.exited, true), ...health }));
  }

  /** From now on its health checks fail, and after as many as are waited for it is killed. */
  public sicken(): void {
    for (let check = 0; check < this.failuresAllowed; check++) this.tell(healthUpdate(false));
    this.kill({ healthy: false });
  }

  /** Ends the task without a word, as when its framework is gone. */
  public shutdown(): Promise<void> {
    this.silent = true;
    return this.end();
  }

  private async start(): Promise<void> {
    const { startDelaySec } = this.options;
    const { signal } = this.stopped;
    if (startDelaySec > 0) await sleep(startDelaySec * 1000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    this.command = this.launch();
    if (this.command !== undefined) await this.follow(this.command);
  }

  private launch(): MachineCommand | undefined {
    const { machine, task, framework, fault, attempt } = this.options;
    try {
      if (fault === "launch-failed") throw new Error(MESSAGES.plannedFault);
      if (fault === "image-missing") throw new Error(MESSAGES.notInRegistry);
      if (fault === "pull-fails-twice" && attempt <= 2) throw new Error(MESSAGES.tooManyPulls);
      return launchTask(machine, fault === "crash" ? { ...task, ...CRASH } : task, framework);
    } catch (error) {
      // the leader has to have noted the launch first
      queueMicrotask(() => this.tell(launchFailure((error as Error).message)));
      return undefined;
    }
  }

  private async follow(command: MachineCommand): Promise<void> {
    queueMicrotask(() => {
      this.tell({ state: "TASK_STARTING", source: "SOURCE_EXECUTOR" });
      this.tell({ state: "TASK_RUNNING", source: "SOURCE_EXECUTOR" });
    });
    if (this.options.fault === "out-of-memory") return this.runOutOfMemory();
    const exit = command.drained.then(() => "exited" as const);
    if (this.options.task.health_check !== undefined) await this.checkHealth(exit);
    await exit;
    const outcome = await command.drained;
    if (!this.killing) this.tell(terminalUpdate(outcome, false));
    // what the command left behind goes with its container
    await this.end();
  }

  private async checkHealth(exit: Promise<"exited">): Promise<void> {
    const healthy = this.options.fault !== "unhealthy";
    // a result that is like the last one is told only when it is a failure
    for (let check = 0; check < (healthy ? 1 : this.failuresAllowed); check++) {
      if ((await Promise.race([exit, sleep(HEALTH_CHECK_MS)])) === "exited") return;
      this.tell(healthUpdate(healthy));
    }
    if (!healthy) this.kill({ healthy });
  }

  private get failuresAllowed(): number {
    return Number(this.options.task.health_check?.consecutive_failures ?? 3);
  }

  private async runOutOfMemory(): Promise<void> {
    await sleep(HEALTH_CHECK_MS);
    this.tell(memoryExceeded(this.options.task));
    await this.shutdown();
  }

  private async end(): Promise<void> {
    this.stopped.abort();
    await this.command?.end(killGraceSec(this.options.task) * 1000);
  }

  private tell(update: StatusUpdate): void {
    if (this.silent) return;
    const container = update.source === "SOURCE_EXECUTOR" ? this.container() : undefined;
    this.options.update({ ...update, container });
  }

  private container(): ContainerStatus {
    const { address, task } = this.options;
    return { address, network: networksOf(task)[0], pid: this.command?.child.pid ?? 0 };
  }
}
