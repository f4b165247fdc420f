import type { ClusterEffect, Happening } from "./cluster-event";
import {
  ClusterRules,
  ClusterState,
  Framework,
  FrameworkInfo,
  isTerminal,
  Leader,
  Task,
} from "./cluster-state";
import { MESSAGES } from "./messages";
import { contains, resourcesOf } from "./resources";
import { StatusUpdate, taskError } from "./status-update";
import { buried, isUnacknowledged, offerGone, updated } from "./task-life";
import { validationProblem } from "./task-validation";

/** A state and what has to be done. */
export interface Step {
  readonly state: ClusterState;
  readonly effects: readonly ClusterEffect[];
}

type Of<Kind extends Happening["kind"]> = Extract<Happening, { kind: Kind }>;

/** How many removed frameworks the leader remembers. */
const REMEMBERED = 50;

/** A process subscribes, anew or as the framework it was. Without a leader it is not heard. */
export function subscribe(state: ClusterState, event: Of<"subscribe">, rules: ClusterRules): Step {
  const { leader } = state;
  if (leader === undefined || event.at < state.silentUntil) return { state, effects: [] };
  const { process, framework: id, info, at } = event;
  const isRemoved = state.removed.some((framework) => framework.id === id);
  if (isRemoved && rules.habits.refusesRemovedFrameworks) {
    return { state, effects: [tell(process, { kind: "error", text: MESSAGES.frameworkRemoved })] };
  }
  const known = state.frameworks.find((framework) => framework.id === id);
  const { framework, effects } = known
    ? hearOut(reconnected(known, process, at))
    : { framework: newFramework(state, leader, { ...event, info }), effects: [] };
  const after = known
    ? replaceFramework(state, framework)
    : {
        ...state,
        frameworks: [...state.frameworks, framework],
        issued: { ...state.issued, frameworks: state.issued.frameworks + 1 },
      };
  const subscribed = tell(process, { kind: "subscribed", framework: framework.id });
  return { state: after, effects: [subscribed, ...effects] };
}

/** A framework takes an offer for its task. */
export function accept(state: ClusterState, event: Of<"accept">, rules: ClusterRules): Step {
  const framework = state.frameworks.find(({ id }) => id === event.framework);
  if (framework?.process === undefined) return { state, effects: [] };
  const { process } = framework;
  const offer = state.offers.find(({ id, framework: owner }) => id === event.offer && owner === framework.id);
  const agent = state.agents.find(({ id }) => id === offer?.agent);
  const freed = withdraw(state, (other) => other.id === event.offer);
  const id = event.task.task_id.value;
  const refuse = (update: StatusUpdate): Step => ({
    state: freed,
    effects: [tell(process, { kind: "update", task: id, update })],
  });
  if (offer === undefined || agent?.downSince !== undefined || agent === undefined)
    return refuse(offerGone(event.offer));
  const resources = resourcesOf(event.task);
  const problem =
    framework.info.refusal ??
    validationProblem(event.task) ??
    (contains(offer.resources, resources) ? undefined : MESSAGES.tooLittle(id)) ??
    (rules.habits.allowsTwoCopies ? undefined : copyProblem(state, id));
  const task: Task = {
    info: event.task,
    framework: framework.id,
    agent: agent.id,
    machine: agent.machine,
    resources,
    container: event.container,
    state: "TASK_STAGING",
    statuses: [],
  };
  if (problem !== undefined) {
    const refused = refuse(taskError(problem));
    if (rules.habits.forgetsRefusedTasks) return refused;
    const dead = updated(task, taskError(problem), event.at);
    return {
      ...refused,
      state: replaceFramework(freed, { ...framework, completed: [...framework.completed, dead] }),
    };
  }
  const launched = {
    ...framework,
    tasks: [...framework.tasks, task],
    refused: { ...framework.refused, [agent.id]: event.at + rules.refuseSec },
  };
  return {
    state: replaceFramework(freed, launched),
    effects: [{ kind: "launch", machine: agent.machine, framework: framework.id, task: event.task }],
  };
}

