import * as fs from "node:fs";
import * as util from "node:util";
import { FlagTable, loadFlags, usageOf } from "../../../rehearsal/mesos/flag-loader";
import { logLine } from "../../../rehearsal/mesos/log-line";
import { MESSAGES } from "../../../rehearsal/mesos/messages";
import { UsageError } from "../../../rehearsal/mesos/usage-error";

/** The version the stand-ins say they are. */
export const VERSION = "1.11.0";

/** Why a program cannot go on, in the words of the real one. */
export class Fatal extends Error {}

/** Writes a line to the log, which is standard error. */
export function log(level: "I" | "W" | "E", source: string, text: string): void {
  process.stderr.write(`${logLine(level, new Date(), process.pid, source, text)}\n`);
}

/** Says why and ends the program, as the real ones do. */
export function die(source: string, error: unknown): never {
  const message = error instanceof Fatal ? error.message : String((error as Error).stack ?? error);
  log("E", source, MESSAGES.exit(message));
  process.exit(1);
}

/**
 * Reads a program's flags from its command line and its environment; a wrong one ends it, and so does `--help`.
 *
 * @param required flags without which it does not start
 */
export function programFlags(program: string, table: FlagTable, required: readonly string[]): unknown {
  const all: FlagTable = { help: { read: () => true, boolean: true }, ...table };
  try {
    const flags = loadFlags(all, { args: process.argv.slice(2), env: process.env, readFile });
    if (flags.help === true) {
      console.log(usageOf(program, all));
      process.exit(0);
    }
    for (const name of required) {
      if (flags[name] === undefined) throw new UsageError(MESSAGES.requiredFlag(name));
    }
    return flags;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usageOf(program, all)}`);
    process.exit(1);
  }
}

/** Reads a file; its error is the C library's text. */
export function readFile(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    const { errno, message } = error as NodeJS.ErrnoException;
    const text = errno === undefined ? message : (util.getSystemErrorMap().get(errno)?.[1] ?? message);
    throw new Error(text.charAt(0).toUpperCase() + text.slice(1));
  }
}

/** Seconds since 1970. */
export function now(): number {
  return Date.now() / 1000;
}
