import * as fs from "node:fs";
import * as util from "node:util";
import type { Machine } from "../machine";
import { hostPath } from "../machine-path";
import type { Call, StandIn } from "../stand-in/stand-ins";
import type { Cluster } from "./cluster";
import { taskOf } from "./command-line";
import { ExecuteSession } from "./execute-session";
import { Flags, loadFlags, usage } from "./flags";
import { logLine } from "./log-line";
import { MESSAGES } from "./messages";
import type { TaskInfo } from "./task-info";
import { ExitError, UsageError } from "./usage-error";

/**
 * The `mesos-execute` of one machine: takes the real flags, prints what the real one prints, and has its cluster run
 * the task on an agent. Killing it ends the task, as the real master ends a framework that went away.
 */
export function mesosExecute(machine: Machine, cluster: Cluster): StandIn {
  return async (call) => {
    const started = start(call, machine.root);
    return typeof started === "number"
      ? started
      : new ExecuteSession({ call, cluster, root: machine.root, ...started }).run();
  };
}

/** Reads the command line: the task, or the exit code when there is none. */
function start(call: Call, root: string): { flags: Flags; task: TaskInfo } | number {
  try {
    const flags = loadFlags(call.args, (file) => readFile(root, file));
    if (flags.help) {
      call.out(usage());
      return 0;
    }
    return { flags, task: taskOf(flags) };
  } catch (error) {
    if (error instanceof UsageError) call.err(`${error.message}\n\n${usage()}`);
    else if (error instanceof ExitError) call.err(exitLine(call.pid, error));
    else throw error;
    return 1;
  }
}

function exitLine(pid: number, { line, message }: ExitError): string {
  return logLine("E", new Date(), pid, `execute.cpp:${line}`, MESSAGES.exit(message));
}

function readFile(root: string, file: string): string {
  try {
    return fs.readFileSync(hostPath(root, file), "utf8");
  } catch (error) {
    const { errno, message } = error as NodeJS.ErrnoException;
    throw new Error(errno === undefined ? message : describeErrno(errno));
  }
}

/** The C library's words for what Node describes in its own. */
function describeErrno(errno: number): string {
  const text = util.getSystemErrorMap().get(errno)?.[1] ?? String(errno);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