/** A framework does not want an offer. */
export function decline(state: ClusterState, event: Of<"decline">, rules: ClusterRules): Step {
  const offer = state.offers.find(({ id, framework }) => id === event.offer && framework === event.framework);
  const framework = state.frameworks.find(({ id }) => id === event.framework);
  if (offer === undefined || framework === undefined) return { state, effects: [] };
  const after: Framework = {
    ...framework,
    suppressed: framework.suppressed || event.suppress,
    // planned for the first offer only
    info: { ...framework.info, offered: framework.info.offered === "nothing" ? "nothing" : undefined },
    refused: { ...framework.refused, [offer.agent]: event.at + rules.refuseSec },
  };
  return {
    state: replaceFramework(
      withdraw(state, ({ id }) => id === offer.id),
      after,
    ),
    effects: [],
  };
}

/** An agent tells how a task is. */
export function status(state: ClusterState, event: Of<"status">): Step {
  const framework = state.frameworks.find(({ id }) => id === event.framework);
  if (!framework?.tasks.some(({ info }) => info.task_id.value === event.task)) {
    return { state: notedByAgents(state, event), effects: [] };
  }
  const after = noted(framework, event);
  // as long as nobody hears, the agent says it again
  const heard = framework.process === undefined ? after : hearOut(after).framework;
  return { state: replaceFramework(state, heard), effects: tellUpdate(framework, event.task, event.update) };
}

function noted(framework: Framework, { task: id, update, at }: Of<"status">): Framework {
  const tasks = framework.tasks.map((task) =>
    task.info.task_id.value === id ? updated(task, update, at) : task,
  );
  return { ...framework, tasks };
}

/** The leader hears of it when the agent is back. */
function notedByAgents(state: ClusterState, event: Of<"status">): ClusterState {
  const recovered = state.recovered.map(({ agent, frameworks }) => ({
    agent,
    frameworks: frameworks.map((other) => (other.id === event.framework ? noted(other, event) : other)),
  }));
  return { ...state, recovered };
}

/** What a framework is told once somebody is there to hear it: how tasks have ended meanwhile. */
export function hearOut(framework: Framework): { framework: Framework; effects: readonly ClusterEffect[] } {
  const { process, tasks, completed } = framework;
  const ended = process === undefined ? [] : tasks.filter((task) => isTerminal(task.state));
  const effects = ended.flatMap(({ info, statuses }) => {
    const update = statuses.at(-1);
    return update === undefined ? [] : tellUpdate(framework, info.task_id.value, update);
  });
  const rest = tasks.filter((task) => !ended.includes(task));
  return { framework: { ...framework, tasks: rest, completed: [...completed, ...ended] }, effects };
}

/** A framework wants its task killed. */
export function kill(state: ClusterState, event: Of<"kill">): Step {
  const framework = state.frameworks.find(({ id }) => id === event.framework);
  const effects = (framework?.tasks ?? []).map(({ machine, info }): ClusterEffect => ({
    kind: "kill",
    machine,
    framework: event.framework,
    task: info.task_id.value,
  }));
  return { state, effects };
}

/** The connection of a process is gone. */
export function disconnect(state: ClusterState, event: Of<"disconnect">, rules: ClusterRules): Step {
  const framework = state.frameworks.find(({ process }) => process === event.process);
  if (framework === undefined) return { state, effects: [] };
  if (rules.habits.frameworkDiesWithProcess) return remove(state, framework, event.at, rules);
  const idle = withdraw(state, (offer) => offer.framework === framework.id);
  return {
    state: replaceFramework(idle, { ...framework, process: undefined, active: false }),
    effects: [],
  };
}

/** Somebody ends a framework by hand; its process is still there and will ask. */
export function teardown(state: ClusterState, event: Of<"teardown">, rules: ClusterRules): Step {
  const framework = state.frameworks.find(({ id }) => id === event.framework);
  if (framework === undefined) return { state, effects: [] };
  const removed = remove(state, framework, event.at, rules);
  const closed =
    framework.process === undefined ? [] : [tell(framework.process, { kind: "closed", orderly: true })];
  return { state: removed.state, effects: [...removed.effects, ...closed] };
}

