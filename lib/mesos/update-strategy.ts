/** How a changed task takes the place of the one that runs. */
export enum UpdateStrategy {
  /** The new one is started first; the old one serves until the new one is well, so both answer for a moment. */
  START_FIRST,
  /** The old one is stopped first: for what must be alone, like a database, or needs what the old one holds. */
  STOP_FIRST,
}
