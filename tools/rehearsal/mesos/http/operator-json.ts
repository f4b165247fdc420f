import {
  Agent,
  ClusterState,
  Framework,
  isActive,
  isLive,
  offeredOf,
  sum,
  Task,
  usedOf,
} from "../cluster-state";
import type { JsonObject } from "./json";
import { AGENT_PORT, EXECUTE_NAME, MESOS_RELEASE } from "./mesos-release";
import { resourceListJson } from "./resources-json";
import { drainInfo } from "./state-json";
import { taskV1Json } from "./task-json";

/** What of API version 1 only shows something: the answers by the type of the call. */
export const OPERATOR_ANSWERS: Readonly<Record<string, (state: ClusterState) => JsonObject>> = {
  GET_HEALTH: () => ({ type: "GET_HEALTH", get_health: { healthy: true } }),
  GET_TASKS: (state) => ({ type: "GET_TASKS", get_tasks: tasks(state) }),
  GET_AGENTS: (state) => ({
    type: "GET_AGENTS",
    get_agents: {
      agents: state.agents.map((item) => agent(state, item)),
      recovered_agents: state.recovered.map((item) => agentInfo(item.agent)),
    },
  }),
  GET_FRAMEWORKS: (state) => ({
    type: "GET_FRAMEWORKS",
    get_frameworks: {
      frameworks: state.frameworks.map((item) => framework(state, item)),
      completed_frameworks: state.removed.map((item) => framework(state, item)),
    },
  }),
};

function tasks({ frameworks, removed }: ClusterState): JsonObject {
  const all = [...frameworks, ...removed];
  const of = (kind: (framework: Framework) => readonly Task[]) =>
    all.flatMap((item) => kind(item).map((task) => taskV1Json(task, item.info.role)));
  return {
    tasks: of((item) => item.tasks),
    unreachable_tasks: of((item) => item.unreachable),
    completed_tasks: of((item) => item.completed),
  };
}

function agentInfo({ id, address, total }: Agent): JsonObject {
  const resources = resourceListJson(total, { role: "*" });
  return { hostname: address, port: AGENT_PORT, resources, id: { value: id } };
}

function agent(state: ClusterState, item: Agent): JsonObject {
  const taken = { allocation_info: { role: "*" }, role: "*" };
  return {
    agent_info: agentInfo(item),
    active: isActive(item),
    deactivated: item.draining !== undefined,
    drain_info: drainInfo(state, item),
    version: MESOS_RELEASE.version,
    pid: `slave(1)@${item.address}:${AGENT_PORT}`,
    registered_time: moment(item.registeredAt),
    reregistered_time: moment(item.reregisteredAt),
    total_resources: resourceListJson(item.total, { role: "*" }),
    allocated_resources: resourceListJson(usedOf(state, item.id), taken),
    offered_resources: resourceListJson(offeredOf(state, item.id), taken),
    capabilities: MESOS_RELEASE.agentCapabilities.map((type) => ({ type })),
  };
}

function framework({ offers }: ClusterState, item: Framework): JsonObject {
  const { id, info } = item;
  const taken = { allocation_info: { role: info.role }, role: info.role };
  const capabilities = [
    ...MESOS_RELEASE.executeCapabilities,
    ...(info.partitionAware ? ["PARTITION_AWARE"] : []),
  ];
  return {
    framework_info: {
      user: info.user,
      name: EXECUTE_NAME,
      id: { value: id },
      failover_timeout: 0,
      checkpoint: info.checkpoint,
      role: info.role,
      principal: info.principal,
      capabilities: capabilities.map((type) => ({ type })),
    },
    active: item.active,
    connected: item.process !== undefined,
    recovered: item.recovered,
    registered_time: moment(item.registeredAt),
    reregistered_time: moment(item.reregisteredAt ?? item.registeredAt),
    unregistered_time: moment(item.unregisteredAt),
    allocated_resources: resourceListJson(sum(item.tasks.filter(isLive)), taken),
    offered_resources: resourceListJson(sum(offers.filter((offer) => offer.framework === id)), taken),
    offer_constraints: {},
  };
}

/** A moment that has been, in nanoseconds. */
function moment(seconds: number | undefined): JsonObject | undefined {
  return seconds ? { nanoseconds: Math.round(seconds * 1e9) } : undefined;
}
