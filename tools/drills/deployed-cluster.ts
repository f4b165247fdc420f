import { runLab } from "../lab/run-lab";
import { DRILLS } from ".";
import { allWell, type Outcome } from "./outcome";
import { chosen, type Part, type Run, type RunOptions } from "./part";
import { playDrills } from "./play";

const STACKS = ["mesos", "sock-shop"];

/** What a cluster that was deployed must bear. */
export const DEPLOYED_CLUSTER: Part = { drills: DRILLS, play };

/** Deploys both stacks and leaves them up until an interrupt. */
export function keepCluster(options: Omit<RunOptions, "only">): Promise<boolean> {
  return runLab({ ...options, stacks: STACKS, keep: true });
}

/** Deploys both stacks onto machines that boot, plays the drills, and destroys. */
async function play(options: RunOptions): Promise<Run> {
  const { masters, agents, print } = options;
  const outcomes: Outcome[] = [];
  const succeeded = await runLab({
    ...options,
    stacks: STACKS,
    keep: false,
    whileUp: async (lab, seconds, interrupt) => {
      const title = `${masters} masters, ${agents} agents and all of Sock Shop, from nothing`;
      outcomes.push({ title, seconds, failure: undefined });
      const watcher = { print, stopped: () => interrupt.happened };
      outcomes.push(...(await playDrills(chosen(DRILLS, options), lab, watcher)));
      return allWell(outcomes);
    },
  });
  return { succeeded, outcomes };
}
