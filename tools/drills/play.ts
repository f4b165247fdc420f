import type { Lab } from "../lab";
import type { Drill } from "./drill";
import { LabCluster } from "./lab-cluster";

/** How a drill ended. */
export interface Outcome {
  readonly title: string;
  /** From its beginning until all was well, or it failed. */
  readonly seconds: number;
  /** What was seen last; undefined when it went well. */
  readonly failure: string | undefined;
}

/**
 * Plays drills one after another on a cluster that is well, as far as it has masters enough.
 *
 * After one that failed the others are not played: whatever they would show, it may be of that one.
 */
export async function playDrills(
  drills: readonly Drill[],
  lab: Lab,
  print: (line: string) => void,
): Promise<Outcome[]> {
  const cluster = new LabCluster(lab);
  await cluster.remember();
  const outcomes: Outcome[] = [];
  for (const drill of drills.filter(({ masters }) => masters <= cluster.masters.length)) {
    const outcome = await timed(drill.title, () => drill.play(cluster));
    print(outcomeLine(outcome));
    outcomes.push(outcome);
    if (outcome.failure !== undefined) break;
  }
  return outcomes;
}

/** Measures something that may fail. */
export async function timed(title: string, play: () => Promise<void>): Promise<Outcome> {
  const started = Date.now();
  const failure = await play().then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { title, seconds: (Date.now() - started) / 1000, failure };
}

/** An outcome for a person to read. */
export function outcomeLine({ title, seconds, failure }: Outcome): string {
  const took = `${seconds.toFixed(0).padStart(5)} s`;
  return failure === undefined ? `${took}  ${title}` : `${took}  FAILED: ${title}: ${failure}`;
}
