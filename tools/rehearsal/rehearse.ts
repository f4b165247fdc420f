import * as fs from "node:fs";
import { onInterrupt } from "./interrupt";
import { leftBehind } from "./leftovers";
import { requirePrograms } from "./needed-programs";
import { requireLinux } from "./namespace";
import { Play, type PlayOptions } from "./play";
import { hostOf, type RehearsalReport, versionsOf } from "./rehearsal-report";
import { RehearsedProject } from "./rehearsed-project";
import { makeRunDirectory } from "./run-directory";

/** What a rehearsal is told. */
export interface RehearseOptions extends Omit<PlayOptions, "directory"> {
  /** Folder of the cdktf project. */
  readonly source: string;
}

/**
 * Deploys a project's stacks onto machines on loopback, shows what runs there, destroys it and proves that nothing is left.
 *
 * @throws Error when this host cannot rehearse, with the way out
 */
export async function rehearse({ source, ...options }: RehearseOptions): Promise<RehearsalReport> {
  requireLinux(process.platform);
  const terraform = requirePrograms();
  const directory = await makeRunDirectory(source);
  const project = await RehearsedProject.start({ source, directory }).catch((error: unknown) => {
    fs.rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  const versions = { ...versionsOf(project.project), terraform };
  const { sshPort } = project.rehearsal;
  const interrupt = onInterrupt();
  const play = new Play(project, { ...options, directory }, interrupt);
  let wentAsTold = false;
  let inNoState: RehearsalReport["inNoState"] = [];
  try {
    wentAsTold = await play.run();
  } finally {
    inNoState = play.tellOrphans();
    await project.close();
    fs.rmSync(directory, { recursive: true, force: true });
    interrupt.stop();
  }
  const leftovers = leftBehind({ directory, sshPort, namespaceHolders: [...play.namespaceHolders] });
  tellLeftovers(leftovers, options.print);
  const { steps, services, machines, stillInState } = play;
  const success = wentAsTold && !interrupt.happened && inNoState.length + leftovers.length === 0;
  const fault = options.fault?.name;
  return {
    ...{ success, fault, versions, host: hostOf() },
    ...{ steps, services, machines, stillInState, inNoState, leftovers },
  };
}

function tellLeftovers(leftovers: readonly string[], print: (line: string) => void): void {
  if (leftovers.length === 0) {
    print("nothing is left: no process, no listener, no mount, no namespace, no file");
  }
  for (const leftover of leftovers) print(`left behind: ${leftover}`);
}
