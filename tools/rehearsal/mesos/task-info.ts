import { jsonType } from "./json-value";
import { MESSAGES } from "./messages";
import { parseResources, Resources } from "./resources";

/** A command of a task. */
export interface CommandInfo {
  readonly shell?: boolean;
  readonly value?: string;
  readonly user?: string;
  readonly arguments?: readonly string[];
  readonly environment?: { readonly variables?: readonly EnvironmentVariable[] };
}

/** A variable, plain or secret. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly type?: string;
  readonly secret?: { readonly value?: { readonly data?: string } };
}

/** A resource of a task: a scalar, or ranges of ports. */
export interface TaskResource {
  readonly name: string;
  readonly type: string;
  readonly scalar?: { readonly value: number | string };
  readonly ranges?: {
    readonly range: readonly { readonly begin: number | string; readonly end: number | string }[];
  };
}

/** What of a TaskInfo decides how the task runs here. */
export interface TaskInfo {
  readonly name: string;
  readonly task_id: { readonly value: string };
  readonly agent_id: { readonly value: string };
  readonly resources?: readonly TaskResource[];
  readonly command?: CommandInfo;
  readonly container?: {
    readonly type: string;
    readonly hostname?: string;
    readonly mesos?: {
      readonly image?: { readonly type?: string; readonly docker?: { readonly name: string } };
    };
    readonly network_infos?: readonly { readonly name?: string }[];
  };
  readonly health_check?: HealthCheck;
  readonly kill_policy?: { readonly grace_period?: { readonly nanoseconds: number | string } };
  readonly labels?: { readonly labels?: readonly { readonly key: string; readonly value?: string }[] };
  readonly discovery?: object;
}

/** How a task is asked whether it is healthy. */
export interface HealthCheck {
  readonly type?: string;
  readonly consecutive_failures?: number | string;
  readonly http?: object;
  readonly tcp?: object;
}

/** What mesos-execute asks for unless it is told. */
const DEFAULT_RESOURCES = "cpus:1;mem:128";

type Scalar = "string" | "number" | "boolean" | "enum";
/** A field: its type, or the fields of its message. */
interface Field {
  readonly type: Scalar | Message;
  readonly required?: boolean;
  readonly repeated?: boolean;
}
interface Message {
  readonly [field: string]: Field;
}

const REQUIRED_STRING: Field = { type: "string", required: true };
const REQUIRED_NUMBER: Field = { type: "number", required: true };
const VALUE_ID: Message = { value: REQUIRED_STRING };
const LABELS: Message = {
  labels: { repeated: true, type: { key: REQUIRED_STRING, value: { type: "string" } } },
};
const DOCKER_IMAGE: Message = { docker: { type: { name: REQUIRED_STRING } }, cached: { type: "boolean" } };

const COMMAND: Message = {
  shell: { type: "boolean" },
  value: { type: "string" },
  user: { type: "string" },
  arguments: { type: "string", repeated: true },
  environment: {
    type: {
      variables: {
        repeated: true,
        type: { name: REQUIRED_STRING, value: { type: "string" }, type: { type: "enum" } },
      },
    },
  },
};

const RESOURCE: Message = {
  name: REQUIRED_STRING,
  type: { type: "enum", required: true },
  scalar: { type: { value: REQUIRED_NUMBER } },
  ranges: { type: { range: { repeated: true, type: { begin: REQUIRED_NUMBER, end: REQUIRED_NUMBER } } } },
};

/**
 * The part of TaskInfo that is checked.
 *
 * @see https://github.com/apache/mesos/blob/master/include/mesos/v1/mesos.proto
 */
const TASK_INFO: Message = {
  name: REQUIRED_STRING,
  task_id: { type: VALUE_ID, required: true },
  agent_id: { type: VALUE_ID, required: true },
  resources: { type: RESOURCE, repeated: true },
  command: { type: COMMAND },
  container: {
    type: {
      type: { type: "enum", required: true },
      hostname: { type: "string" },
      mesos: { type: { image: { type: DOCKER_IMAGE } } },
      network_infos: { repeated: true, type: { name: { type: "string" }, labels: { type: LABELS } } },
    },
  },
  health_check: {
    type: {
      type: { type: "enum" },
      http: { type: { port: REQUIRED_NUMBER, path: { type: "string" } } },
      tcp: { type: { port: REQUIRED_NUMBER } },
      command: { type: COMMAND },
      delay_seconds: { type: "number" },
      interval_seconds: { type: "number" },
      timeout_seconds: { type: "number" },
      grace_period_seconds: { type: "number" },
      consecutive_failures: { type: "number" },
    },
  },
  kill_policy: { type: { grace_period: { type: { nanoseconds: REQUIRED_NUMBER } } } },
  labels: { type: LABELS },
  discovery: { type: { visibility: { type: "enum", required: true }, name: { type: "string" } } },
};

