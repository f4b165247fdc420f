import { ImageManifest } from "./image";
import { MESSAGES } from "./messages";
import { CommandInfo, TaskInfo } from "./task-info";

/** What is executed: a program and its arguments. */
export type Argv = readonly [string, ...string[]];

/**
 * What a task executes, from its command and its image's entrypoint and default arguments.
 *
 * @throws Error with the reason for which the container could not be launched
 * @see https://github.com/apache/mesos/blob/master/docs/container-image.md
 */
export function taskArgv(command: CommandInfo = {}, image?: ImageManifest): Argv {
  const { shell = true, value, arguments: given = [] } = command;
  if (shell) {
    if (value === undefined) throw new Error(MESSAGES.noCommand);
    return ["/bin/sh", "-c", value];
  }
  // the arguments hold the program's own name then
  if (value !== undefined) return [value, ...given.slice(1)];
  const { entrypoint = [], cmd = [] } = image ?? {};
  const argv =
    given.length === 0
      ? [...entrypoint, ...cmd]
      : [...(entrypoint.length > 0 ? entrypoint : cmd.slice(0, 1)), ...given];
  const [program, ...rest] = argv;
  if (program === undefined) throw new Error(MESSAGES.noExecutable);
  return [program, ...rest];
}

/** A task's variables: its own win over its image's. Secrets are given as base64. */
export function taskEnvironment(task: TaskInfo, image?: ImageManifest): Record<string, string> {
  const variables = task.command?.environment?.variables ?? [];
  const own = variables.map(({ name, value, secret }): [string, string] => [
    name,
    value ?? Buffer.from(secret?.value?.data ?? "", "base64").toString(),
  ]);
  return { ...image?.env, ...Object.fromEntries(own) };
}

/** Seconds between SIGTERM and SIGKILL; three unless the task says otherwise. */
export function killGraceSec({ kill_policy: policy }: TaskInfo): number {
  const nanoseconds = policy?.grace_period?.nanoseconds;
  return nanoseconds === undefined ? 3 : Number(nanoseconds) / 1e9;
}
