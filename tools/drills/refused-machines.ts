import { playRefusal, REFUSALS } from "./refusals/refusals";
import { inLab } from "../lab/run-lab";
import { allWell, type Outcome, outcomeLine, timed } from "./outcome";
import { chosen, type Part, type Run, type RunOptions } from "./part";

/** Refusals that are played at a time: as many machines as two cores bear. */
const SIDE_BY_SIDE = 6;

/** Machines that must not become nodes, or only later, and must say why. */
export const REFUSED_MACHINES: Part = { drills: REFUSALS, play };

async function play({ source, print, only }: RunOptions): Promise<Run> {
  const outcomes = new Map<string, Outcome>();
  const succeeded = await inLab(source, print, async ({ lab, standIns, interrupt }) => {
    const waiting = chosen(REFUSALS, { only });
    const lane = async () => {
      for (let next = waiting.shift(); next !== undefined && !interrupt.happened; next = waiting.shift()) {
        const refusal = next;
        const outcome = await timed(refusal.title, () => playRefusal(refusal, { lab, standIns }));
        print(outcomeLine(outcome));
        outcomes.set(refusal.name, outcome);
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane)).finally(() => lab.close());
    return allWell([...outcomes.values()]);
  });
  const inOrder = REFUSALS.map(({ name }) => outcomes.get(name)).filter((outcome) => outcome !== undefined);
  return { succeeded, outcomes: inOrder };
}
