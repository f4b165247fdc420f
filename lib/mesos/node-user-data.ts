import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type CloudConfig, type MachineFile } from "../machine/cloud-config";
import { NODE_ENV_PATH, nodeEnv } from "../machine/node-env";
import { rootfsFiles } from "../machine/rootfs";
import { sha256 } from "../private/hash";

/** A directory for all nodes, and one for each role. */
const ROOTFS = join(__dirname, "../machine/rootfs");

/** What a machine is in its cluster. */
export type NodeRole = "master" | "agent";

/** Values one node needs, by the names its scripts know them by. */
export type NodeSettings = Readonly<Record<string, string>>;

/**
 * User-data of a node: the files of its role, where it gets what it is made of, its settings, and the one command that
 * boots it.
 */
export function nodeUserData(role: NodeRole, values: NodeSettings, artifacts: MachineFile): CloudConfig {
  const files = [...["common", role].flatMap(roleFiles), artifacts];
  const settings = { ...values, NODE_ROLE: role };
  const env: MachineFile = {
    path: NODE_ENV_PATH,
    mode: "0644",
    content: nodeEnv({ ...settings, NODE_GENERATION: generation(files, settings) }),
  };
  return { files: [...files, env], command: ["/opt/cdktf-mesos/bin/boot-node"] };
}

/** A role may have no files of its own. */
function roleFiles(directory: string): MachineFile[] {
  if (!readdirSync(ROOTFS).includes(directory)) return [];
  return rootfsFiles(join(ROOTFS, directory)).map((file) => ({ ...file, content: lean(file.content) }));
}

/**
 * A file with the comment at its head and no other: they would take a fifth of what user-data has room for, and who
 * wants to know why reads the source.
 */
function lean(content: string): string {
  const [head = ""] = /^(?:#.*\n)*/.exec(content) ?? [];
  const body = content.slice(head.length).replace(/^[ \t]*#.*\n/gm, "");
  return head.replace(/^# shellcheck .*\n/gm, "") + body;
}

/** Names what a machine was made from, so that one made from something older is recognised. */
function generation(files: MachineFile[], settings: NodeSettings): string {
  return sha256(JSON.stringify([files, nodeEnv(settings)])).slice(0, 12);
}
