import { taskOf } from "../../../../rehearsal/mesos/command-line";
import { loadFlags, usage } from "../../../../rehearsal/mesos/flags";
import { MESSAGES } from "../../../../rehearsal/mesos/messages";
import { ExitError, UsageError } from "../../../../rehearsal/mesos/usage-error";
import { log, readFile } from "../program";
import { Session } from "./session";

/** Stands in for mesos-execute: the same flags, lines and exit codes, against the leader its `--master` leads to. */
function main(): void {
  const flags = loadFlags(process.argv.slice(2), readFile);
  if (flags.help) {
    console.log(usage());
    return;
  }
  new Session(flags, taskOf(flags), (code) => process.exit(code));
}

try {
  main();
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage()}`);
  else if (error instanceof ExitError) log("E", `execute.cpp:${error.line}`, MESSAGES.exit(error.message));
  else throw error;
  process.exitCode = 1;
}
