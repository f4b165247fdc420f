import type { ClusterEffect, ClusterEvent, Message } from "../../../tools/rehearsal/mesos/cluster-event";
import {
  ClusterRules,
  ClusterState,
  emptyCluster,
  type FailOverTimes,
} from "../../../tools/rehearsal/mesos/cluster-state";
import { BAD_HABITS, Habits } from "../../../tools/rehearsal/mesos/habits";
import { parseResources } from "../../../tools/rehearsal/mesos/resources";
import { react, SchedulerState } from "../../../tools/rehearsal/mesos/scheduler";
import { TaskInfo, taskFromFlags } from "../../../tools/rehearsal/mesos/task-info";
import { transition } from "../../../tools/rehearsal/mesos/transition";

/** A task of this id that takes these resources. */
export function taskOf(id: string, resources = "cpus:0.1;mem:32"): TaskInfo {
  return taskFromFlags({ name: id, shell: true, command: "true", env: {}, resources });
}

/** A mesos-execute of a modelled cluster. */
export interface Execution {
  state: SchedulerState;
  readonly lines: string[];
  exit?: number;
}

/** A cluster and its mesos-executes in one process, without time, machines or network. */
export class ModelCluster {
  public state: ClusterState;
  public now = 1;
  public readonly done: ClusterEffect[] = [];
  public readonly executions = new Map<number, Execution>();
  public readonly rules: ClusterRules;
  private readonly infos = new Map<number, { checkpoint: boolean; partitionAware: boolean }>();
  private readonly inbox: { process: number; message: Message }[] = [];
  private later: { at: number; event: ClusterEvent }[] = [];
  private readonly lags: boolean;
  private issued = 0;

  constructor({
    habits = {},
    seed = 1,
    masters = ["10.0.0.4"],
    agents = 1,
    lags = false,
    failOver,
  }: ModelOptions = {}) {
    this.rules = {
      habits: { ...BAD_HABITS, ...habits },
      masters,
      quorum: Math.floor(masters.length / 2) + 1,
      agentTimeoutSec: 75,
      refuseSec: 5,
      failOver,
    };
    this.lags = lags;
    this.state = emptyCluster(seed);
    for (const address of masters) this.happen({ kind: "masterUp", address, id: `L${++this.issued}` });
    for (let number = 0; number < agents; number++) this.addAgent(`agent-${number}`);
  }

  /** Adds an agent. */
  public addAgent(machine: string, total = "cpus:2;mem:4096;ports:[80-80,31000-32000]"): void {
    this.happen({ kind: "agentUp", machine, address: machine, total: parseResources(total) });
  }

  /** Something happens, and everything that follows from it at once. */
  public happen(event: ClusterEvent): void {
    const { state, effects } = transition(this.state, { ...event, at: this.now }, this.rules);
    this.state = state;
    this.done.push(...effects);
    for (const effect of effects) {
      if (effect.kind === "tell") this.inbox.push(effect);
      if (effect.kind === "later") this.later.push({ at: this.now + effect.afterSec, event: effect.event });
    }
    if (!this.lags) this.deliverAll();
  }

  /** Starts a mesos-execute. */
  public execute(task: TaskInfo, info: { checkpoint?: boolean; partitionAware?: boolean } = {}): number {
    const process = ++this.issued;
    this.infos.set(process, { checkpoint: true, partitionAware: false, ...info });
    this.executions.set(process, { state: { task, launched: false }, lines: [] });
    this.subscribe(process);
    return process;
  }

  /** A mesos-execute asks the leader to be heard, as it does every second until it is. */
  public subscribe(process: number): void {
    const { framework } = this.execution(process).state;
    const info = {
      user: "root",
      role: "*",
      checkpoint: true,
      partitionAware: false,
      ...this.infos.get(process),
    };
    this.happen({ kind: "subscribe", process, framework, info });
  }

  /** The state of a task's run. */
  public execution(process: number): Execution {
    return this.executions.get(process) as Execution;
  }

  /** Rounds of the allocator, a second each, and what was to happen meanwhile. */
  public pass(rounds: number): void {
    for (let round = 0; round < rounds; round++) {
      this.now += 1;
      this.deliverAll();
      for (const { event } of this.due()) this.happen(event);
      this.happen({ kind: "allocate" });
    }
  }

  /** The agent's executor says that a task runs. */
  public run(process: number): void {
    this.report(process, "TASK_STARTING");
    this.report(process, "TASK_RUNNING");
  }

  /** The agent's executor says something of a task. */
  public report(
    process: number,
    state: "TASK_STARTING" | "TASK_RUNNING" | "TASK_FINISHED" | "TASK_FAILED",
  ): void {
    const { framework = "", task } = this.execution(process).state;
    const update = { state, source: "SOURCE_EXECUTOR" } as const;
    this.happen({ kind: "status", framework, task: task.task_id.value, update });
  }

  private due(): { event: ClusterEvent }[] {
    const due = this.later.filter(({ at }) => at <= this.now);
    this.later = this.later.filter(({ at }) => at > this.now);
    return due;
  }

  private deliverAll(): void {
    for (let next = this.inbox.shift(); next !== undefined; next = this.inbox.shift()) {
      this.deliver(next.process, next.message);
    }
  }

  private deliver(process: number, message: Message): void {
    const execution = this.executions.get(process);
    if (execution === undefined || execution.exit !== undefined) return;
    const reaction = react(execution.state, message, this.rules.habits, `c${++this.issued}`);
    execution.state = reaction.state;
    execution.lines.push(
      ...reaction.lines,
      ...(reaction.end?.error === undefined ? [] : [reaction.end.error]),
    );
    for (const call of reaction.calls) this.happen(call);
    if (reaction.end) {
      execution.exit = reaction.end.code;
      this.happen({ kind: "disconnect", process });
    }
  }
}

/** What a model is made with; one master and one agent, with all bad habits. */
export interface ModelOptions {
  readonly habits?: Partial<Habits>;
  readonly seed?: number;
  readonly masters?: readonly string[];
  readonly agents?: number;
  /** Whether what is said arrives only with the next round, so that many things happen side by side. */
  readonly lags?: boolean;
  /** How long a change of the leader takes; no time without. */
  readonly failOver?: FailOverTimes;
}
