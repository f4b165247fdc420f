import type { Machine } from "../machine";
import { Cluster, type ClusterOptions, type Patience } from "./cluster";
import { runningAnywhere } from "./cluster-state";
import { BAD_HABITS } from "./habits";
import type { NodeSettings } from "./node-settings";
import { parseResources } from "./resources";

/**
 * How long a real cluster waits: five pings of 15 s for an agent, the session of a master with ZooKeeper, the time in
 * which agents register again after an election, and as long as they may take for it.
 */
const PATIENCE: Patience = {
  agentTimeoutSec: 75,
  failOver: { electionSec: 10, reregisterSec: 1, reregisterTimeoutSec: 600 },
};

/** How long declined resources are not offered again. */
const REFUSE_SEC = 5;

/** What a machine has that is a cluster of its own. */
const ALONE = parseResources("cpus:16;mem:65536;disk:100000;ports:[80-80,31000-32000]");

/** A machine's part in a cluster. */
export interface Membership {
  readonly cluster: Cluster;
  /** Its master or agent ends; the machine and all else on it go on. */
  stop(): void;
  /** That is started again. */
  start(): void;
  /** The machine is gone. */
  leave(): void;
}

/** Where a task runs. */
export interface Placement {
  /** Its id: that of a copy, where there are several. */
  readonly task: string;
  /** Name of the machine, which is its instance's id. */
  readonly machine: string;
  /** Id of the framework that runs it. */
  readonly framework: string;
}

/** The clusters of a rehearsal: machines whose user-data names the same cluster and masters form one. */
export class Clusters {
  private readonly clusters = new Map<string, Cluster>();
  /** Names of the machines of each. */
  private readonly members = new Map<string, Set<string>>();
  private readonly alone = new Set<Cluster>();

  /** @param options how each of them is */
  constructor(private readonly options: ClusterOptions = {}) {}

  /**
   * Makes a machine master or agent of its cluster.
   *
   * @param settings undefined for a machine that is no node: it is a cluster of its own, master and agent at once
   */
  public join(machine: Machine, settings: NodeSettings | undefined): Membership {
    if (settings === undefined) return this.joinAlone(machine);
    const key = keyOf(settings);
    const cluster = this.clusterOf(key, settings);
    const members = this.members.get(key) ?? new Set();
    this.members.set(key, members.add(machine.name));
    const part = settings.role === "agent" ? asAgent(cluster, machine, settings) : asMaster(cluster, machine);
    part.start();
    const leave = () => {
      part.leave();
      members.delete(machine.name);
      // the next one of this name has none of its tasks
      if (members.size === 0) this.forget(key, cluster);
    };
    return { ...part, cluster, leave };
  }

  /** The machines that run tasks now, by the tasks' ids. */
  public placements(): readonly Placement[] {
    return [...this.clusters.values(), ...this.alone].flatMap(({ state }) =>
      runningAnywhere(state).map(({ info, machine, framework }) => ({
        task: info.task_id.value,
        machine,
        framework,
      })),
    );
  }

  /** Stops all of them. */
  public close(): void {
    for (const cluster of this.clusters.values()) cluster.close();
  }

  private joinAlone(machine: Machine): Membership {
    const cluster = newCluster([machine.address], 1, this.options);
    const master = asMaster(cluster, machine);
    const agent = asAgent(cluster, machine, { resources: ALONE });
    this.alone.add(cluster);
    master.start();
    agent.start();
    const leave = () => {
      this.alone.delete(cluster);
      agent.leave();
      cluster.close();
    };
    return { ...master, cluster, leave };
  }

  private forget(key: string, cluster: Cluster): void {
    this.clusters.delete(key);
    this.members.delete(key);
    cluster.close();
  }

  private clusterOf(key: string, { cluster: name, masters, quorum }: NodeSettings): Cluster {
    const cluster = this.clusters.get(key) ?? newCluster(masters, quorum, this.options, name);
    this.clusters.set(key, cluster);
    return cluster;
  }
}

function keyOf({ cluster, masters }: NodeSettings): string {
  return [cluster, ...masters].join(" ");
}

/** What a machine is to its cluster. */
type Part = Omit<Membership, "cluster">;

function asAgent(cluster: Cluster, machine: Machine, { resources }: Pick<NodeSettings, "resources">): Part {
  return {
    start: () => cluster.agentUp(machine, resources),
    stop: () => cluster.agentSilent(machine),
    leave: () => cluster.agentDown(machine),
  };
}

function asMaster(cluster: Cluster, { address }: Machine): Part {
  const down = () => cluster.masterDown(address);
  return { start: () => cluster.masterUp(address), stop: down, leave: down };
}

function newCluster(
  masters: readonly string[],
  quorum: number,
  options: ClusterOptions,
  name?: string,
): Cluster {
  const rules = {
    name,
    habits: BAD_HABITS,
    masters,
    quorum,
    ...PATIENCE,
    ...options.patience,
    refuseSec: REFUSE_SEC,
  };
  return new Cluster(rules, options);
}
