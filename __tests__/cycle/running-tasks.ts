import type { Rehearsal } from "../../tools/rehearsal";

/** What tells one run of a task from another. */
export interface RunningTask {
  /** Process of its unit on the master that launched it. */
  readonly pid: string;
  /** Id of its framework in Mesos. */
  readonly framework: string;
}

/** The tasks that run, by the names of their copies. */
export async function runningTasks(rehearsal: Rehearsal): Promise<Record<string, RunningTask>> {
  const [master] = rehearsal.machines().filter(({ name }) => name.includes("master"));
  const script = 'for task; do systemctl show --property=MainPID --value "mesos-task@$task"; done';
  const placements = rehearsal.placements();
  const tasks = placements.map(({ task }) => task);
  const result = await rehearsal.machine(master?.id ?? "")?.run(["/bin/bash", "-c", script, "ask", ...tasks]);
  const pids = result?.stdout.trimEnd().split("\n") ?? [];
  return Object.fromEntries(
    placements.map(({ task, framework }, index) => [
      task.replace(/-\d{14}$/, ""),
      { pid: pids[index] ?? "", framework },
    ]),
  );
}

/** How many connections to SSH servers have been opened, by the names of the machines that run. */
export function sshConnections(rehearsal: Rehearsal): Record<string, number> {
  return Object.fromEntries(rehearsal.machines().map(({ id, name }) => [name, rehearsal.connections(id)]));
}
