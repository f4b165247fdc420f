import type { TaskInfo } from "../../../../rehearsal/mesos/task-info";

/** All an executor is told, in a file: it lives longer than the agent that starts it. */
export interface ExecutorSettings {
  readonly agent: { readonly ip: string; readonly port: number };
  readonly framework: string;
  readonly container: string;
  readonly task: TaskInfo;
  /** Directory of the files `stdout` and `stderr`. */
  readonly sandbox: string;
  /** Root directory of the container, already filled; without one it is the host's. */
  readonly root?: string;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly hostname: string;
  /** Its address, if it is on a network of its own, and the network's name. */
  readonly address?: string;
  readonly network?: string;
  /** `cgroup.procs` of the container. */
  readonly cgroup?: string;
  readonly isolators: readonly string[];
  /** Whether it goes on without its agent. */
  readonly checkpoint: boolean;
}

/** What an executor tells its agent, and what it is told. */
export interface ExecutorHello {
  readonly container: string;
  readonly pid: number;
}
export type ToExecutor = { readonly kind: "kill" } | { readonly kind: "shutdown" };

/** Paths of their messages; the real ones are named so too. */
export const EXECUTOR_PATHS = {
  register: "/slave(1)/mesos.internal.RegisterExecutorMessage",
  update: "/slave(1)/mesos.internal.StatusUpdateMessage",
} as const;
