import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as util from "node:util";
import { Machine } from "../machine";
import { hostPath } from "../machine-path";
import { Call, StandIn } from "../stand-in/stand-ins";
import { taskOf } from "./command-line";
import { Flags, loadFlags, usage } from "./flags";
import { logLine } from "./log-line";
import { MESSAGES } from "./messages";
import { runTask } from "./run-task";
import { formatUpdate } from "./status-update";
import { TaskInfo } from "./task-info";
import { ExitError, UsageError } from "./usage-error";

/**
 * The `mesos-execute` of one machine: takes the real flags, prints what the real one prints, and runs the task's
 * command on this very machine. Killing it ends the task, as the real master ends a framework that went away.
 *
 * It exits 0 however the task ends, as the real one does.
 */
export function mesosExecute(machine: Machine): StandIn {
  const cluster = randomUUID();
  let frameworks = 0;
  return async (call) => {
    const started = start(call, machine.root);
    if (typeof started === "number") return started;
    const { task, flags } = started;
    greet(call, flags.master ?? "");

    const framework = `${cluster}-${String(++frameworks).padStart(4, "0")}`;
    const id = task.task_id.value;
    call.out(MESSAGES.subscribed(framework));
    await runTask({
      machine,
      task,
      framework,
      killAfterSec: flags.kill_after,
      gone: call.gone,
      submitted: () => call.out(MESSAGES.submitted(id, `${cluster}-S0`)),
      update: (update) => call.out(formatUpdate(update, id).join("\n")),
    });
    return 0;
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

function greet({ pid, err }: Call, master: string): void {
  // with ZooKeeper the leader is whoever it names; here it is the first
  const leader = /^zk:\/\/(?:[^@/]*@)?([^:,/]+)/.exec(master)?.[1];
  const say = (source: string, text: string) => err(logLine("I", new Date(), pid, source, text));
  say("scheduler.cpp:189", MESSAGES.version);
  say("scheduler.cpp:342", MESSAGES.authenticatee);
  say("scheduler.cpp:525", MESSAGES.masterDetected(leader === undefined ? master : `${leader}:5050`));
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
