import type { UserDataFile } from "../user-data";
import { parseResources, Resources } from "./resources";

/** What a machine is told to be by its user-data. */
export interface NodeSettings {
  readonly cluster: string;
  readonly role: "master" | "agent";
  /** Addresses of all masters. */
  readonly masters: readonly string[];
  readonly quorum: number;
  /** What an agent has. */
  readonly resources: Resources;
}

const FILE = "/etc/cdktf-mesos/node.env";

/**
 * Reads what a node is to be from the file its user-data puts there.
 *
 * @returns undefined for a machine that is no node
 */
export function nodeSettings(files: readonly UserDataFile[]): NodeSettings | undefined {
  const text = files.find(({ path }) => path === FILE)?.content;
  if (text === undefined) return undefined;
  const lines = text.matchAll(/^([A-Z0-9_]+)="(.*)"$/gm);
  const { CLUSTER_NAME, NODE_ROLE, MASTERS, MESOS_QUORUM, MESOS_RESOURCES } = Object.fromEntries(
    [...lines].map(([, key = "", value = ""]) => [key, value]),
  ) as Partial<Record<string, string>>;
  if (NODE_ROLE !== "master" && NODE_ROLE !== "agent") return undefined;
  return {
    cluster: CLUSTER_NAME ?? "",
    role: NODE_ROLE,
    masters: (MASTERS ?? "").split(" ").filter((address) => address !== ""),
    quorum: Number(MESOS_QUORUM ?? 1),
    resources: parseResources(MESOS_RESOURCES ?? ""),
  };
}
