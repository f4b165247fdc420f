import * as fs from "node:fs";
import * as path from "node:path";
import { lockDirectory } from "../rehearsal/directory-lock";
import { onInterrupt } from "../rehearsal/interrupt";
import { RehearsedProject } from "../rehearsal/rehearsed-project";
import { prepareCache } from "./cache";
import { prepareHost } from "./host";
import { startLab } from "./index";
import { LabRun, LabRunOptions, runDirectory } from "./lab-run";
import { labLeftovers } from "./leftovers";
import { standInArtifacts } from "./stand-in-artifacts";

/**
 * Deploys a project's stacks onto booted machines, tells how each boot ended, destroys it and proves that nothing is left.
 *
 * @returns whether all of it went well
 * @throws Error when this host cannot have a lab, with the way out
 */
export async function runLab(options: LabRunOptions): Promise<boolean> {
  const { source, print } = options;
  prepareHost(print);
  const cached = await prepareCache(print);
  const directory = runDirectory(source);
  // before anything of a lab that runs there is touched
  lockDirectory(directory, "lab");
  print("making what stands in for Mesos, Mesos-DNS and Weave");
  const { artifacts, routes } = await standInArtifacts(path.join(directory, "artifacts"));
  const lab = await startLab({ directory, artifacts, ...cached });
  const interrupt = onInterrupt();
  let succeeded = false;
  try {
    const project = await RehearsedProject.deployTo(lab, {
      source,
      directory,
      context: { artifacts: routes },
    });
    succeeded = await new LabRun(project, options, interrupt).play().finally(() => project.close());
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
    interrupt.stop();
  }
  const leftovers = labLeftovers({ directory, sshPort: lab.sshPort });
  for (const leftover of leftovers) print(`left behind: ${leftover}`);
  if (leftovers.length === 0)
    print("nothing is left: no process, no mount, no control group, no listener, no file");
  return succeeded && leftovers.length === 0 && !interrupt.happened;
}
