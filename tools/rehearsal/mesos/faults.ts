import * as fs from "node:fs";
import * as path from "node:path";
import { hostPath } from "../machine-path";

/**
 * What goes wrong with a task: no offer that is enough ever comes, the master refuses it, its image is in no registry,
 * its container cannot be launched, its command ends at once with exit code 1 or takes more memory than it may have, or
 * its health check never passes. These end by themselves: a first offer that is too small, an image that cannot be
 * pulled twice, masters that do not answer for 20 s when it is first asked for.
 */
export type Fault = (typeof FAULTS)[number];

/** Faults by the names of the tasks they hit. */
export type Faults = Readonly<Record<string, Fault>>;

const FAULTS = [
  "no-offer",
  "refused",
  "image-missing",
  "launch-failed",
  "crash",
  "out-of-memory",
  "unhealthy",
  "first-offer-too-small",
  "pull-fails-twice",
  "master-silent",
] as const;

/** Where a machine keeps them: a JSON object, task name to fault. */
const FAULTS_FILE = "/etc/rehearsal/faults.json";

/**
 * Plans what goes wrong with tasks, in place of what was planned before.
 *
 * @param root the machine's root directory
 */
export function planFaults(root: string, faults: Faults): void {
  const file = hostPath(root, FAULTS_FILE);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(faults)}\n`);
}

/**
 * The fault planned for a task.
 *
 * @param root the machine's root directory
 * @throws Error when the file names a fault that does not exist
 */
export function faultOf(root: string, task: string): Fault | undefined {
  const file = hostPath(root, FAULTS_FILE);
  if (!fs.existsSync(file)) return undefined;
  const fault = (JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, string>)[task];
  if (fault !== undefined && !(FAULTS as readonly string[]).includes(fault)) {
    throw new Error(
      `${FAULTS_FILE}: fault of ${task} must be one of ${FAULTS.join(", ")}, got ${JSON.stringify(fault)}`,
    );
  }
  return fault as Fault | undefined;
}
