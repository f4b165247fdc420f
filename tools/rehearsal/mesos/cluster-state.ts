import type { Habits } from "./habits";
import { minus, NOTHING, plus, Resources } from "./resources";
import type { StatusUpdate, TaskState } from "./status-update";
import type { TaskInfo } from "./task-info";

/** What a cluster is set up with; times are in seconds. */
export interface ClusterRules {
  /**
   * Name of the cluster.
   *
   * @default - none
   */
  readonly name?: string;
  readonly habits: Habits;
  /** Addresses of its masters. */
  readonly masters: readonly string[];
  /** How many masters must be up for one of them to lead. */
  readonly quorum: number;
  /** How long an agent may be silent before it counts as lost. */
  readonly agentTimeoutSec: number;
  /** How long resources that a framework declined are not offered to it again. */
  readonly refuseSec: number;
  /**
   * How long a change of the leader takes.
   *
   * @default - no time: every agent that answers is back with the next leader
   */
  readonly failOver?: FailOverTimes;
}

/** How long a change of the leader takes, in seconds. */
export interface FailOverTimes {
  /** From the end of a leader to the next one's election. */
  readonly electionSec: number;
  /** From an election until all agents that answer are back, one after another. The tasks of each are unknown until then. */
  readonly reregisterSec: number;
  /** From an election until an agent that is not back is given up. */
  readonly reregisterTimeoutSec: number;
}

/** A master that is up. */
export interface Master {
  readonly address: string;
  readonly startedAt: number;
}

/** The master that leads. */
export interface Leader extends Master {
  /** Its id, the first part of the ids it gives out. */
  readonly id: string;
  readonly electedAt: number;
}

/** A machine that runs tasks. */
export interface Agent {
  readonly id: string;
  /** The machine it is. */
  readonly machine: string;
  readonly address: string;
  readonly total: Resources;
  /**
   * What its flags say of it.
   *
   * @default - nothing
   */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly registeredAt: number;
  readonly reregisteredAt?: number;
  /** Since when it does not answer. */
  readonly downSince?: number;
  /** Since it is to be emptied: whether it is given up once it is empty. */
  readonly draining?: { readonly markGone: boolean };
}

/** A status as the master keeps it. */
export interface Status extends StatusUpdate {
  readonly at: number;
}

/** A task the master knows. */
export interface Task {
  readonly info: TaskInfo;
  readonly framework: string;
  /** Id of its agent. */
  readonly agent: string;
  readonly machine: string;
  readonly resources: Resources;
  readonly container: string;
  readonly state: TaskState;
  /** One for each state it was in, the newest last. */
  readonly statuses: readonly Status[];
  /** What its executor or agent said last, whatever the master has noted since. */
  readonly reported?: Status;
}

/** What a process says of itself when it subscribes. */
export interface FrameworkInfo {
  readonly user: string;
  readonly role: string;
  /** Name by which it has logged in, if it has. */
  readonly principal?: string;
  readonly checkpoint: boolean;
  readonly partitionAware: boolean;
  /** A misfortune that is planned for it: nothing at all is offered to it, or a first offer too small for anything. */
  readonly offered?: "nothing" | "too-little";
  /** Why the master refuses its task, where that is planned. */
  readonly refusal?: string;
}

/** A framework: here always one mesos-execute. */
export interface Framework {
  readonly id: string;
  readonly info: FrameworkInfo;
  /** The process that is connected. */
  readonly process?: number;
  readonly active: boolean;
  /** Whether the leader knows it from an agent only. */
  readonly recovered: boolean;
  readonly suppressed: boolean;
  /** Until when an agent's resources are not offered to it, by agent. */
  readonly refused: Readonly<Record<string, number>>;
  readonly registeredAt: number;
  readonly reregisteredAt?: number;
  readonly unregisteredAt: number;
  /** Those that live, and those of whose end no process has heard. */
  readonly tasks: readonly Task[];
  readonly unreachable: readonly Task[];
  readonly completed: readonly Task[];
}

