import { setTimeout as sleep } from "node:timers/promises";
import { Machine } from "../machine";
import { MachineCommand } from "../machine-command";
import { launchTask } from "./container";
import { Fault, faultOf } from "./faults";
import { MESSAGES } from "./messages";
import { healthUpdate, launchFailure, StatusUpdate, taskError, terminalUpdate } from "./status-update";
import { killGraceSec } from "./task-command";
import { TaskInfo } from "./task-info";
import { validationProblem } from "./task-validation";

/** A task on its way through a cluster of one machine. */
export interface TaskRun {
  readonly machine: Machine;
  readonly task: TaskInfo;
  /** Id of the framework that runs it. */
  readonly framework: string;
  /** Seconds it may run before it is killed. */
  readonly killAfterSec?: number;
  /** Fires when the framework goes away, which ends the task at once and silently. */
  readonly gone: AbortSignal;
  /** Called when an offer has been taken. */
  submitted(): void;
  /** Called with every status update. */
  update(update: StatusUpdate): void;
}

/** How long a task has run when its first health check is over, in milliseconds. */
const HEALTH_CHECK_MS = 200;

/** A crash that is planned for a task, whatever its command is. */
const CRASH = { command: { shell: true, value: "exit 1" }, container: undefined };

/** Runs a task until it has ended, or its framework has gone away and nothing of it is left. */
export async function runTask(run: TaskRun): Promise<void> {
  const fault = faultOf(run.machine.root, run.task.name);
  if (fault === "no-offer") return abortion(run.gone);
  run.submitted();
  const problem = fault === "refused" ? MESSAGES.plannedFault : validationProblem(run.task);
  if (problem !== undefined) return run.update(taskError(problem));

  const command = launch(run, fault);
  if (command === undefined) return;
  run.update({ state: "TASK_STARTING", source: "SOURCE_EXECUTOR" });
  run.update({ state: "TASK_RUNNING", source: "SOURCE_EXECUTOR" });
  await Promise.race([supervise(run, command, fault), abortion(run.gone)]);
  // SIGKILL follows after the grace period, also for what the command left behind
  await command.end(killGraceSec(run.task) * 1000);
}

function launch(run: TaskRun, fault: Fault | undefined): MachineCommand | undefined {
  try {
    if (fault === "launch-failed") throw new Error(MESSAGES.plannedFault);
    const task = fault === "crash" ? { ...run.task, ...CRASH } : run.task;
    return launchTask(run.machine, task, run.framework);
  } catch (error) {
    run.update(launchFailure((error as Error).message));
    return undefined;
  }
}

/** Follows a running command and tells its end. */
async function supervise(run: TaskRun, command: MachineCommand, fault: Fault | undefined): Promise<void> {
  const exit = command.drained.then(() => "exited" as const);
  const healthy = fault !== "unhealthy";
  if (
    run.task.health_check !== undefined &&
    (await Promise.race([exit, sleep(HEALTH_CHECK_MS)])) !== "exited"
  ) {
    run.update(healthUpdate(healthy));
    if (!healthy) return kill(run, command, { healthy });
  }
  if (
    run.killAfterSec !== undefined &&
    (await Promise.race([exit, sleep(run.killAfterSec * 1000)])) !== "exited"
  ) {
    return kill(run, command);
  }
  await exit;
  run.update(terminalUpdate(await command.drained, false));
}

async function kill(
  run: TaskRun,
  command: MachineCommand,
  health: { healthy?: boolean } = {},
): Promise<void> {
  run.update({ state: "TASK_KILLING", source: "SOURCE_EXECUTOR" });
  await command.end(killGraceSec(run.task) * 1000);
  run.update({ ...terminalUpdate(await command.exited, true), ...health });
}

function abortion(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
