import type { MachineSize } from "../machine/instance-type";

/** The agents of a cluster, as far as they are known. */
export interface AgentPool {
  readonly count?: number;
  /** What of each agent tasks may use. */
  readonly resources?: MachineSize;
  /** Ports of each agent that tasks may take, from first to last. */
  readonly ports?: readonly PortRange[];
  /**
   * The machines, by their numbers.
   *
   * @default - unknown: nothing is done when one is taken away
   */
  readonly members?: readonly AgentMember[];
}

/** An agent that is a machine of its own. */
export interface AgentMember {
  readonly instanceId: string;
  /** The address under which masters know it. */
  readonly address: string;
}

/** Ports in a row. */
export type PortRange = readonly [first: number, last: number];

/** What one task asks of the agents. */
export interface Demand extends MachineSize {
  /** Path of its construct. */
  readonly path: string;
  readonly taskName: string;
  /** How many copies run. */
  readonly copies: number;
  /** Whether an update starts a new copy before it ends an old one. */
  readonly startsFirst: boolean;
  /** Ports of the agent itself that each copy takes. */
  readonly hostPorts: readonly number[];
}

/**
 * What the executor beside a task may use on top of the task's own; it is in no offer.
 *
 * @see https://github.com/apache/mesos/blob/1.11.0/src/slave/slave.cpp
 */
export const EXECUTOR: MachineSize = { cpus: 0.1, memoryMiB: 32 };

const DIMENSIONS = [
  { property: "cpus", unit: "cpus" },
  { property: "memoryMiB", unit: "MiB" },
] as const;

/**
 * Why tasks can never all run: one that no agent holds, a port that no agent offers, a sum above what all agents have, or a
 * port of the agents that more copies want than there are agents.
 *
 * @param clusterPath path of the cluster's construct
 */
export function capacityProblems(
  clusterPath: string,
  agents: AgentPool,
  demands: readonly Demand[],
): string[] {
  return [
    ...demands.flatMap((demand) => [...tooLarge(agents, demand), ...portsNotOffered(agents, demand)]),
    ...[...sumsTooLarge(agents, demands), ...portsTooMany(agents, demands)].map(
      (problem) => `${clusterPath}: ${problem}`,
    ),
  ];
}

function tooLarge({ resources }: AgentPool, demand: Demand): string[] {
  if (resources === undefined) return [];
  return DIMENSIONS.filter(
    ({ property }) => thousandths(demand[property] + EXECUTOR[property]) > thousandths(resources[property]),
  ).map(({ property }) => {
    const most = thousandths(resources[property] - EXECUTOR[property]) / 1000;
    return (
      `${demand.path}: '${property}' must be at most ${most}, as an agent has ${resources[property]} and Mesos' ` +
      `executor takes ${EXECUTOR[property]}, got ${demand[property]}; use less, or larger agents`
    );
  });
}

function portsNotOffered({ ports }: AgentPool, { path, hostPorts }: Demand): string[] {
  if (ports === undefined) return [];
  const offered = ports
    .map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`))
    .join(" and ");
  return hostPorts
    .filter((port) => !ports.some(([first, last]) => port >= first && port <= last))
    .map(
      (port) =>
        `${path}: 'hostPorts' must be ports the agents offer, ${offered}, got ${port}; use one of those`,
    );
}

function sumsTooLarge({ count, resources }: AgentPool, demands: readonly Demand[]): string[] {
  if (count === undefined || resources === undefined) return [];
  return DIMENSIONS.flatMap(({ property, unit }) => {
    const update = thousandths(Math.max(0, ...demands.filter(startsFirst).map((demand) => demand[property])));
    const needed = demands.reduce(
      (sum, demand) => sum + demand.copies * thousandths(demand[property]),
      update,
    );
    const there = count * thousandths(resources[property]);
    if (needed <= there) return [];
    return [
      `the tasks must fit on the agents, got ${needed / 1000} ${unit} of tasks` +
        `${update > 0 ? `, ${update / 1000} of them while the largest is updated,` : ""} for ${there / 1000} ${unit} of ` +
        `${count} agents; use fewer or smaller tasks, or more or larger agents`,
    ];
  });
}

function startsFirst(demand: Demand): boolean {
  return demand.startsFirst;
}

function portsTooMany({ count }: AgentPool, demands: readonly Demand[]): string[] {
  if (count === undefined) return [];
  const ports = [...new Set(demands.flatMap(({ hostPorts }) => hostPorts))];
  return ports.flatMap((port) => {
    const takers = demands.filter(({ hostPorts }) => hostPorts.includes(port));
    const copies = takers.reduce((sum, taker) => sum + taker.copies, 0);
    if (copies <= count) return [];
    const names = takers.map(({ taskName }) => JSON.stringify(taskName)).join(" and ");
    return [
      `port ${port} of an agent can be taken once, got ${copies} copies of ${names} for ${count} agents; ` +
        "use fewer copies, another port, or more agents",
    ];
  });
}

/**
 * The first task of which a copy finds no place when all are packed: those that take ports of an agent before others,
 * then the largest first, each on the first agent that holds it. Where it finds none, Mesos may find none either.
 *
 * @returns undefined when all are placed, or the agents are not known
 */
export function firstUnplaced(
  { count, resources }: AgentPool,
  demands: readonly Demand[],
): Demand | undefined {
  if (count === undefined || resources === undefined) return undefined;
  const free = Array.from({ length: count }, () => ({
    cpus: thousandths(resources.cpus),
    memoryMiB: thousandths(resources.memoryMiB),
    takenPorts: new Set<number>(),
  }));
  const share = (demand: Demand) =>
    Math.max(demand.cpus / resources.cpus, demand.memoryMiB / resources.memoryMiB);
  const copies = demands
    .flatMap((demand) => Array.from({ length: demand.copies }, () => demand))
    .sort((a, b) => b.hostPorts.length - a.hostPorts.length || share(b) - share(a));
  // an update of the largest starts one more of it
  const updated = copies
    .filter(startsFirst)
    .sort((a, b) => share(b) - share(a))
    .slice(0, 1);
  return [...copies, ...updated].find((demand) => {
    const agent = free.find(
      ({ cpus, memoryMiB, takenPorts }) =>
        cpus >= thousandths(demand.cpus) &&
        memoryMiB >= thousandths(demand.memoryMiB) &&
        !demand.hostPorts.some((port) => takenPorts.has(port)),
    );
    if (agent === undefined) return true;
    agent.cpus -= thousandths(demand.cpus);
    agent.memoryMiB -= thousandths(demand.memoryMiB);
    demand.hostPorts.forEach((port) => agent.takenPorts.add(port));
    return false;
  });
}

/** Mesos counts in thousandths; in whole ones, as sums of fractions are not exact. */
function thousandths(amount: number): number {
  return Math.round(amount * 1000);
}
