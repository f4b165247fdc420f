import type { Measurement } from "./measurement";

/** The middle of some numbers; of an even count, halfway between the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new Error("a median needs at least one value, got []");
  return (low + high) / 2;
}

/** Medians of time and memory, each by itself. */
export function medianOf(runs: readonly Measurement[]): Measurement {
  return {
    seconds: median(runs.map(({ seconds }) => seconds)),
    peakMiB: median(runs.map(({ peakMiB }) => peakMiB)),
  };
}
