import { StandIn } from "../stand-in/stand-ins";
import { Journal, JournalEntry } from "./journal";
import { parseUnitName } from "./unit-name";

/** What was asked of journalctl. */
export interface JournalctlRequest {
  /** Units, with their type; none = all. */
  readonly units: readonly string[];
  /** Lines at most, from the end. */
  readonly lines: number;
  /** How a line is written. */
  readonly output: "cat" | "short" | "short-iso";
  readonly quiet: boolean;
}

const OUTPUTS = ["cat", "short", "short-iso"] as const;
const IGNORED: readonly string[] = ["--no-pager", "-b", "--boot", "--no-hostname", "-a", "--all"];

/** The `journalctl` of one machine, named `host`. */
export function journalctl(journal: Journal, host: string): StandIn {
  return async ({ args, out }) => {
    const { units, lines, output, quiet } = parseJournalctl(args);
    const entries = journal.lines(units, lines);
    if (entries.length > 0) out(entries.map((entry) => formatEntry(entry, output, host)).join("\n"));
    else if (!quiet) out("-- No entries --");
    return 0;
  };
}

/**
 * Reads journalctl's command line.
 *
 * @throws Error for what the rehearsal does not know
 */
export function parseJournalctl(args: readonly string[]): JournalctlRequest {
  const units: string[] = [];
  const rest = [...args];
  let [lines, output, quiet]: [number, JournalctlRequest["output"], boolean] = [Infinity, "short", false];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, option = arg, inline] = /^(--[a-z-]+)=(.*)$/.exec(arg) ?? /^(-[uno])(.+)$/.exec(arg) ?? [];
    const value = () => inline ?? rest.shift() ?? "";
    if (IGNORED.includes(arg)) continue;
    else if (arg === "-q" || arg === "--quiet") quiet = true;
    else if (option === "-u" || option === "--unit") units.push(parseUnitName(value()).full);
    else if (option === "-n" || option === "--lines") lines = lineCount(value());
    else if (option === "-o" || option === "--output") output = outputFormat(value());
    else throw new Error(`the rehearsal's journalctl does not know ${JSON.stringify(arg)}`);
  }
  return { units, lines, output, quiet };
}

/** One line as journalctl writes it. */
export function formatEntry(
  { at, unit, text }: JournalEntry,
  output: JournalctlRequest["output"],
  host: string,
): string {
  if (output === "cat") return text;
  const time = new Date(at).toISOString();
  const short = `${time.slice(5, 10)} ${time.slice(11, 19)}`;
  return `${output === "short" ? short : time.slice(0, 19)} ${host} ${unit.replace(/\.service$/, "")}: ${text}`;
}

function lineCount(value: string): number {
  if (value !== "all" && !/^\d+$/.test(value))
    throw new Error(`--lines must be a number or all, got ${JSON.stringify(value)}`);
  return value === "all" ? Infinity : Number(value);
}

function outputFormat(value: string): JournalctlRequest["output"] {
  const found = OUTPUTS.find((output) => output === value);
  if (found === undefined)
    throw new Error(`the rehearsal's journalctl does not know output ${JSON.stringify(value)}`);
  return found;
}
