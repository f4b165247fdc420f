import { isTerminal, Status, Task } from "./cluster-state";
import type { Habits } from "./habits";
import { MESSAGES } from "./messages";
import type { StatusUpdate } from "./status-update";

/** A task after an update. Of a state that lasts only the newest status is kept. */
export function updated(task: Task, update: StatusUpdate, at: number): Task {
  const status: Status = { ...update, at };
  const before = task.statuses.at(-1)?.state === update.state ? task.statuses.slice(0, -1) : task.statuses;
  const reported = update.source === "SOURCE_MASTER" ? task.reported : status;
  return { ...task, state: update.state, statuses: [...before, status], reported };
}

/** A task of a framework that is removed: it is over, whether it was before or not. */
export function buried(task: Task, at: number, { killsTheDead }: Habits): Task {
  const wasOver = isTerminal(task.state);
  if (wasOver && !killsTheDead) return task;
  const after = updated(task, removal(task.framework), at);
  return wasOver ? { ...after, state: task.state } : after;
}

function removal(framework: string): StatusUpdate {
  return {
    state: "TASK_KILLED",
    message: MESSAGES.removed(framework),
    source: "SOURCE_MASTER",
    reason: "REASON_FRAMEWORK_REMOVED",
  };
}

/** Whether the master still waits for the framework to have heard how the task ended. */
export function isUnacknowledged({ statuses }: Task): boolean {
  return statuses.at(-1)?.source !== "SOURCE_MASTER";
}

/** What a framework is told of a task whose agent an operator has given up. */
export function agentGivenUp(partitionAware: boolean): StatusUpdate {
  return {
    state: partitionAware ? "TASK_GONE_BY_OPERATOR" : "TASK_LOST",
    message: MESSAGES.agentGone,
    source: "SOURCE_MASTER",
    reason: partitionAware ? "REASON_AGENT_REMOVED_BY_OPERATOR" : "REASON_AGENT_REMOVED",
  };
}

/** What a framework is told of a task whose agent has been silent for too long. */
export function agentRemoved(partitionAware: boolean): StatusUpdate {
  return {
    state: partitionAware ? "TASK_UNREACHABLE" : "TASK_LOST",
    message: MESSAGES.agentSilent,
    source: "SOURCE_MASTER",
    reason: "REASON_AGENT_REMOVED",
  };
}

/** What a framework that keeps no checkpoints is told the moment an agent is not connected. */
export function agentDisconnected(address: string): StatusUpdate {
  return {
    state: "TASK_LOST",
    message: MESSAGES.agentDisconnected(address),
    source: "SOURCE_MASTER",
    reason: "REASON_AGENT_DISCONNECTED",
  };
}

/** What a framework is told of a task that its agent, which is back, has not. */
export function unknownToAgent(): StatusUpdate {
  return {
    state: "TASK_LOST",
    message: MESSAGES.taskUnknown,
    source: "SOURCE_MASTER",
    reason: "REASON_RECONCILIATION",
  };
}

/** What a framework is told that takes an offer which has been withdrawn. */
export function offerGone(offer: string): StatusUpdate {
  return {
    state: "TASK_LOST",
    message: MESSAGES.invalidOffer(offer),
    source: "SOURCE_MASTER",
    reason: "REASON_INVALID_OFFERS",
  };
}
