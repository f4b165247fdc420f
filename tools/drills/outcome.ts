/** How a drill ended. */
export interface Outcome {
  readonly title: string;
  /** From its beginning until all was well, or it failed. */
  readonly seconds: number;
  /** What was seen last; undefined when it went well. */
  readonly failure: string | undefined;
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

/** Whether none failed. */
export function allWell(outcomes: readonly Outcome[]): boolean {
  return outcomes.every(({ failure }) => failure === undefined);
}

/** An outcome for a person to read. */
export function outcomeLine({ title, seconds, failure }: Outcome): string {
  const took = `${seconds.toFixed(0).padStart(5)} s`;
  return failure === undefined ? `${took}  ${title}` : `${took}  FAILED: ${title}: ${failure}`;
}
