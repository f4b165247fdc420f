import type { Row } from "./events";
import { StayUpCluster } from "./stay-up-cluster";

/** Plays an event on a cluster of its own; fails unless all is as declared after it, and nothing ever lived twice. */
export async function play({ play: happen }: Row, masters: number): Promise<void> {
  const cluster = await StayUpCluster.boot(masters);
  try {
    await happen(cluster);
    await cluster.converges();
    expect(cluster.violations).toEqual([]);
  } finally {
    await cluster.close();
  }
}
