import {
  Agent,
  ClusterState,
  Framework,
  isActive,
  isLive,
  Leader,
  offeredOf,
  RecoveredAgent,
  sum,
  Task,
  tasksOn,
  usedOf,
} from "../cluster-state";
import { plus } from "../resources";
import type { JsonObject } from "./json";
import { AGENT_PORT, EXECUTE_NAME, MASTER_PORT, MESOS_RELEASE } from "./mesos-release";
import { amountsJson, resourceListJson } from "./resources-json";
import { taskJson } from "./task-json";

/**
 * `/state` of the leading master.
 *
 * @param name of the cluster, if it has one
 */
export function stateJson(state: ClusterState, leader: Leader, name: string | undefined): JsonObject {
  const { address, id } = leader;
  const pid = `master@${address}:${MASTER_PORT}`;
  const active = state.agents.filter(isActive).length;
  return {
    version: MESOS_RELEASE.version,
    git_branch: MESOS_RELEASE.gitBranch,
    start_time: leader.startedAt,
    elected_time: leader.electedAt,
    id,
    pid,
    hostname: address,
    capabilities: MESOS_RELEASE.masterCapabilities,
    activated_slaves: active,
    deactivated_slaves: state.agents.length - active,
    unreachable_slaves: state.lostAgents,
    leader: pid,
    leader_info: { id, pid, port: MASTER_PORT, hostname: address },
    cluster: name,
    slaves: state.agents.map((agent) => agentJson(state, agent)),
    recovered_slaves: state.recovered.map(recoveredJson),
    ...frameworksJson(state),
    orphan_tasks: [],
  };
}

/** `/frameworks`. */
export function frameworksJson(state: ClusterState): JsonObject {
  const render = (framework: Framework) => frameworkJson(state, framework);
  return {
    frameworks: state.frameworks.map(render),
    completed_frameworks: state.removed.map(render),
    unregistered_frameworks: [],
  };
}

/** `/slaves`: of each agent what `/state` shows, and its resources one by one. */
export function slavesJson(state: ClusterState): JsonObject {
  const slaves = state.agents.map((agent) => ({
    ...agentJson(state, agent),
    reserved_resources_full: {},
    unreserved_resources_full: resourceListJson(agent.total, { role: "*" }),
    used_resources_full: resourceListJson(usedOf(state, agent.id), {
      allocation_info: { role: "*" },
      role: "*",
    }),
    offered_resources_full: resourceListJson(offeredOf(state, agent.id), {
      allocation_info: { role: "*" },
      role: "*",
    }),
  }));
  return { slaves, recovered_slaves: state.recovered.map(recoveredJson) };
}

/** What `/tasks` is asked for. */
export interface TaskQuery {
  readonly task?: string;
  readonly framework?: string;
  readonly ascending: boolean;
  readonly limit: number;
  readonly offset: number;
}

/** `/tasks`: all of them, of all frameworks, by the time of their first status. */
export function tasksJson({ frameworks, removed }: ClusterState, query: TaskQuery): JsonObject {
  const all = [...frameworks, ...removed]
    .filter(({ id }) => query.framework === undefined || id === query.framework)
    .flatMap((framework) => tasksOf(framework).map((task) => ({ task, role: framework.info.role })))
    .filter(({ task }) => query.task === undefined || task.info.task_id.value === query.task)
    .sort((a, b) => (query.ascending ? 1 : -1) * (firstSeen(a.task) - firstSeen(b.task)));
  const page = all.slice(query.offset, query.offset + query.limit);
  return { tasks: page.map(({ task, role }) => taskJson(task, role)) };
}

/** How far an agent is emptied, if it is to be. */
export function drainInfo(state: ClusterState, { id, draining }: Agent): JsonObject | undefined {
  if (draining === undefined) return undefined;
  const isEmpty = tasksOn(state, id).length === 0;
  return { state: isEmpty ? "DRAINED" : "DRAINING", config: { mark_gone: draining.markGone } };
}

function agentJson(state: ClusterState, agent: Agent): JsonObject {
  const { address, total } = agent;
  return {
    id: agent.id,
    hostname: address,
    port: AGENT_PORT,
    attributes: agent.attributes ?? {},
    pid: `slave(1)@${address}:${AGENT_PORT}`,
    registered_time: agent.registeredAt,
    reregistered_time: agent.reregisteredAt,
    resources: amountsJson(total),
    used_resources: amountsJson(usedOf(state, agent.id)),
    offered_resources: amountsJson(offeredOf(state, agent.id)),
    reserved_resources: {},
    unreserved_resources: amountsJson(total),
    active: isActive(agent),
    deactivated: agent.draining !== undefined,
    drain_info: drainInfo(state, agent),
    version: MESOS_RELEASE.version,
    capabilities: MESOS_RELEASE.agentCapabilities,
  };
}

/** An agent that is not back: what the registry holds of it. */
function recoveredJson({ agent }: RecoveredAgent): JsonObject {
  const { id, address, attributes } = agent;
  return { id, hostname: address, port: AGENT_PORT, attributes: attributes ?? {} };
}

function frameworkJson({ offers }: ClusterState, framework: Framework): JsonObject {
  const { id, info } = framework;
  const render = (task: Task) => taskJson(task, info.role);
  const used = sum(framework.tasks.filter(isLive));
  const own = offers.filter((offer) => offer.framework === id);
  return {
    id,
    name: EXECUTE_NAME,
    used_resources: amountsJson(used),
    offered_resources: amountsJson(sum(own)),
    capabilities: [...MESOS_RELEASE.executeCapabilities, ...(info.partitionAware ? ["PARTITION_AWARE"] : [])],
    hostname: "",
    webui_url: "",
    active: framework.active,
    connected: framework.process !== undefined,
    recovered: framework.recovered,
    user: info.user,
    failover_timeout: 0,
    checkpoint: info.checkpoint,
    registered_time: framework.registeredAt,
    unregistered_time: framework.unregisteredAt,
    principal: info.principal,
    resources: amountsJson(plus(used, sum(own))),
    reregistered_time: framework.reregisteredAt,
    role: info.role,
    tasks: framework.tasks.map(render),
    unreachable_tasks: framework.unreachable.map(render),
    completed_tasks: framework.completed.map(render),
    offers: own.map(({ id: offer, agent, resources }) => ({
      id: offer,
      framework_id: id,
      allocation_info: { role: info.role },
      slave_id: agent,
      resources: amountsJson(resources),
    })),
    executors: [],
    offer_constraints: {},
  };
}

function tasksOf({ tasks, unreachable, completed }: Framework): readonly Task[] {
  return [...tasks, ...unreachable, ...completed];
}

function firstSeen({ statuses }: Task): number {
  return statuses[0]?.at ?? 0;
}
