import {
  BOOLEAN,
  DURATION,
  FlagTable,
  JSON_TEXT,
  LIST,
  loadFlags as load,
  TEXT,
  usageOf,
} from "./flag-loader";
import { jsonType, parseJson } from "./json-value";
import { MESSAGES } from "./messages";
import { TaskInfo, toTaskInfo } from "./task-info";
import { UsageError } from "./usage-error";

const FLAGS: FlagTable = {
  help: BOOLEAN,
  master: TEXT,
  task: { read: (value) => toTaskInfo(parseJson(value)), path: "bare" },
  task_group: JSON_TEXT,
  name: TEXT,
  shell: BOOLEAN,
  command: TEXT,
  env: { read: environment },
  resources: TEXT,
  hadoop: TEXT,
  hdfs: TEXT,
  package: TEXT,
  overwrite: BOOLEAN,
  checkpoint: BOOLEAN,
  appc_image: TEXT,
  docker_image: TEXT,
  framework_capabilities: LIST,
  containerizer: TEXT,
  effective_capabilities: JSON_TEXT,
  bounding_capabilities: JSON_TEXT,
  rlimits: JSON_TEXT,
  role: TEXT,
  kill_after: DURATION,
  networks: LIST,
  principal: TEXT,
  secret: TEXT,
  volumes: JSON_TEXT,
  content_type: TEXT,
  tty: BOOLEAN,
  partition_aware: BOOLEAN,
};

/** The flags of a command line; what was not given is undefined. */
export interface Flags {
  readonly help?: boolean;
  readonly master?: string;
  readonly task?: TaskInfo;
  readonly task_group?: unknown;
  readonly name?: string;
  readonly shell?: boolean;
  readonly command?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly resources?: string;
  readonly appc_image?: string;
  readonly docker_image?: string;
  readonly containerizer?: string;
  /** Seconds. */
  readonly kill_after?: number;
  readonly checkpoint?: boolean;
  readonly partition_aware?: boolean;
  readonly role?: string;
  readonly networks?: readonly string[];
  readonly volumes?: unknown;
  readonly principal?: string;
  readonly secret?: string;
}

/**
 * Reads mesos-execute's command line.
 *
 * @param readFile reads a file of the machine; its error's message is shown
 * @throws UsageError with the text of the real one
 */
export function loadFlags(args: readonly string[], readFile: (path: string) => string): Flags {
  const loaded: Flags = load(FLAGS, { args, readFile });
  if (loaded.help !== true && loaded.master === undefined)
    throw new UsageError(MESSAGES.requiredFlag("master"));
  return loaded;
}

/** What `--help` prints, and every usage error after its message. */
export function usage(): string {
  return usageOf("mesos-execute", FLAGS);
}

function environment(value: string): Record<string, string> {
  const parsed = parseJson(value);
  if (jsonType(parsed) !== "object") throw new Error(MESSAGES.unexpectedType(jsonType(parsed), "env"));
  const variables = parsed as Record<string, string>;
  for (const [key, item] of Object.entries(variables)) {
    if (typeof item !== "string") throw new Error(MESSAGES.notString(key, value));
  }
  return variables;
}
