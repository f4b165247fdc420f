import type { Lab } from "../lab";
import type { Drill } from "./drill";
import { LabCluster } from "./lab-cluster";
import { type Outcome, outcomeLine, timed } from "./outcome";

/** Who watches drills. */
export interface Watcher {
  /** Takes a line for each. */
  readonly print: (line: string) => void;
  /** Whether no other one is to be played. */
  readonly stopped: () => boolean;
}

/**
 * Plays drills one after another on a cluster that is well, as far as it has masters enough.
 *
 * After one that failed the others are played only if the cluster is well again: whatever else they would show, it may
 * be of that one.
 */
export async function playDrills(
  drills: readonly Drill[],
  lab: Lab,
  { print, stopped }: Watcher,
): Promise<Outcome[]> {
  const cluster = new LabCluster(lab);
  await cluster.remember();
  const outcomes: Outcome[] = [];
  for (const drill of drills.filter(({ masters }) => masters <= cluster.masters.length)) {
    if (stopped()) break;
    const outcome = await timed(drill.title, () => drill.play(cluster));
    print(outcomeLine(outcome));
    outcomes.push(outcome);
    if (outcome.failure !== undefined && !(await isWellAgain(cluster))) break;
  }
  return outcomes;
}

async function isWellAgain(cluster: LabCluster): Promise<boolean> {
  await Promise.all(cluster.all.map((machine) => machine.switchOn()));
  const { failure } = await timed("", () => cluster.untilWell());
  return failure === undefined;
}
