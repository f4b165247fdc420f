import * as fs from "node:fs";
import * as path from "node:path";
import type { NodeCluster } from "../rehearsal/node-cluster";
import { LAUNCHER } from "../rehearsal/shipped-launcher";
import { definitionOf } from "./copy";
import type { Held, Unit } from "./declared-state";

const TASKS = `${LAUNCHER}/tasks`;
const ENABLED = "/etc/systemd/system/multi-user.target.wants";

/** How much of a journal is shown of what went wrong. */
const JOURNAL_LINES = 60;

/**
 * What the masters that run hold.
 *
 * @param informed masters that took part in the last change of a service, by its name
 */
export function heldOn(nodes: NodeCluster, informed: ReadonlyMap<string, readonly string[]>): Held {
  const masters = runningMasters(nodes);
  const told = [...informed].map(
    ([name, all]) => [name, all.filter((master) => masters.includes(master))] as const,
  );
  return {
    units: masters.flatMap((master) => unitsOn(nodes, master)),
    files: masters.flatMap((master) => otherFilesOn(nodes, master)),
    informed: new Map(told),
  };
}

/** The last lines of the journals of all masters that tell of something. */
export function journals(nodes: NodeCluster, about: readonly string[]): string {
  return runningMasters(nodes)
    .map((address) => `${address}:\n${journal(nodes, address, about)}`)
    .join("\n");
}

function runningMasters({ masters, running }: NodeCluster): string[] {
  return masters.filter((master) => running.includes(master));
}

function unitsOn(nodes: NodeCluster, master: string): Unit[] {
  return namesIn(nodes, master, ENABLED).map((unit) => {
    const task = unit.replace(/^mesos-task@(.*)\.service$/, "$1");
    return { master, task, hash: hashOn(nodes, master, task) };
  });
}

function otherFilesOn(nodes: NodeCluster, master: string): string[] {
  const enabled = namesIn(nodes, master, ENABLED);
  return namesIn(nodes, master, TASKS)
    .filter((file) => !enabled.includes(`mesos-task@${path.basename(file, ".json")}.service`))
    .map((file) => `${master}:${TASKS}/${file}`);
}

function hashOn(nodes: NodeCluster, master: string, task: string): string | undefined {
  try {
    const text = fs.readFileSync(nodes.onHost(master, `${TASKS}/${task}.json`), "utf8");
    return definitionOf(JSON.parse(text) as Parameters<typeof definitionOf>[0]);
  } catch {
    return undefined;
  }
}

function namesIn(nodes: NodeCluster, master: string, directory: string): string[] {
  const onHost = nodes.onHost(master, directory);
  return fs.existsSync(onHost) ? fs.readdirSync(onHost) : [];
}

function journal(nodes: NodeCluster, address: string, about: readonly string[]): string {
  const file = path.join(nodes.onHost(address, "/"), "..", "journal.log");
  const lines = fs.existsSync(file) ? fs.readFileSync(file, "utf8").trimEnd().split("\n") : [];
  const told = lines.filter((line) => about.some((what) => line.includes(what)));
  return told.slice(-JOURNAL_LINES).join("\n");
}
