import type { DeployEvent } from "../rehearsal/deploy-log";

/** Something a deploy said. */
export interface LogEntry {
  /** When, in seconds since it began. */
  readonly at: number;
  /** How many SSH connections had been opened. */
  readonly connections: number;
  readonly event: DeployEvent;
}

/**
 * What the last stack took, time and connections: from the end of the apply before it to its own.
 *
 * @throws Error when there were not two applies
 */
export function lastStack(log: readonly LogEntry[]): { seconds: number; connections: number } {
  const ends = log.filter(({ event }) => event.kind === "summary" && event.text.startsWith("Apply complete"));
  const [before, last] = ends.slice(-2);
  if (before === undefined || last === undefined) {
    throw new Error(`a deploy of two stacks must end two applies, got ${ends.length}`);
  }
  return { seconds: last.at - before.at, connections: last.connections - before.connections };
}

/** How long each service of Sock Shop took from its definition to having run for a while, by name. */
export function serviceSeconds(log: readonly LogEntry[]): Record<string, number> {
  const created = log.flatMap(({ at, event }) => {
    if (event.kind !== "resource" || event.verb !== "created") return [];
    const service = /^SockShop\/(\w+)\/Resource$/.exec(event.resource)?.[1];
    const begun = log.find(({ event: other }) => isBegin(other, event.resource));
    return service === undefined || begun === undefined ? [] : [[kebabCase(service), at - begun.at] as const];
  });
  return Object.fromEntries(created);
}

function isBegin(event: DeployEvent, resource: string): boolean {
  return event.kind === "resource" && event.verb === "creating" && event.resource === resource;
}

function kebabCase(name: string): string {
  return name.replace(/(?!^)[A-Z]/g, "-$&").toLowerCase();
}
