import { setTimeout as sleep } from "node:timers/promises";

const LOOK_AGAIN_MS = 100;

/**
 * Waits until a look at something throws no error any more.
 *
 * @param what named when it does not come
 * @returns what was seen
 * @throws Error with what the last look threw
 */
export async function within<T>(seconds: number, what: string, look: () => Promise<T> | T): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() >= deadline)
        throw new Error(`${what}: not well after ${seconds} s: ${(error as Error).message}`, {
          cause: error,
        });
    }
    await sleep(LOOK_AGAIN_MS);
  }
}
