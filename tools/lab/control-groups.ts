import * as fs from "node:fs";
import * as path from "node:path";
import { eventually } from "../rehearsal/eventually";

const REMOVAL_TIMEOUT_MS = 30_000;

/**
 * Roots of the hierarchies in which a machine's systemd keeps its groups: control groups of version 2, and beside them
 * those of version 1 by which systemd knows its services.
 *
 * @param mounts content of `/proc/self/mounts`
 */
export function hierarchies(mounts: string): string[] {
  return mounts
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, , type, options = ""]) => type === "cgroup2" || /(?:^|,)name=systemd(?:,|$)/.test(options))
    .map(([, directory]) => directory as string);
}

/** A group of this name in each hierarchy of this host. */
export function controlGroups(name: string): string[] {
  return hierarchies(fs.readFileSync("/proc/self/mounts", "utf8")).map((root) => path.join(root, name));
}

/** Processes of a group and of those below. */
export function processesOf(group: string): number[] {
  return groupsBelow(group).flatMap((directory) => {
    const pids = fs.readFileSync(path.join(directory, "cgroup.procs"), "utf8");
    return pids
      .split("\n")
      .filter((pid) => pid !== "")
      .map(Number);
  });
}

/**
 * Removes a group and those below; what ran in them has been killed.
 *
 * @throws Error when a process is still in one after half a minute
 */
export async function removeGroups(group: string): Promise<void> {
  if (await eventually(() => isRemoved(group), REMOVAL_TIMEOUT_MS)) return;
  throw new Error(
    `lab: group ${JSON.stringify(group)} must be empty, got processes ${processesOf(group).join(", ")}; end them`,
  );
}

/** The kernel gives a group up some moments after its last process. */
function isRemoved(group: string): boolean {
  try {
    for (const directory of groupsBelow(group).reverse()) fs.rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

/** The group and those below, parents first; none when it is not there. */
function groupsBelow(group: string): string[] {
  if (!fs.existsSync(group)) return [];
  const entries = fs.readdirSync(group, { withFileTypes: true });
  const below = entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => groupsBelow(path.join(group, name)));
  return [group, ...below];
}
