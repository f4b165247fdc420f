import { WEAVE_NETWORK_NAME } from "../weave/weave-network";

/** What a task is, as the one who declares it says it. */
export interface TaskSpec {
  readonly taskName: string;
  readonly image: string;
  readonly shellCommand?: string;
  readonly command?: string[];
  readonly args?: string[];
  readonly environment: Record<string, string>;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly ports: number[];
}

/**
 * What Mesos reads of a task: the part of `v1::TaskInfo` we use.
 *
 * @see https://github.com/apache/mesos/blob/master/include/mesos/v1/mesos.proto
 */
export interface TaskInfo {
  readonly name: string;
  readonly task_id: { readonly value: string };
  /** Required by the message, chosen by Mesos: the value is empty. */
  readonly agent_id: { readonly value: "" };
  readonly resources: readonly Scalar[];
  readonly command: CommandInfo;
  readonly container: object;
  readonly discovery: object;
}

interface Scalar {
  readonly name: string;
  readonly type: "SCALAR";
  readonly scalar: { readonly value: number };
}

interface CommandInfo {
  readonly shell: boolean;
  readonly value?: string;
  readonly arguments?: readonly string[];
  readonly user: "root";
  readonly environment: object;
}

/** The TaskInfo of a task: a container of the Mesos containerizer on the overlay, found by its name. */
export function taskInfo(spec: TaskSpec): TaskInfo {
  return {
    name: spec.taskName,
    task_id: { value: spec.taskName },
    agent_id: { value: "" },
    resources: [scalar("cpus", spec.cpus), scalar("mem", spec.memoryMiB)],
    command: commandInfo(spec),
    container: {
      type: "MESOS",
      hostname: spec.taskName,
      mesos: { image: { type: "DOCKER", cached: true, docker: { name: spec.image } } },
      network_infos: [{ name: WEAVE_NETWORK_NAME }],
    },
    discovery: {
      visibility: "CLUSTER",
      name: spec.taskName,
      ports: { ports: spec.ports.map((number) => ({ number, protocol: "tcp" })) },
    },
  };
}

function scalar(name: string, value: number): Scalar {
  return { name, type: "SCALAR", scalar: { value } };
}

/**
 * How a container is started.
 *
 * With a value, Mesos ignores the image's entrypoint and takes the arguments as the whole argument vector, the program
 * included. Without one it appends the arguments to the entrypoint.
 *
 * @see https://github.com/apache/mesos/blob/1.11.0/src/slave/containerizer/mesos/isolators/docker/runtime.cpp
 */
function commandInfo({ shellCommand, command, args, environment }: TaskSpec): CommandInfo {
  const variables = Object.entries(environment).map(([name, value]) => ({ name, value }));
  const common = { user: "root", environment: { variables } } as const;
  if (shellCommand !== undefined) return { shell: true, value: shellCommand, ...common };
  if (command !== undefined) return { shell: false, value: command[0], arguments: command, ...common };
  return { shell: false, arguments: args, ...common };
}
