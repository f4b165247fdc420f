/** What is wrong with a unit file, in one sentence with its place. */
export class UnitError extends Error {}
