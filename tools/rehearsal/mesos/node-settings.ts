import { gunzipSync } from "node:zlib";
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
 * Reads what a node is to be from its user-data: gzipped cloud-config with the node's settings as one file.
 *
 * @returns undefined for a machine that is no node
 */
export function nodeSettings(userDataBase64: unknown): NodeSettings | undefined {
  const text = typeof userDataBase64 === "string" ? settingsFile(userDataBase64) : undefined;
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

function settingsFile(userDataBase64: string): string | undefined {
  const bytes = Buffer.from(userDataBase64, "base64");
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = (isGzip ? gunzipSync(bytes) : bytes).toString();
  if (!text.startsWith("#cloud-config\n{")) return undefined;
  const config = JSON.parse(text.slice(text.indexOf("\n"))) as {
    write_files?: { path: string; content: string }[];
  };
  return config.write_files?.find(({ path }) => path === FILE)?.content;
}
