import * as fs from "node:fs";
import * as path from "node:path";
import { lockDirectory } from "../rehearsal/directory-lock";
import { type Interrupt, onInterrupt } from "../rehearsal/interrupt";
import { RehearsedProject } from "../rehearsal/rehearsed-project";
import { prepareCache } from "./cache";
import { prepareHost } from "./host";
import { type Lab, startLab } from "./index";
import { LabRun, LabRunOptions, runDirectory } from "./lab-run";
import { labLeftovers } from "./leftovers";
import { type StandInArtifacts, standInArtifacts } from "./stand-in-artifacts";

/** A lab that runs, for as long as something is done in it. */
export interface LabPlace {
  readonly lab: Lab;
  readonly standIns: StandInArtifacts;
  /** The lab's folder, which is removed at the end. */
  readonly directory: string;
  readonly interrupt: Interrupt;
}

/**
 * Deploys a project's stacks onto booted machines, tells how each boot ended, destroys it and proves that nothing is left.
 *
 * @returns whether all of it went well
 * @throws Error when this host cannot have a lab, with the way out
 */
export function runLab(options: LabRunOptions): Promise<boolean> {
  const { source, print } = options;
  return inLab(source, print, async ({ lab, standIns, directory, interrupt }) => {
    const context = { artifacts: standIns.routes };
    const project = await RehearsedProject.deployTo(lab, { source, directory, context });
    return await new LabRun(project, options, interrupt).play().finally(() => project.close());
  });
}

/**
 * Starts a lab in a project's folder, does something in it, and proves that nothing is left.
 *
 * @param use closes the lab itself
 * @returns whether all of it went well
 * @throws Error when this host cannot have a lab, with the way out
 */
export async function inLab(
  source: string,
  print: (line: string) => void,
  use: (place: LabPlace) => Promise<boolean>,
): Promise<boolean> {
  // from the first on: what is being made is removed too
  const interrupt = onInterrupt();
  try {
    return await labUntil(interrupt, { source, print, use });
  } finally {
    interrupt.stop();
  }
}

/** What a lab is started for. */
interface LabUse {
  readonly source: string;
  readonly print: (line: string) => void;
  readonly use: (place: LabPlace) => Promise<boolean>;
}

async function labUntil(interrupt: Interrupt, { source, print, use }: LabUse): Promise<boolean> {
  prepareHost(print);
  const cached = await prepareCache(print);
  const directory = runDirectory(source);
  // before anything of a lab that runs there is touched
  lockDirectory(directory, "lab");
  let succeeded = false;
  let sshPort: number;
  try {
    print("making what stands in for Mesos, Mesos-DNS and Weave");
    const standIns = await standInArtifacts(path.join(directory, "artifacts"));
    const lab = await startLab({ directory, artifacts: standIns.artifacts, ...cached });
    ({ sshPort } = lab);
    if (interrupt.happened) await lab.close();
    else succeeded = await use({ lab, standIns, directory, interrupt });
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
  const leftovers = labLeftovers({ directory, sshPort });
  for (const leftover of leftovers) print(`left behind: ${leftover}`);
  if (leftovers.length === 0)
    print("nothing is left: no process, no mount, no control group, no listener, no file");
  return succeeded && leftovers.length === 0 && !interrupt.happened;
}
