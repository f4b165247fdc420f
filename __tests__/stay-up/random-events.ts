import fc from "fast-check";
import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "./service";
import type { StayUpCluster } from "./stay-up-cluster";

/** What can happen to a service. */
export const SERVICE_EVENTS = [
  "update",
  "bad update, and back",
  "the same again",
  "scaled up",
  "scaled down",
  "removed",
  "crash",
  "exit 0",
  "unhealthy",
  "teardown by hand",
] as const;

/** What can happen to all of them at once. */
export const CLUSTER_EVENTS = [
  "leader restarted",
  "leader without power, and back",
  "a follower without power, and back",
  "agent restarted",
  "agent without power, and back",
  "agent cut off, and back",
  "every mesos-execute of a master killed",
] as const;

export type ServiceEvent = (typeof SERVICE_EVENTS)[number];
export type ClusterEvent = (typeof CLUSTER_EVENTS)[number];

/** What happens in one round: a sequence for each service, side by side, and what happens to the cluster meanwhile. */
export interface Round {
  readonly sequences: readonly (readonly ServiceEvent[])[];
  /** Which of the services stop before they start, by their place. */
  readonly stopFirst: readonly boolean[];
  readonly cluster: readonly ClusterEvent[];
}

/** The round of a seed. */
export function roundOf(seed: number, services: number): Round {
  const lengths = { minLength: services, maxLength: services };
  const round = fc.record({
    sequences: fc.array(
      fc.array(fc.constantFrom(...SERVICE_EVENTS), { minLength: 1, maxLength: 3 }),
      lengths,
    ),
    stopFirst: fc.array(fc.boolean(), lengths),
    cluster: fc.array(fc.constantFrom(...CLUSTER_EVENTS), { minLength: 2, maxLength: 2 }),
  });
  return fc.sample(round, { seed, numRuns: 1 })[0] as Round;
}

/** Has something happen to a service; gives how it is declared then. */
export async function toService(
  cluster: StayUpCluster,
  event: ServiceEvent,
  before: Service,
): Promise<Service> {
  const version = `${Number(before.version) + 1}`;
  switch (event) {
    case "update":
      return cluster.apply({ ...before, version });
    case "bad update, and back":
      await cluster.apply({ ...before, version, fault: "fails" }, 2);
      return cluster.apply(before);
    case "the same again":
      return cluster.apply(before);
    case "scaled up":
      return cluster.apply({ ...before, replicas: 2 });
    case "scaled down":
      return cluster.apply({ ...before, replicas: 1 });
    case "removed":
      await cluster.withdraw(before.name);
      return before;
    default:
      await toTask(cluster, event, before.name);
      return before;
  }
}

/** Has something happen to the task of a service, if it runs. */
async function toTask(cluster: StayUpCluster, event: ServiceEvent, name: string): Promise<void> {
  const [task] = cluster.tasksOf(name).filter(({ state }) => state === "TASK_RUNNING");
  if (task === undefined) return;
  if (event === "unhealthy") return cluster.nodes.cluster.sicken(task.info.task_id.value);
  const act =
    event === "teardown by hand"
      ? cluster.teardown(task.framework)
      : cluster.end(task, event === "crash" ? 1 : 0);
  // the task, its machine or the leader may be gone meanwhile
  await act.catch(() => undefined);
}

/** Has something happen to the cluster, and lets it be over: what was lost is back. */
export async function toCluster(cluster: StayUpCluster, event: ClusterEvent): Promise<void> {
  const { nodes } = cluster;
  const leader = nodes.leader ?? (nodes.masters[0] as string);
  const follower = nodes.masters.find((address) => address !== leader) as string;
  const agent = nodes.running.find((address) => !nodes.masters.includes(address)) as string;
  const restarted = {
    "leader restarted": leader,
    "agent restarted": agent,
    "agent cut off, and back": agent,
  };
  const cut = {
    "leader without power, and back": leader,
    "a follower without power, and back": follower,
    "agent without power, and back": agent,
  };
  if (event in restarted) {
    const instance = nodes.instance(restarted[event as keyof typeof restarted]);
    instance.stopMesos();
    await sleep(event === "agent cut off, and back" ? 4_000 : 300);
    instance.startMesos();
  } else if (event in cut) {
    const address = cut[event as keyof typeof cut];
    await nodes.cutPower(address);
    await sleep(2_000);
    await nodes.powerOn(address);
  } else {
    await nodes.bash(follower, "pkill -KILL -f '[m]esos-execute --master'");
    await nodes.bash(leader, "pkill -KILL -f '[m]esos-execute --master'");
  }
}
