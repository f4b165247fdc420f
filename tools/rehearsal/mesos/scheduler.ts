import type { ClusterEvent, Message } from "./cluster-event";
import { isTerminal } from "./cluster-state";
import type { Habits } from "./habits";
import { MESSAGES } from "./messages";
import { contains, resourcesOf } from "./resources";
import { formatUpdate } from "./status-update";
import type { TaskInfo } from "./task-info";

/** Where a mesos-execute is. */
export interface SchedulerState {
  readonly task: TaskInfo;
  /** Its framework's id, once it has one. */
  readonly framework?: string;
  readonly launched: boolean;
}

/** What a mesos-execute does about a message. */
export interface Reaction {
  readonly state: SchedulerState;
  /** What it prints. */
  readonly lines: readonly string[];
  /** What it asks of the master. */
  readonly calls: readonly ClusterEvent[];
  /** Why it ends, and with which exit code; it goes on without. */
  readonly end?: { readonly code: number; readonly error?: string };
  /** Whether it has to subscribe again. */
  readonly resubscribe: boolean;
}

/**
 * mesos-execute's own rules.
 *
 * @param container id for the task's container, if it is launched now
 * @see https://github.com/apache/mesos/blob/master/src/cli/execute.cpp
 */
export function react(state: SchedulerState, message: Message, habits: Habits, container: string): Reaction {
  const nothing: Reaction = { state, lines: [], calls: [], resubscribe: false };
  switch (message.kind) {
    case "subscribed": {
      const { framework } = message;
      return { ...nothing, state: { ...state, framework }, lines: [MESSAGES.subscribed(framework)] };
    }
    case "offers":
      return message.offers.reduce((soFar, offer) => consider(soFar, offer, habits, container), nothing);
    case "update": {
      const { update } = message;
      const lines = formatUpdate(update, message.task);
      if (!isTerminal(update.state)) return { ...nothing, lines };
      const failed = update.state !== "TASK_FINISHED" && !habits.exitsZero;
      return { ...nothing, lines, end: { code: failed ? 1 : 0 } };
    }
    case "error":
      return { ...nothing, end: { code: 1, error: MESSAGES.errorEvent(message.text) } };
    case "closed":
      return { ...nothing, resubscribe: true };
  }
}

type Offered = Extract<Message, { kind: "offers" }>["offers"][number];

function consider(soFar: Reaction, offer: Offered, habits: Habits, container: string): Reaction {
  const { task, framework = "", launched } = soFar.state;
  if (!launched && contains(offer.resources, resourcesOf(task))) {
    return {
      ...soFar,
      state: { ...soFar.state, launched: true },
      lines: [...soFar.lines, MESSAGES.submitted(task.task_id.value, offer.agent)],
      calls: [...soFar.calls, { kind: "accept", framework, offer: offer.id, task, container }],
    };
  }
  const suppress = habits.suppressesForGood || launched;
  return { ...soFar, calls: [...soFar.calls, { kind: "decline", framework, offer: offer.id, suppress }] };
}
