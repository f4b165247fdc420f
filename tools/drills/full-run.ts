import { runLab } from "../lab/run-lab";
import { DRILLS } from ".";
import { type Outcome, outcomeLine, playDrills } from "./play";

/** What a run of all drills is told. */
export interface FullRunOptions {
  /** Folder of the cdktf project. */
  readonly source: string;
  readonly masters: number;
  readonly agents: number;
  /** Whether nothing is played, and the machines stay up until an interrupt. */
  readonly keep?: boolean;
  /** Names of the drills that are played; all, unless told. */
  readonly only?: readonly string[];
  /** Takes each line for a person to read. */
  readonly print: (line: string) => void;
}

/** How a run of all drills ended. */
export interface FullRun {
  readonly succeeded: boolean;
  readonly outcomes: readonly Outcome[];
}

/** Deploys both stacks onto machines that boot, plays the drills, and destroys. */
export async function fullRun({ keep = false, only, ...options }: FullRunOptions): Promise<FullRun> {
  const { masters, agents, print } = options;
  const drills = DRILLS.filter(({ name }) => only === undefined || only.includes(name));
  const outcomes: Outcome[] = [];
  const succeeded = await runLab({
    ...options,
    stacks: ["mesos", "sock-shop"],
    keep,
    whileUp: async (lab, seconds) => {
      if (keep) return true;
      const title = `${masters} masters, ${agents} agents and all of Sock Shop, from nothing`;
      outcomes.push({ title, seconds, failure: undefined });
      outcomes.push(...(await playDrills(drills, lab, print)));
      return outcomes.every(({ failure }) => failure === undefined);
    },
  });
  print("");
  outcomes.map(outcomeLine).forEach(print);
  return { succeeded, outcomes };
}