/**
 * Checks a parsed `--task` as Mesos does: unknown fields are ignored, numbers may be strings.
 *
 * @throws Error for a value of the wrong type, or naming every required field that is missing
 */
export function toTaskInfo(value: unknown): TaskInfo {
  checkTypes(value, TASK_INFO);
  const missing = missingFields(value, TASK_INFO, "");
  if (missing.length > 0) throw new Error(MESSAGES.missingFields(missing));
  return value as TaskInfo;
}

/** The TaskInfo that mesos-execute makes of its own flags. */
export function taskFromFlags(flags: {
  readonly name: string;
  readonly shell: boolean;
  readonly command?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly networks?: readonly string[];
  readonly resources?: string;
}): TaskInfo {
  const { name, shell, command, env } = flags;
  return {
    name,
    task_id: { value: name },
    agent_id: { value: "" },
    resources: taskResources(parseResources(flags.resources ?? DEFAULT_RESOURCES)),
    command: {
      shell,
      // without a shell the command is not used
      ...(shell ? { value: command } : {}),
      environment: { variables: Object.entries(env).map(([key, value]) => ({ name: key, value })) },
    },
    container: containerFromFlags(flags),
  };
}

/** The CNI networks a task's container joins. */
export function networksOf({ container }: Pick<TaskInfo, "container">): readonly string[] {
  return (container?.network_infos ?? []).flatMap(({ name }) => (name === undefined ? [] : [name]));
}

function containerFromFlags({
  image,
  networks = [],
}: {
  readonly image?: string;
  readonly networks?: readonly string[];
}): TaskInfo["container"] {
  if (image === undefined && networks.length === 0) return undefined;
  return {
    type: "MESOS",
    mesos: image === undefined ? undefined : { image: { type: "DOCKER", docker: { name: image } } },
    network_infos: networks.length === 0 ? undefined : networks.map((name) => ({ name })),
  };
}

/** Resources as a task lists them. */
export function taskResources({ scalars, ports }: Resources): TaskResource[] {
  const amounts = Object.entries(scalars).map(([name, thousandths]) => ({
    name,
    type: "SCALAR",
    scalar: { value: thousandths / 1000 },
  }));
  const range = ports.map(([begin, end]) => ({ begin, end }));
  return range.length === 0 ? amounts : [...amounts, { name: "ports", type: "RANGES", ranges: { range } }];
}

function checkTypes(value: unknown, message: Message): void {
  for (const [name, { type, repeated }] of Object.entries(message)) {
    const given = isObject(value) ? value[name] : undefined;
    if (given === undefined || given === null) continue;
    if (repeated && !Array.isArray(given)) throw new Error(MESSAGES.unexpectedType(jsonType(given), name));
    for (const item of repeated ? (given as unknown[]) : [given]) checkType(item, name, type);
  }
}

function checkType(value: unknown, name: string, type: Field["type"]): void {
  const seen = jsonType(value);
  if (typeof type === "object") {
    if (seen !== "object") throw new Error(MESSAGES.unexpectedType(seen, name));
    return checkTypes(value, type);
  }
  const allowed = {
    string: ["string"],
    enum: ["string"],
    boolean: ["boolean"],
    number: ["number", "string"],
  }[type];
  if (!allowed.includes(seen)) throw new Error(MESSAGES.unexpectedType(seen, name));
}

/** Paths of required fields that are missing, in messages that are there. */
function missingFields(value: unknown, message: Message, prefix: string): string[] {
  const object = isObject(value) ? value : {};
  return Object.entries(message).flatMap(([name, { type, required, repeated }]) => {
    const given = object[name];
    const path = `${prefix}${name}`;
    if (given === undefined || given === null) return required ? [path] : [];
    if (typeof type !== "object") return [];
    const items = repeated ? (given as unknown[]) : [given];
    return items.flatMap((item, index) =>
      missingFields(item, type, repeated ? `${path}[${index}].` : `${path}.`),
    );
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return jsonType(value) === "object";
}
