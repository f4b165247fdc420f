import { parseDuration } from "./duration";
import { parseJson } from "./json-value";
import { MESSAGES } from "./messages";
import { UsageError } from "./usage-error";

/** One flag of a program: how its value is read, and whether that is a path, of which only the name counts. */
export interface FlagDefinition {
  /** Reads the value; the result is kept. */
  readonly read: (text: string) => unknown;
  readonly boolean?: boolean;
  /** `file` is the file's name, with or without `file://`; `bare` reads a file also when a bare path names it. */
  readonly path?: "file" | "bare";
}

/** The flags of a program by their names. */
export type FlagTable = Readonly<Record<string, FlagDefinition>>;

/** Where values come from. */
export interface FlagSource {
  readonly args: readonly string[];
  /** Variables `MESOS_<FLAG>`, of which unknown ones count for nothing; the command line wins. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Reads a file of the machine; its error's message is shown. */
  readonly readFile: (path: string) => string;
}

/** A flag with any text as its value. */
export const TEXT: FlagDefinition = { read: (value) => value };

/** A flag that is on or off: `--x`, `--no-x`, `--x=true`. */
export const BOOLEAN: FlagDefinition = { read: readBoolean, boolean: true };

/** A flag whose value is the name of a file or directory. */
export const PATH: FlagDefinition = { read: (value) => value, path: "file" };

/** A flag with items between commas. */
export const LIST: FlagDefinition = { read: (value) => value.split(",").filter((item) => item !== "") };

/** JSON. */
export const JSON_TEXT: FlagDefinition = { read: parseJson };

/** A duration, in seconds. */
export const DURATION: FlagDefinition = { read: parseDuration };

/**
 * Reads a command line as all programs of Mesos do. Words that are no flag are skipped, `--` ends the flags, and a
 * value of the form `file:///path` stands for the content of the file.
 *
 * @throws UsageError with the text of the real ones
 */
export function loadFlags(
  table: FlagTable,
  { args, env = {}, readFile }: FlagSource,
): Record<string, unknown> {
  const loaded: Record<string, unknown> = {};
  const end = args.indexOf("--");
  for (const arg of end < 0 ? args : args.slice(0, end)) {
    const [, given, value] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (given === undefined) continue;
    const { name, raw } = resolveFlag(table, given, value);
    if (name in loaded) throw new UsageError(MESSAGES.repeatedFlag(name, given));
    loaded[name] = readValue(table, name, raw, readFile);
  }
  for (const name of Object.keys(table)) {
    const raw = env[`MESOS_${name.toUpperCase()}`];
    if (raw !== undefined && !(name in loaded)) loaded[name] = readValue(table, name, raw, readFile);
  }
  return loaded;
}

/** What `--help` prints, and every usage error after its message. */
export function usageOf(program: string, table: FlagTable): string {
  const lines = Object.entries(table).map(([name, flag]) =>
    flag.boolean ? `  --[no-]${name}` : `  --${name}=VALUE`,
  );
  return [`Usage: ${program} [options]`, "", ...lines].join("\n");
}

function resolveFlag(
  table: FlagTable,
  given: string,
  value: string | undefined,
): { name: string; raw: string } {
  const flag = definitionOf(table, given);
  if (flag) {
    if (value !== undefined) return { name: given, raw: value };
    if (!flag.boolean) throw new UsageError(MESSAGES.missingValue(given));
    return { name: given, raw: "true" };
  }
  if (!given.startsWith("no-")) throw new UsageError(MESSAGES.unknownFlag(given));
  const name = given.slice("no-".length);
  const negated = definitionOf(table, name);
  if (!negated) throw new UsageError(MESSAGES.unknownNegatedFlag(name));
  if (!negated.boolean) throw new UsageError(MESSAGES.negatedNonBoolean(name));
  if (value !== undefined) throw new UsageError(MESSAGES.negatedWithValue(name, value));
  return { name, raw: "false" };
}

function definitionOf(table: FlagTable, name: string): FlagDefinition | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function readValue(table: FlagTable, name: string, raw: string, readFile: FlagSource["readFile"]): unknown {
  const { read, path } = table[name] as FlagDefinition;
  try {
    const file =
      /^file:\/\/(\/.*)$/.exec(raw)?.[1] ?? (path === "bare" && raw.startsWith("/") ? raw : undefined);
    if (path === "file") return read(file ?? raw);
    return read(file === undefined ? raw : contentOf(file, readFile));
  } catch (error) {
    throw new UsageError(MESSAGES.badValue(name, raw, (error as Error).message));
  }
}

function contentOf(file: string, readFile: FlagSource["readFile"]): string {
  try {
    return readFile(file);
  } catch (error) {
    throw new Error(MESSAGES.unreadable(file, (error as Error).message));
  }
}

function readBoolean(value: string): boolean {
  if (value === "true" || value === "1") return true;
  if (value === "false" || value === "0") return false;
  throw new Error(MESSAGES.notBoolean);
}
