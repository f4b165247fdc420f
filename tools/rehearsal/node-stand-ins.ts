import * as fs from "node:fs";
import * as path from "node:path";

/** What stands in for cloud-init and for a node's own programs, at its path in the root of a machine. */
const STAND_INS = path.join(__dirname, "node");

/** Has a machine behave like a node that boots and joins, though nothing of a node is installed or started. */
export function standInForNode(root: string): void {
  fs.cpSync(STAND_INS, root, { recursive: true });
}