/** Ends a framework: its tasks are over for the master before they are on their agents. */
export function remove(
  state: ClusterState,
  framework: Framework,
  at: number,
  { habits }: ClusterRules,
): Step {
  const machines = [...new Set(framework.tasks.map(({ machine }) => machine))];
  const bury = (task: Task) => buried(task, at, habits);
  const ended = framework.completed.map((task) => (isUnacknowledged(task) ? bury(task) : task));
  const gone: Framework = {
    ...framework,
    process: undefined,
    active: false,
    unregisteredAt: at,
    tasks: [],
    unreachable: [],
    completed: [...ended, ...[...framework.unreachable, ...framework.tasks].map(bury)],
  };
  const rest = withdraw(state, (offer) => offer.framework === framework.id);
  return {
    state: {
      ...rest,
      frameworks: rest.frameworks.filter(({ id }) => id !== framework.id),
      removed: [...rest.removed, gone].slice(-REMEMBERED),
    },
    effects: machines.map((machine) => ({ kind: "shutdown", machine, framework: framework.id })),
  };
}

/** Ends what a framework has on an agent. */
export function loseAgent(
  framework: Framework,
  { agent, update, at }: { readonly agent: string; readonly update: StatusUpdate; readonly at: number },
): { framework: Framework; effects: readonly ClusterEffect[] } {
  const lost = framework.tasks.filter((task) => task.agent === agent);
  const after = lost.map((task) => updated(task, update, at));
  const mayComeBack = update.reason === "REASON_AGENT_REMOVED";
  return {
    framework: {
      ...framework,
      tasks: framework.tasks.filter((task) => task.agent !== agent),
      unreachable: mayComeBack ? [...framework.unreachable, ...after] : framework.unreachable,
      completed: mayComeBack ? framework.completed : [...framework.completed, ...after],
    },
    effects: lost.flatMap(({ info }) => tellUpdate(framework, info.task_id.value, update)),
  };
}

/** The state with one framework as it is now. */
export function replaceFramework(state: ClusterState, framework: Framework): ClusterState {
  const frameworks = state.frameworks.map((other) => (other.id === framework.id ? framework : other));
  return { ...state, frameworks };
}

/** The state without some offers. */
export function withdraw(
  state: ClusterState,
  which: (offer: ClusterState["offers"][number]) => boolean,
): ClusterState {
  return { ...state, offers: state.offers.filter((offer) => !which(offer)) };
}

/** Something to say to a process. */
export function tell(
  process: number,
  message: Extract<ClusterEffect, { kind: "tell" }>["message"],
): ClusterEffect {
  return { kind: "tell", process, message };
}

/** An update for the process of a framework, if one is there. */
export function tellUpdate({ process }: Framework, task: string, update: StatusUpdate): ClusterEffect[] {
  return process === undefined ? [] : [tell(process, { kind: "update", task, update })];
}

function reconnected(framework: Framework, process: number, at: number): Framework {
  return {
    ...framework,
    process,
    active: true,
    recovered: false,
    suppressed: false,
    registeredAt: framework.registeredAt || at,
    reregisteredAt: at,
  };
}

function newFramework(
  state: ClusterState,
  leader: Leader,
  { process, framework, info, at }: { process: number; framework?: string; info: FrameworkInfo; at: number },
): Framework {
  // a leader that never heard of the framework lets it keep its id
  const isTaken = [...state.frameworks, ...state.removed].some(({ id }) => id === framework);
  const fresh = `${leader.id}-${String(state.issued.frameworks).padStart(4, "0")}`;
  return {
    id: isTaken ? fresh : (framework ?? fresh),
    info,
    process,
    active: true,
    recovered: false,
    suppressed: false,
    refused: {},
    registeredAt: at,
    unregisteredAt: 0,
    tasks: [],
    unreachable: [],
    completed: [],
  };
}

function copyProblem(state: ClusterState, id: string): string | undefined {
  const isThere = state.frameworks.some(({ tasks }) => tasks.some(({ info }) => info.task_id.value === id));
  return isThere ? MESSAGES.duplicateId(id) : undefined;
}
