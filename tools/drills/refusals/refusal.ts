import type { Lab } from "../../lab/index";
import type { StandInArtifacts } from "../../lab/stand-in-artifacts";

/** Where a refusal is played. */
export interface RefusalWorld {
  readonly lab: Lab;
  readonly standIns: StandInArtifacts;
  /** Second number of the range of a VPC that nobody else uses, 10.x.0.0/16. */
  readonly range: number;
}

/** Something that keeps a machine from becoming a node, and what must be said of it. */
export interface Refusal {
  readonly name: string;
  /** For people: a row of docs/lab.md. */
  readonly title: string;
  /** Whether it takes less than a minute on two cores, so that CI plays it. */
  readonly short?: boolean;
  /**
   * Boots machines under it.
   *
   * @throws Error when the cause is not named, or a machine looks ready, or does not end its boot
   */
  play(world: RefusalWorld): Promise<void>;
}
