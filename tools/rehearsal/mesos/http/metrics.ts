import { ClusterState, Framework, isActive, liveTasks } from "../cluster-state";
import type { TaskState } from "../status-update";
import type { JsonObject } from "./json";

const LIVE_STATES = ["TASK_STAGING", "TASK_STARTING", "TASK_RUNNING", "TASK_KILLING"] as const;

const NOTHING_KNOWN: Pick<ClusterState, "agents" | "frameworks" | "lostAgents"> = {
  agents: [],
  frameworks: [],
  lostAgents: 0,
};

/**
 * `/metrics/snapshot` of a master: what can be counted now. One that does not lead knows of nothing.
 *
 * @param address of the master
 */
export function metricsSnapshot(state: ClusterState, address: string, now: number): JsonObject {
  const elected = state.leader?.address === address;
  const { agents, frameworks, lostAgents } = elected ? state : NOTHING_KNOWN;
  const startedAt = state.up.find((master) => master.address === address)?.startedAt ?? now;
  const count = <T>(items: readonly T[], which: (item: T) => boolean) => items.filter(which).length;
  const connected = count(frameworks, ({ process }) => process !== undefined);
  const active = count(agents, isActive);
  return {
    "master/elected": elected ? 1 : 0,
    "master/uptime_secs": now - startedAt,
    "master/slaves_active": active,
    "master/slaves_connected": active,
    "master/slaves_disconnected": agents.length - active,
    "master/slaves_inactive": agents.length - active,
    "master/slaves_unreachable": lostAgents,
    "master/frameworks_active": count(frameworks, (framework) => framework.active),
    "master/frameworks_connected": connected,
    "master/frameworks_disconnected": frameworks.length - connected,
    "master/frameworks_inactive": count(frameworks, (framework) => !framework.active),
    ...Object.fromEntries(LIVE_STATES.map((name) => [metric(name), countTasks(frameworks, name)])),
    "master/tasks_unreachable": frameworks.flatMap(({ unreachable }) => unreachable).length,
  };
}

function metric(state: TaskState): string {
  return `master/${state.toLowerCase().replace("task_", "tasks_")}`;
}

function countTasks(frameworks: readonly Framework[], state: TaskState): number {
  return liveTasks({ frameworks }).filter((task) => task.state === state).length;
}