/** An agent that the leader knows of by its registry only: an earlier leader had it, and it is not back. */
export interface RecoveredAgent {
  readonly agent: Agent;
  /** What goes on there, or has ended since, by its framework. */
  readonly frameworks: readonly Framework[];
}

/** Free resources of an agent, put aside for one framework until it answers. */
export interface Offer {
  readonly id: string;
  readonly framework: string;
  readonly agent: string;
  readonly resources: Resources;
}

/** Everything a cluster's masters know. */
export interface ClusterState {
  /** The masters that are up, the one that came first in front. */
  readonly up: readonly Master[];
  readonly leader?: Leader;
  /** Until when an election takes, once a leader is gone. */
  readonly leaderlessUntil: number;
  /** Until when no master answers. */
  readonly silentUntil: number;
  readonly agents: readonly Agent[];
  readonly recovered: readonly RecoveredAgent[];
  /** Agents that were lost. */
  readonly lostAgents: number;
  readonly frameworks: readonly Framework[];
  readonly removed: readonly Framework[];
  readonly offers: readonly Offer[];
  /** How many of each the leader has named. */
  readonly issued: { readonly agents: number; readonly frameworks: number; readonly offers: number };
  /** State of the generator that shuffles agents. */
  readonly seed: number;
}

/** A cluster with nothing in it. */
export function emptyCluster(seed: number): ClusterState {
  return {
    up: [],
    leaderlessUntil: 0,
    silentUntil: 0,
    agents: [],
    recovered: [],
    lostAgents: 0,
    frameworks: [],
    removed: [],
    offers: [],
    issued: { agents: 0, frameworks: 0, offers: 0 },
    seed,
  };
}

/** Whether an agent answers and is offered. */
export function isActive({ downSince, draining }: Agent): boolean {
  return downSince === undefined && draining === undefined;
}

/** All tasks that live, of whatever framework. */
export function liveTasks({ frameworks }: Pick<ClusterState, "frameworks">): readonly Task[] {
  return frameworks.flatMap(({ tasks }) => tasks).filter(isLive);
}

/** The agents that belong to a cluster: those that are there, and those its leader still waits for. */
export function knownAgents({
  agents,
  recovered,
}: Pick<ClusterState, "agents" | "recovered">): readonly Agent[] {
  return [...agents, ...recovered.map(({ agent }) => agent)];
}

/** What an agent still has: also tasks that have ended, as long as their framework has not heard of it. */
export function tasksOn({ frameworks }: Pick<ClusterState, "frameworks">, agent: string): readonly Task[] {
  return frameworks.flatMap(({ tasks }) => tasks.filter((task) => task.agent === agent));
}

/** Those tasks and all that live on agents the leader waits for. */
export function runningAnywhere({ frameworks, recovered }: ClusterState): readonly Task[] {
  return liveTasks({ frameworks: [...frameworks, ...recovered.flatMap((agent) => agent.frameworks)] });
}

/** What the tasks of an agent take. */
export function usedOf(state: ClusterState, agent: string): Resources {
  return sum(liveTasks(state).filter((task) => task.agent === agent));
}

/** What of an agent is on offer. */
export function offeredOf(state: ClusterState, agent: string): Resources {
  return sum(state.offers.filter((offer) => offer.agent === agent));
}

/** What of an agent is neither taken nor on offer. */
export function freeOf(state: ClusterState, agent: Agent): Resources {
  return minus(minus(agent.total, usedOf(state, agent.id)), offeredOf(state, agent.id));
}

/** The sum of what some things take. */
export function sum(holders: readonly { readonly resources: Resources }[]): Resources {
  return holders.map(({ resources }) => resources).reduce(plus, NOTHING);
}

/** Whether a task's resources are taken: until it has ended. */
export function isLive({ state }: Task): boolean {
  return !isTerminal(state);
}

/** Whether a state is the last of a task. An unreachable one may come back. */
export function isTerminal(state: TaskState): boolean {
  return TERMINAL.includes(state);
}

const TERMINAL: readonly TaskState[] = [
  "TASK_FINISHED",
  "TASK_FAILED",
  "TASK_KILLED",
  "TASK_LOST",
  "TASK_ERROR",
  "TASK_GONE_BY_OPERATOR",
];
