import type { Outcome } from "./outcome";

/** What a run of drills is told. */
export interface RunOptions {
  /** Folder of the cdktf project. */
  readonly source: string;
  /** Masters of the cluster that is deployed. */
  readonly masters: number;
  /** Agents of the cluster that is deployed. */
  readonly agents: number;
  /** Names of the drills that are played; all, unless told. */
  readonly only?: readonly string[];
  /** Takes each line for a person to read. */
  readonly print: (line: string) => void;
}

/** How a run ended. */
export interface Run {
  readonly succeeded: boolean;
  readonly outcomes: readonly Outcome[];
}

/** Drills that are played in one lab. */
export interface Part {
  readonly drills: readonly { readonly name: string; readonly title: string }[];
  readonly play: (options: RunOptions) => Promise<Run>;
}

/** Those that are to be played. */
export function chosen<T extends { readonly name: string }>(
  drills: readonly T[],
  { only }: Pick<RunOptions, "only">,
): T[] {
  return drills.filter(({ name }) => only === undefined || only.includes(name));
}
