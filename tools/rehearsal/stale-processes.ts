import { eventually } from "./eventually";
import { processesOf } from "./leftovers";
import { signalProcess } from "./process-family";

const KILL_TIMEOUT_MS = 30_000;

/**
 * Ends what still runs of a rehearsal that was killed.
 *
 * @param directory its folder
 * @throws Error when a process does not end
 */
export async function endProcessesOf(directory: string): Promise<void> {
  for (const { pid } of processesOf(directory)) signalProcess(pid, "SIGKILL");
  if (await eventually(() => processesOf(directory).length === 0, KILL_TIMEOUT_MS)) return;
  const [{ pid, command }] = processesOf(directory) as [{ pid: number; command: string }];
  throw new Error(`rehearsal: process ${pid} (${command}) of a killed one does not end; end it by hand`);
}
