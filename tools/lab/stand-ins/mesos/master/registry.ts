import * as fs from "node:fs";
import * as path from "node:path";
import {
  type Agent,
  type ClusterState,
  knownAgents,
  type RecoveredAgent,
} from "../../../../rehearsal/mesos/cluster-state";

/** Whether a master's copy of the registry may take part in decisions. */
export type ReplicaStatus = "EMPTY" | "VOTING";

/**
 * What becomes of a copy, given all copies that are there (its own included). An empty one learns from a quorum of
 * others, or, where the registry is new, from all masters there can be: more of them would be able to form two
 * quorums.
 */
export function nextStatus(own: ReplicaStatus, all: readonly ReplicaStatus[], quorum: number): ReplicaStatus {
  if (own === "VOTING") return own;
  const voting = all.filter((status) => status === "VOTING").length;
  const empty = all.length - voting;
  return voting >= quorum || empty >= 2 * quorum - 1 ? "VOTING" : "EMPTY";
}

/** An agent as the registry has it. */
export type RegisteredAgent = Pick<Agent, "id" | "address" | "total" | "attributes" | "draining">;

/** The agents of a cluster, as the registry has them. */
export function registeredAgents(state: ClusterState): readonly RegisteredAgent[] {
  return knownAgents(state).map(({ id, address, total, attributes, draining }) => ({
    id,
    address,
    total,
    attributes,
    draining,
  }));
}

/** Only an agent that names its id is one of those: another one at the same address is not. */
const NOWHERE = "";

/** An agent as a leader knows it that has it from the registry alone, until it registers again. */
export function awaitedAgent(agent: RegisteredAgent, at: number): RecoveredAgent {
  return { agent: { ...agent, machine: NOWHERE, registeredAt: at, downSince: at }, frameworks: [] };
}

/** Whether a leader can read the registry. */
export function isReadable(all: readonly ReplicaStatus[], quorum: number): boolean {
  return all.filter((status) => status === "VOTING").length >= quorum;
}

/** The copy of the registry in a master's work directory, as far as it is one: it remembers that it is no new one. */
export class Replica {
  private readonly file: string;

  constructor(workDir: string) {
    const directory = path.join(workDir, "replicated_log");
    fs.mkdirSync(directory, { recursive: true });
    this.file = path.join(directory, "CURRENT");
  }

  /** Its status. */
  public get status(): ReplicaStatus {
    return fs.existsSync(this.file) ? "VOTING" : "EMPTY";
  }

  /** It has learned what is in the registry. */
  public fill(): void {
    fs.writeFileSync(this.file, "VOTING\n");
  }
}
