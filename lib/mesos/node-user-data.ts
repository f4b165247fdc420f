import { join } from "node:path";
import { type CloudConfig, type MachineFile } from "../machine/cloud-config";
import { NODE_ENV_PATH, nodeEnv } from "../machine/node-env";
import { rootfsFiles } from "../machine/rootfs";
import { sha256 } from "../private/hash";

const ROOTFS = join(__dirname, "../machine/rootfs");

/** Values one node needs, by the names its scripts know them by. */
export type NodeSettings = Record<string, string>;

/** User-data of a node: the files below `rootfs/`, its settings, and the one command that boots it. */
export function nodeUserData(settings: NodeSettings): CloudConfig {
  const files = rootfsFiles(ROOTFS);
  const env: MachineFile = {
    path: NODE_ENV_PATH,
    mode: "0644",
    content: nodeEnv({ ...settings, NODE_GENERATION: generation(files, settings) }),
  };
  return { files: [...files, env], command: ["/opt/cdktf-mesos/bin/boot-node"] };
}

/** Names what a machine was made from, so that one made from something older is recognised. */
function generation(files: MachineFile[], settings: NodeSettings): string {
  return sha256(JSON.stringify([files, nodeEnv(settings)])).slice(0, 12);
}
