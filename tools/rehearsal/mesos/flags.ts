import { parseDuration } from "./duration";
import { jsonType, parseJson } from "./json-value";
import { MESSAGES } from "./messages";
import { TaskInfo, toTaskInfo } from "./task-info";
import { UsageError } from "./usage-error";

/** How the value of a flag is read; the result is kept. */
type Reader = (text: string) => unknown;

const text: Reader = (value) => value;
const list: Reader = (value) => value.split(",").filter((item) => item !== "");

const FLAGS = {
  help: boolean,
  master: text,
  task: (value: string) => toTaskInfo(parseJson(value)),
  task_group: parseJson,
  name: text,
  shell: boolean,
  command: text,
  env: environment,
  resources: text,
  hadoop: text,
  hdfs: text,
  package: text,
  overwrite: boolean,
  checkpoint: boolean,
  appc_image: text,
  docker_image: text,
  framework_capabilities: list,
  containerizer: text,
  effective_capabilities: parseJson,
  bounding_capabilities: parseJson,
  rlimits: parseJson,
  role: text,
  kill_after: parseDuration,
  networks: list,
  principal: text,
  secret: text,
  volumes: parseJson,
  content_type: text,
  tty: boolean,
  partition_aware: boolean,
} satisfies Record<string, Reader>;

type FlagName = keyof typeof FLAGS;

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
  readonly principal?: string;
  readonly networks?: readonly string[];
  readonly volumes?: unknown;
}

/**
 * Reads mesos-execute's command line. Words that are no flag are skipped, `--` ends the flags, and a value of the
 * form `file:///path` stands for the content of the file.
 *
 * @param readFile reads a file of the machine; its error's message is shown
 * @throws UsageError with the text of the real one
 */
export function loadFlags(args: readonly string[], readFile: (path: string) => string): Flags {
  const loaded: Record<string, unknown> = {};
  const end = args.indexOf("--");
  for (const arg of end < 0 ? args : args.slice(0, end)) {
    const [, given, value] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (given === undefined) continue;
    const { name, raw } = resolveFlag(given, value);
    if (name in loaded) throw new UsageError(MESSAGES.repeatedFlag(name, given));
    loaded[name] = readValue(name, raw, readFile);
  }
  if (loaded.help !== true && loaded.master === undefined)
    throw new UsageError(MESSAGES.requiredFlag("master"));
  return loaded;
}

/** What `--help` prints, and every usage error after its message. */
export function usage(): string {
  const lines = Object.entries(FLAGS).map(([name, reader]) =>
    reader === boolean ? `  --[no-]${name}` : `  --${name}=VALUE`,
  );
  return ["Usage: mesos-execute [options]", "", ...lines].join("\n");
}

function resolveFlag(given: string, value: string | undefined): { name: FlagName; raw: string } {
  if (isFlag(given)) {
    if (value !== undefined) return { name: given, raw: value };
    if (FLAGS[given] !== boolean) throw new UsageError(MESSAGES.missingValue(given));
    return { name: given, raw: "true" };
  }
  if (!given.startsWith("no-")) throw new UsageError(MESSAGES.unknownFlag(given));
  const name = given.slice("no-".length);
  if (!isFlag(name)) throw new UsageError(MESSAGES.unknownNegatedFlag(name));
  if (FLAGS[name] !== boolean) throw new UsageError(MESSAGES.negatedNonBoolean(name));
  if (value !== undefined) throw new UsageError(MESSAGES.negatedWithValue(name, value));
  return { name, raw: "false" };
}

function readValue(name: FlagName, raw: string, readFile: (path: string) => string): unknown {
  try {
    const file =
      /^file:\/\/(\/.*)$/.exec(raw)?.[1] ?? (name === "task" && raw.startsWith("/") ? raw : undefined);
    return FLAGS[name](file === undefined ? raw : contentOf(file, readFile));
  } catch (error) {
    throw new UsageError(MESSAGES.badValue(name, raw, (error as Error).message));
  }
}

function contentOf(file: string, readFile: (path: string) => string): string {
  try {
    return readFile(file);
  } catch (error) {
    throw new Error(MESSAGES.unreadable(file, (error as Error).message));
  }
}

function isFlag(name: string): name is FlagName {
  return Object.hasOwn(FLAGS, name);
}

function boolean(value: string): boolean {
  if (value === "true" || value === "1") return true;
  if (value === "false" || value === "0") return false;
  throw new Error(MESSAGES.notBoolean);
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
