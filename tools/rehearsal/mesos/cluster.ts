import { randomInt, randomUUID } from "node:crypto";
import type { Machine } from "../machine";
import { isHungry } from "./allocator";
import type { ClusterEffect, ClusterEvent, Message } from "./cluster-event";
import { ClusterRules, ClusterState, emptyCluster, runningAnywhere } from "./cluster-state";
import { Executor } from "./executor";
import { faultOf } from "./faults";
import type { Resources } from "./resources";
import { networksOf } from "./task-info";
import { unknownToAgent } from "./task-life";
import { transition } from "./transition";

/** How often the allocator runs, in milliseconds. */
const ALLOCATION_MS = 1000;

/** What of a cluster differs from run to run. */
export interface ClusterOptions {
  /**
   * Start of the generator that shuffles agents, to have the same order again.
   *
   * @default - any
   */
  readonly seed?: number;
  /**
   * How long every container takes to start, in seconds: the pull of an image.
   *
   * @default 0
   */
  readonly startDelaySec?: number;
  /**
   * How long what the leader says takes to be heard, in seconds; meanwhile others may ask.
   *
   * @default 0
   */
  readonly messageDelaySec?: number;
  /**
   * How long it is waited for agents and masters that fall silent.
   *
   * @default - as long as a real one waits
   */
  readonly patience?: Patience;
  /**
   * Called with what the masters know after everything that happens.
   *
   * @default - nobody looks
   */
  readonly watch?: (state: ClusterState) => void;
}

/** How long a cluster waits for what falls silent. */
export type Patience = Pick<ClusterRules, "agentTimeoutSec" | "failOver">;

/** A Mesos cluster in this process: what the model decides happens on its agents' machines. */
export class Cluster {
  private current: ClusterState;
  private readonly agents = new Map<string, Machine>();
  private readonly executors = new Map<string, Executor>();
  private readonly processes = new Map<number, (message: Message) => void>();
  private readonly runs = new Map<string, number>();
  private readonly launches = new Map<string, number>();
  private named = 0;
  private containers = 0;
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly rounds: NodeJS.Timeout;

  constructor(
    public readonly rules: ClusterRules,
    private readonly options: ClusterOptions = {},
  ) {
    this.current = emptyCluster(options.seed ?? randomInt(2 ** 32));
    this.rounds = setInterval(() => this.round(), ALLOCATION_MS);
    this.rounds.unref();
  }

  /** What its masters know. */
  public get state(): ClusterState {
    return this.current;
  }

  /** A master has started at this address. */
  public masterUp(address: string): void {
    this.happen({ kind: "masterUp", address, id: randomUUID() });
  }

  /** The master at this address is gone. */
  public masterDown(address: string): void {
    this.happen({ kind: "masterDown", address, nextId: randomUUID() });
  }

  /** An agent has started on a machine. What it ran before goes on if both it and the leader still know it. */
  public agentUp(machine: Machine, total: Resources): void {
    const { name, address } = machine;
    this.agents.set(name, machine);
    this.happen({ kind: "agentUp", machine: name, address, total });
    const known = runningAnywhere(this.current).filter((task) => task.machine === name);
    for (const { framework, info } of known.filter(
      (task) => !this.executors.has(`${name}/${task.framework}`),
    ))
      this.happen({ kind: "status", framework, task: info.task_id.value, update: unknownToAgent() });
    this.endExecutors(name, (framework) => !known.some((task) => task.framework === framework));
  }

  /** An agent ends, or cannot be reached; what it runs goes on. */
  public agentSilent(machine: Machine): void {
    this.agents.delete(machine.name);
    this.happen({ kind: "agentDown", machine: machine.name });
  }

  /** An agent's machine is gone, and what ran there with it. */
  public agentDown(machine: Machine): void {
    this.endExecutors(machine.name, () => true);
    this.agentSilent(machine);
  }

  /** The machine of the agent that answers at an address. */
  public agentAt(address: string): Machine | undefined {
    return [...this.agents.values()].find((machine) => machine.address === address);
  }

