import type { ClusterEffect } from "../../../../rehearsal/mesos/cluster-event";
import {
  type Agent,
  type ClusterState,
  type Framework,
  knownAgents,
  type Task,
} from "../../../../rehearsal/mesos/cluster-state";
import { replaceFramework, Step } from "../../../../rehearsal/mesos/framework";
import { parseResources, resourcesOf } from "../../../../rehearsal/mesos/resources";
import type { Registration, ReportedTask } from "../messages";

/** The name under which the model knows an agent: where it is reached. */
export function machineOf({ address, port }: Pick<Registration, "address" | "port">): string {
  return `${address}:${port}`;
}

/** An agent registers again under the id it had: what runs there is what the leader believes from now on. Pure. */
export function reregister(state: ClusterState, registration: Registration, id: string, at: number): Step {
  const machine = machineOf(registration);
  const known = knownAgents(state).find((agent) => agent.id === id);
  const recovered = state.recovered.filter((awaited) => awaited.agent.id !== id);
  const agent: Agent = {
    id,
    machine,
    address: registration.hostname,
    total: parseResources(registration.resources),
    attributes: registration.attributes,
    registeredAt: known?.registeredAt ?? at,
    reregisteredAt: at,
    draining: known?.draining,
  };
  const others = state.agents.filter((other) => other.id !== id && other.machine !== machine);
  const start: Step = { state: { ...state, recovered, agents: [...others, agent] }, effects: [] };
  return registration.tasks.reduce((step, reported) => adopt(step, reported, agent), start);
}

/** Takes over a task that runs on an agent, with its framework where that is not known; what is removed ends there. */
function adopt({ state, effects }: Step, reported: ReportedTask, agent: Agent): Step {
  const { framework: id, task: info } = reported;
  if (state.removed.some((framework) => framework.id === id)) {
    const end: ClusterEffect = { kind: "shutdown", machine: agent.machine, framework: id };
    return { state, effects: [...effects, end] };
  }
  const known = state.frameworks.find((framework) => framework.id === id);
  const isThisTask = (task: Task) => task.info.task_id.value === info.task_id.value;
  const task: Task = {
    info,
    framework: id,
    agent: agent.id,
    machine: agent.machine,
    resources: resourcesOf(info),
    container: reported.container,
    state: reported.state,
    statuses: reported.statuses,
    reported: reported.statuses.at(-1),
  };
  const framework = known ?? orphan(reported);
  const after: Framework = {
    ...framework,
    tasks: [...framework.tasks.filter((other) => !isThisTask(other)), task],
    unreachable: framework.unreachable.filter((other) => !isThisTask(other)),
  };
  const next = known
    ? replaceFramework(state, after)
    : { ...state, frameworks: [...state.frameworks, after] };
  return { state: next, effects };
}

/** A framework that is known from an agent only. */
function orphan({ framework: id, info }: ReportedTask): Framework {
  return {
    id,
    info,
    active: false,
    recovered: true,
    suppressed: false,
    refused: {},
    registeredAt: 0,
    unregisteredAt: 0,
    tasks: [],
    unreachable: [],
    completed: [],
  };
}

/** Tasks the leader believes to run on an agent that does not have them. */
export function missingTasks(state: ClusterState, { tasks }: Registration, agent: string): readonly Task[] {
  const isThere = (task: Task) =>
    tasks.some(
      ({ framework, task: info }) =>
        framework === task.framework && info.task_id.value === task.info.task_id.value,
    );
  return state.frameworks.flatMap((framework) =>
    framework.tasks.filter((task) => task.agent === agent && !isThere(task)),
  );
}
