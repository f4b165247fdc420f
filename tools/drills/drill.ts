import type { LabCluster } from "./lab-cluster";

/** Something done to a cluster on purpose, or asked of it, and what must come of it. */
export interface Drill {
  /** Lower-case words joined by hyphens. */
  readonly name: string;
  /** What is done, for people. */
  readonly title: string;
  /** Masters the cluster must have at the least. */
  readonly masters: number;
  /** Whether it takes less than a minute on two cores, so that CI plays it. */
  readonly short: boolean;
  /**
   * Does it and waits for what must come of it.
   *
   * @throws Error with what was seen last
   */
  readonly play: (cluster: LabCluster) => Promise<void>;
}

/** A drill that does something, after which all must be well again by itself. */
export function recovery(
  name: string,
  title: string,
  fault: (cluster: LabCluster) => Promise<void>,
  { masters = 1, short = true }: Partial<Pick<Drill, "masters" | "short">> = {},
): Drill {
  const play = async (cluster: LabCluster) => {
    await fault(cluster);
    await cluster.untilWell();
  };
  return { name, title, masters, short, play };
}
