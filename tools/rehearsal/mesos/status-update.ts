import { Outcome } from "../machine-command";
import { MESSAGES } from "./messages";
import { amount, resourcesOf } from "./resources";
import type { TaskInfo } from "./task-info";

/** Memory that the executor of a command may take besides. */
const EXECUTOR_MIB = 32;

/** States of a task, as far as they occur here. */
export type TaskState =
  | "TASK_STAGING"
  | "TASK_STARTING"
  | "TASK_RUNNING"
  | "TASK_KILLING"
  | "TASK_FINISHED"
  | "TASK_FAILED"
  | "TASK_KILLED"
  | "TASK_LOST"
  | "TASK_UNREACHABLE"
  | "TASK_GONE_BY_OPERATOR"
  | "TASK_ERROR";

/** One status update as mesos-execute prints it. */
export interface StatusUpdate {
  readonly state: TaskState;
  readonly message?: string;
  readonly source: "SOURCE_EXECUTOR" | "SOURCE_AGENT" | "SOURCE_MASTER";
  readonly reason?: string;
  readonly healthy?: boolean;
  /** The memory it has tried to exceed. */
  readonly memoryLimitMiB?: number;
  /** The container, as long as its executor speaks for it. */
  readonly container?: ContainerStatus;
}

/** Where a task's container is. */
export interface ContainerStatus {
  readonly address: string;
  /** Its CNI network; without one it is on its agent's. */
  readonly network?: string;
  /** Process id of its executor. */
  readonly pid: number;
}

/** How the C library names signals. */
const SIGNAL_NAMES: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGHUP: "Hangup",
  SIGINT: "Interrupt",
  SIGQUIT: "Quit",
  SIGABRT: "Aborted",
  SIGKILL: "Killed",
  SIGSEGV: "Segmentation fault",
  SIGTERM: "Terminated",
};

/** The lines of an update. */
export function formatUpdate(
  { state, message, source, reason, healthy, memoryLimitMiB: limit }: StatusUpdate,
  task: string,
): string[] {
  return [
    MESSAGES.update(state, task),
    ...(message === undefined ? [] : [`  message: '${message}'`]),
    `  source: ${source}`,
    ...(reason === undefined ? [] : [`  reason: ${reason}`]),
    ...(healthy === undefined ? [] : [`  healthy?: ${healthy ? 1 : 0}`]),
    ...(limit === undefined ? [] : [`  ${MESSAGES.memoryViolation(limit)}`]),
  ];
}

/**
 * The last update of a task whose command has ended.
 *
 * @param killed whether it was told to end
 */
export function terminalUpdate({ code, signal }: Outcome, killed: boolean): StatusUpdate {
  const message =
    signal === undefined
      ? MESSAGES.exitedWith(code ?? 0)
      : MESSAGES.terminatedBy(SIGNAL_NAMES[signal] ?? signal);
  const state = killed ? "TASK_KILLED" : code === 0 ? "TASK_FINISHED" : "TASK_FAILED";
  return { state, message, source: "SOURCE_EXECUTOR" };
}

/** A container that could not be started. */
export function launchFailure(why: string): StatusUpdate {
  return {
    state: "TASK_FAILED",
    message: MESSAGES.launchFailed(why),
    source: "SOURCE_AGENT",
    reason: "REASON_CONTAINER_LAUNCH_FAILED",
  };
}

/** A task the master refuses. */
export function taskError(message: string): StatusUpdate {
  return { state: "TASK_ERROR", message, source: "SOURCE_MASTER", reason: "REASON_TASK_INVALID" };
}

/** A container that has taken more memory than it may have; the executor's own part is added to the task's. */
export function memoryExceeded(task: TaskInfo): StatusUpdate {
  const memoryLimitMiB = amount(resourcesOf(task), "mem") + EXECUTOR_MIB;
  return {
    state: "TASK_FAILED",
    message: MESSAGES.memoryExceeded(memoryLimitMiB),
    source: "SOURCE_AGENT",
    reason: "REASON_CONTAINER_LIMITATION_MEMORY",
    memoryLimitMiB,
  };
}

/** What a health check has found. */
export function healthUpdate(healthy: boolean): StatusUpdate {
  return {
    state: "TASK_RUNNING",
    source: "SOURCE_EXECUTOR",
    reason: "REASON_TASK_HEALTH_CHECK_STATUS_UPDATED",
    healthy,
  };
}
