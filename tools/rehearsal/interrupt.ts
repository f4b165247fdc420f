import type { ChildProcess } from "node:child_process";

/** Ctrl-C, or the signal that asks to end, while a rehearsal plays. */
export interface Interrupt {
  /** Whether somebody wants all of it to end. */
  readonly happened: boolean;
  /** A command that runs; it gets the interrupt too, and is waited for. */
  passTo(child: ChildProcess): void;
  /** Settles with the next interrupt, which then means only that the wait is over. */
  wait(): Promise<void>;
  /** Signals mean again what they meant before. */
  stop(): void;
}

/** Listens for interrupts until it is stopped. */
export function onInterrupt(): Interrupt {
  let happened = false;
  let child: ChildProcess | undefined;
  let endWait: (() => void) | undefined;
  const listener = () => {
    if (endWait !== undefined) return endWait();
    happened = true;
    child?.kill("SIGINT");
  };
  process.on("SIGINT", listener).on("SIGTERM", listener);
  return {
    get happened() {
      return happened;
    },
    passTo: (next) => (child = next),
    wait: async () => {
      await new Promise<void>((resolve) => (endWait = resolve));
      endWait = undefined;
    },
    stop: () => void process.off("SIGINT", listener).off("SIGTERM", listener),
  };
}
