import { setTimeout as sleep } from "node:timers/promises";

const STEP_MS = 10;

/**
 * Waits until a condition holds.
 *
 * @param timeoutMs how long, in milliseconds
 * @returns whether it held in time
 */
export async function eventually(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() >= deadline) return false;
    await sleep(STEP_MS);
  }
  return true;
}
