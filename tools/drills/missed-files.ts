import * as path from "node:path";
import type { Lab } from "../lab";
import { bootCluster } from "./node-files/booted-cluster";
import { FILE_CASES, KEY_CASES } from "./node-files/file-cases";
import { missEachFile } from "./node-files/miss-files";
import { prepareProbes } from "./node-files/probes";
import type { Interrupt } from "../rehearsal/interrupt";
import { inLab } from "../lab/run-lab";
import type { StandInArtifacts } from "../lab/stand-in-artifacts";
import { allWell, type Outcome, timed } from "./outcome";
import type { Part, Run, RunOptions } from "./part";

const COUNT = [...Object.values(FILE_CASES), ...Object.values(KEY_CASES)].flat().length;

const NAME = "files";
const TITLE = `each of ${COUNT} files and settings of a master and an agent is taken away or changed, one after another: a check complains of just that`;

/** What becomes of a node's files, each. */
export const MISSED_FILES: Part = { drills: [{ name: NAME, title: TITLE }], play };

async function play({ source, print }: RunOptions): Promise<Run> {
  const outcomes: Outcome[] = [];
  const succeeded = await inLab(source, print, async ({ lab, standIns, directory, interrupt }) => {
    const missed = () => missAll({ source, directory, print }, lab, standIns, interrupt);
    outcomes.push(await timed(TITLE, missed).finally(() => lab.close()));
    return allWell(outcomes);
  });
  return { succeeded, outcomes };
}

async function missAll(
  { source, directory, print }: Pick<RunOptions, "source" | "print"> & { readonly directory: string },
  lab: Lab,
  standIns: StandInArtifacts,
  interrupt: Pick<Interrupt, "happened">,
): Promise<void> {
  const nodes = await bootCluster({
    lab,
    source,
    directory,
    logs: path.join(source, ".lab/logs"),
    artifacts: standIns.routes,
    agents: 2,
    registryAuth: { auths: {} },
  });
  const probed = await prepareProbes(nodes);
  const outcomes = await missEachFile(probed, {
    tell: ({ file, missed, seconds }) =>
      print(`${seconds.toFixed(0).padStart(5)} s  ${missed ? "missed" : "NOT MISSED"}: ${file}`),
    stopped: () => interrupt.happened,
  });
  if (interrupt.happened) throw new Error(`interrupted after ${outcomes.length} of ${COUNT}`);
  const ignored = outcomes.filter(({ missed }) => !missed);
  if (ignored.length > 0)
    throw new Error(ignored.map(({ node, file, said }) => `${file} on ${node}: ${said}`).join("; "));
}
