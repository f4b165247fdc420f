import { NODE_ENV_PATH, nodeEnv } from "../../lib/machine/node-env";
import type { UserDataFile } from "../../tools/rehearsal/user-data";

/** The one file of user-data that makes a machine a node of a cluster. */
export function nodeFiles(settings: Record<string, string>): UserDataFile[] {
  return [{ path: NODE_ENV_PATH, permissions: "0644", content: nodeEnv(settings) }];
}
