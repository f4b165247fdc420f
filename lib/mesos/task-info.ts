import { WEAVE_NETWORK_NAME } from "../weave/weave-network";
import type { HealthCheck } from "./health-check";
import type { TaskLink } from "./task-link";
import { UpdateStrategy } from "./update-strategy";

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
  readonly hostPorts: number[];
  readonly labels: Record<string, string>;
  readonly links: TaskLink[];
  readonly healthCheck?: HealthCheck;
  /** Time between SIGTERM and SIGKILL, in seconds. */
  readonly killGraceSec?: number;
  /** How many copies run. */
  readonly replicas: number;
  readonly updateStrategy: UpdateStrategy;
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
  readonly resources: readonly (Scalar | Ranges)[];
  readonly command: CommandInfo;
  readonly container: object;
  readonly health_check?: object;
  readonly kill_policy?: object;
  readonly labels: object;
  readonly discovery: object;
}

interface Scalar {
  readonly name: string;
  readonly type: "SCALAR";
  readonly scalar: { readonly value: number };
}

interface Ranges {
  readonly name: string;
  readonly type: "RANGES";
  readonly ranges: { readonly range: readonly { readonly begin: number; readonly end: number }[] };
}

interface CommandInfo {
  readonly shell: boolean;
  readonly value?: string;
  readonly arguments?: readonly string[];
  readonly user: "root";
  readonly environment: object;
}

/** Label that tells the launchers how a copy is replaced; they read the same name. */
const UPDATE_LABEL = "cdktf-mesos:update";

/** Names of a task's copies. The id each runs under has a generation more, which the launchers add. */
export function copyNames({ taskName, replicas }: Pick<TaskSpec, "taskName" | "replicas">): string[] {
  return Array.from({ length: replicas }, (_, index) => `${taskName}-${index + 1}`);
}

/**
 * The TaskInfo of one copy of a task, by the copy's name: a container of the Mesos containerizer, found by the task's name. It is on the
 * overlay, or on its agent's network when it takes ports of the agent.
 */
export function taskInfo(spec: TaskSpec, copy: string): TaskInfo {
  const update = { [UPDATE_LABEL]: UpdateStrategy[spec.updateStrategy] };
  const labels = Object.entries({ ...spec.labels, ...update }).map(([key, value]) => ({ key, value }));
  const onHost = spec.hostPorts.length > 0;
  const listens = [...spec.ports, ...spec.hostPorts];
  return {
    name: spec.taskName,
    task_id: { value: copy },
    agent_id: { value: "" },
    resources: [scalar("cpus", spec.cpus), scalar("mem", spec.memoryMiB), ...ports(spec.hostPorts)],
    command: commandInfo(spec),
    container: {
      type: "MESOS",
      hostname: onHost ? undefined : spec.taskName,
      mesos: { image: { type: "DOCKER", cached: true, docker: { name: spec.image } } },
      network_infos: onHost ? undefined : [{ name: WEAVE_NETWORK_NAME }],
    },
    health_check: spec.healthCheck?._info(),
    kill_policy: killPolicy(spec.killGraceSec),
    labels: { labels },
    discovery: {
      visibility: "CLUSTER",
      name: spec.taskName,
      ports: { ports: listens.map((number) => ({ number, protocol: "tcp" })) },
    },
  };
}

function killPolicy(graceSec: number | undefined): object | undefined {
  return graceSec === undefined ? undefined : { grace_period: { nanoseconds: graceSec * 1e9 } };
}

function ports(hostPorts: readonly number[]): Ranges[] {
  const range = hostPorts.map((port) => ({ begin: port, end: port }));
  return range.length > 0 ? [{ name: "ports", type: "RANGES", ranges: { range } }] : [];
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
