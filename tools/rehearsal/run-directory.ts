import * as fs from "node:fs";
import * as path from "node:path";
import { identityOf } from "./directory-lock";
import { sweepMachine } from "./machine";
import { endProcessesOf } from "./stale-processes";

/**
 * Makes a folder for one rehearsal in a project's `.rehearsal`, and removes what killed ones left there: their processes,
 * then their folders. Those that still run are left alone.
 *
 * @param source the project's folder
 */
export async function makeRunDirectory(source: string): Promise<string> {
  const all = path.join(source, ".rehearsal");
  fs.mkdirSync(all, { recursive: true });
  const runs = fs.readdirSync(all).filter((name) => name.startsWith("run-"));
  await Promise.all(runs.filter(isOver).map((name) => sweepRun(path.join(all, name))));
  // whose it is stands in its name, so it is never without an owner
  return fs.mkdtempSync(path.join(all, `run-${identityOf(process.pid)?.replace(" ", "-")}-`));
}

function isOver(name: string): boolean {
  const [, pid, startTime] = name.split("-");
  return identityOf(Number(pid)) !== `${pid} ${startTime}`;
}

/**
 * Removes a rehearsal's folder after ending what still runs of it.
 *
 * @throws Error when a process does not end
 */
async function sweepRun(directory: string): Promise<void> {
  const machines = path.join(directory, "machines");
  const names = fs.existsSync(machines) ? fs.readdirSync(machines) : [];
  await Promise.all(names.map((name) => sweepMachine(path.join(machines, name))));
  await endProcessesOf(directory);
  fs.rmSync(directory, { recursive: true, force: true });
}
