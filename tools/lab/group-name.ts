import { createHash } from "node:crypto";

/** Name of the control group of the lab in a folder: the next lab there finds it by it. */
export function groupOf(directory: string): string {
  return `cdktf-mesos-lab-${createHash("sha256").update(directory).digest("hex").slice(0, 12)}`;
}
