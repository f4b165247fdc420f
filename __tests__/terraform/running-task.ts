import type { Machine } from "../../tools/rehearsal/machine";

/** The definition of a service's first copy, as a launcher keeps it. */
export async function definition(machine: Machine, service: string) {
  return JSON.parse(await bash(machine, 'cat /opt/cdktf-mesos/launcher/tasks/"$1"-1-*.json', service));
}

/** Runs a bash script on a machine and returns what it printed. */
export async function bash(machine: Machine, script: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await machine.run(["/bin/bash", "-c", script, "bash", ...args]);
  if (code !== 0) throw new Error(`exit code ${code}: ${script}\n${stderr}`);
  return stdout;
}

/**
 * Process id, in the machine, of a copy's first process.
 *
 * @returns an empty text where none runs
 */
export async function taskPid(machine: Machine, copy: string): Promise<string> {
  const find =
    'grep -lzEx -- "MESOS_TASK_ID=$1-[0-9]{14}" /proc/[0-9]*/environ 2>/dev/null | sort -t / -k 3n | head -n 1 || true';
  return (await bash(machine, find, copy)).replace(/\D/g, "");
}

/**
 * Process id of a task that has been told to be running: its process may come a moment after the word.
 *
 * @throws Error when none comes within ten seconds
 */
export async function startedTaskPid(machine: Machine, task: string): Promise<string> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    const pid = await taskPid(machine, task);
    if (pid !== "") return pid;
  }
  throw new Error(`no process of ${task} within 10 s`);
}

/** The environment a task's process was given, read from the kernel. */
export async function taskEnvironment(machine: Machine, task: string): Promise<Record<string, string>> {
  const entries = await kernelList(machine, task, "environ");
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
}

/** The arguments a task's process was given, read from the kernel. */
export function taskArguments(machine: Machine, task: string): Promise<string[]> {
  return kernelList(machine, task, "cmdline");
}

async function kernelList(machine: Machine, task: string, file: string): Promise<string[]> {
  const text = await bash(machine, 'cat "/proc/$1/$2"', await taskPid(machine, task), file);
  return text.split("\0").slice(0, -1);
}
