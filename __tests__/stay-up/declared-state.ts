import type { ClusterState, Framework, Task } from "../../tools/rehearsal/mesos/cluster-state";
import { copyOf, definitionOf } from "./copy";
import { definitions, hashOf, type Service } from "./service";

/** A unit that is enabled on a master, with the hash of its definition there. */
export interface Unit {
  readonly master: string;
  readonly task: string;
  /** Undefined where there is no such file. */
  readonly hash?: string;
}

/** All there is besides a cluster's state: what masters hold, and which of them have heard the last of each service. */
export interface Held {
  readonly units: readonly Unit[];
  /** Other files below a master's tasks. */
  readonly files: readonly string[];
  /** Masters that run and took part in the last change of a service, by its name. */
  readonly informed: ReadonlyMap<string, readonly string[]>;
}

/** Whether a task runs and, where Mesos asks for its health, is healthy. */
export function isWell({ state, statuses, info }: Task): boolean {
  return state === "TASK_RUNNING" && (info.health_check === undefined || statuses.at(-1)?.healthy === true);
}

/** In what a cluster differs from what is declared; nothing when all is as it should be. */
export function differences(services: readonly Service[], state: ClusterState, held: Held): string[] {
  const hashes = new Map(
    services.flatMap((each) => [...definitions(each)].map(([copy, text]) => [copy, hashOf(text)] as const)),
  );
  return [
    ...(state.leader === undefined ? ["no master leads"] : []),
    ...state.recovered.map(({ agent }) => `agent ${agent.id} is not back`),
    ...state.frameworks.flatMap((framework) => strange(framework, hashes)),
    ...[...hashes.keys()].flatMap((copy) => missing(copy, state)),
    ...held.units.flatMap((unit) => wrongUnit(unit, hashes)),
    ...services.flatMap((each) => missingUnits(each, held)),
    ...held.files.filter((file) => !isOfCopy(file, hashes)).map((file) => `${file} is left`),
  ];
}

/** What of a framework should not be. */
function strange({ id, process, tasks }: Framework, hashes: ReadonlyMap<string, string>): string[] {
  if (process === undefined) return [`framework ${id} has no mesos-execute`];
  if (tasks.length === 0) return [`framework ${id} has no task`];
  return tasks
    .filter((task) => hashes.get(copyOf(task)) !== definitionOf(task.info))
    .map(({ info }) => `${info.task_id.value} is not declared so`);
}

function missing(copy: string, { frameworks }: ClusterState): string[] {
  const tasks = frameworks.flatMap((framework) => framework.tasks).filter((task) => copyOf(task) === copy);
  if (tasks.length === 0) return [`${copy} does not run`];
  const sick = tasks
    .filter((task) => !isWell(task))
    .map(({ info, state }) => `${info.task_id.value} is ${state}`);
  return [...sick, ...(tasks.length > 1 ? [`${copy} runs ${tasks.length} times`] : [])];
}

function wrongUnit({ master, task, hash }: Unit, hashes: ReadonlyMap<string, string>): string[] {
  const declared = hashes.get(task.replace(/-\d{14}$/, ""));
  if (declared === undefined) return [`unit of ${task} is left on ${master}`];
  return hash === declared ? [] : [`unit of ${task} on ${master} has another definition`];
}

function missingUnits(declared: Service, { informed, units }: Held): string[] {
  return (informed.get(declared.name) ?? []).flatMap((master) =>
    [...definitions(declared).keys()].flatMap((copy) => {
      const own = units.filter((unit) => unit.master === master && unit.task.startsWith(`${copy}-`));
      return own.length === 1 ? [] : [`${master} has ${own.length} units of ${copy}`];
    }),
  );
}

function isOfCopy(file: string, hashes: ReadonlyMap<string, string>): boolean {
  return [...hashes.keys()].some((copy) => file.endsWith(`/${copy}.wanted`));
}