  /** A task that runs gets sick. */
  public sicken(task: string): void {
    const running = runningAnywhere(this.current).filter(({ info }) => info.task_id.value === task);
    for (const { machine, framework } of running) this.executors.get(`${machine}/${framework}`)?.sicken();
  }

  /** Addresses of its masters. */
  public get masters(): readonly string[] {
    return this.rules.masters;
  }

  /** A number for a mesos-execute, never the same twice. */
  public newProcess(): number {
    return ++this.named;
  }

  /** Counts a run of mesos-execute for a task of this name. */
  public countRun(task: string): number {
    return count(this.runs, task);
  }

  /** A mesos-execute is there, and hears what the leader says to it. */
  public connect(process: number, hear: (message: Message) => void): void {
    this.processes.set(process, hear);
  }

  /** A mesos-execute is gone; settles when nothing of its tasks is left. */
  public async disconnect(process: number): Promise<void> {
    this.processes.delete(process);
    const { frameworks } = this.current;
    const own = frameworks.find((framework) => framework.process === process);
    const running = (own?.tasks ?? []).map(({ machine }) => this.executors.get(`${machine}/${own?.id}`));
    this.happen({ kind: "disconnect", process });
    await Promise.all(running.map((executor) => executor?.finished));
  }

  /** Something happens. What follows from it is done before this returns, but for what takes time. */
  public happen(event: ClusterEvent): void {
    const { state, effects } = transition(this.current, { ...event, at: Date.now() / 1000 }, this.rules);
    this.current = state;
    this.options.watch?.(state);
    for (const effect of effects) this.carryOut(effect);
  }

  /** Stops: no timer is left. */
  public close(): void {
    clearInterval(this.rounds);
    for (const timer of this.timers) clearTimeout(timer);
  }

  private endExecutors(machine: string, which: (framework: string) => boolean): void {
    for (const [key, executor] of this.executors) {
      const [on, framework = ""] = key.split("/");
      if (on !== machine || !which(framework)) continue;
      void executor.shutdown().catch(() => undefined);
      this.executors.delete(key);
    }
  }

  private round(): void {
    if (this.current.frameworks.some(isHungry)) this.happen({ kind: "allocate" });
  }

  private carryOut(effect: ClusterEffect): void {
    switch (effect.kind) {
      case "tell":
        return this.tell(effect);
      case "launch":
        return this.launch(effect);
      case "kill":
        return this.executors.get(`${effect.machine}/${effect.framework}`)?.kill();
      case "shutdown":
        return void this.executors.get(`${effect.machine}/${effect.framework}`)?.shutdown();
      case "later": {
        const timer = setTimeout(() => {
          this.timers.delete(timer);
          this.happen(effect.event);
        }, effect.afterSec * 1000);
        this.timers.add(timer.unref());
      }
    }
  }

  private tell({ process, message }: Extract<ClusterEffect, { kind: "tell" }>): void {
    const { messageDelaySec = 0 } = this.options;
    const arrive = () => this.processes.get(process)?.(message);
    // not within the event that caused it, in any case
    if (messageDelaySec === 0) setImmediate(arrive);
    else setTimeout(arrive, messageDelaySec * 1000);
  }

  private launch({ machine, framework, task }: Extract<ClusterEffect, { kind: "launch" }>): void {
    const agent = this.agents.get(machine);
    if (agent === undefined) return;
    const id = task.task_id.value;
    const executor = new Executor({
      machine: agent,
      task,
      framework,
      address: networksOf(task).length === 0 ? agent.address : containerAddress(++this.containers),
      fault: faultOf(agent.root, task.name),
      attempt: count(this.launches, task.name),
      startDelaySec: this.options.startDelaySec ?? 0,
      update: (update) => this.happen({ kind: "status", framework, task: id, update }),
    });
    const key = `${machine}/${framework}`;
    this.executors.set(key, executor);
    void executor.finished.catch(() => undefined).then(() => this.executors.delete(key));
  }
}

/** An address of the overlay for the n-th container. */
function containerAddress(n: number): string {
  return `10.32.${(n >> 8) % 256}.${n % 256}`;
}

function count(counts: Map<string, number>, key: string): number {
  const next = (counts.get(key) ?? 0) + 1;
  counts.set(key, next);
  return next;
}
