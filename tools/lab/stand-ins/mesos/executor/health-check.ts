import { execFile } from "node:child_process";
import * as net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { CommandInfo } from "../../../../rehearsal/mesos/task-info";

/** A health check as a TaskInfo has it; numbers may be texts. */
export interface HealthCheck {
  readonly type?: string;
  readonly http?: { readonly port: number | string; readonly path?: string; readonly scheme?: string };
  readonly tcp?: { readonly port: number | string };
  readonly command?: CommandInfo;
  readonly delay_seconds?: number | string;
  readonly interval_seconds?: number | string;
  readonly timeout_seconds?: number | string;
  readonly grace_period_seconds?: number | string;
  readonly consecutive_failures?: number | string;
}

/** What a health check needs of its task. */
export interface Checked {
  /** Runs a program inside the container. */
  enter(argv: readonly string[]): readonly [string, ...string[]];
  /** Aborts with the task. */
  readonly ended: AbortSignal;
  /** The task's health is this now; the second time in a row it is not said again. */
  found(healthy: boolean): void;
  /** It has failed too often. */
  gaveUp(): void;
}

const LOOPBACK = "127.0.0.1";

/** Checks a task's health until it ends or has failed too often, from the network of its container. */
export async function checkHealth(check: HealthCheck, task: Checked): Promise<void> {
  const number = (value: number | string | undefined, otherwise: number) => Number(value ?? otherwise);
  const graceEnd = Date.now() + number(check.grace_period_seconds, 10) * 1000;
  const allowed = number(check.consecutive_failures, 3);
  let failures = 0;
  let last: boolean | undefined;
  const pause = (seconds: number) =>
    sleep(seconds * 1000, undefined, { signal: task.ended }).catch(() => undefined);
  await pause(number(check.delay_seconds, 15));
  while (!task.ended.aborted) {
    const healthy = await isHealthy(check, number(check.timeout_seconds, 20) * 1000, task);
    if (task.ended.aborted) return;
    const isGrace = !healthy && last === undefined && Date.now() < graceEnd;
    if (!isGrace) {
      failures = healthy ? 0 : failures + 1;
      if (failures >= allowed) return task.gaveUp();
      if (healthy !== last || !healthy) task.found(healthy);
      last = healthy;
    }
    await pause(number(check.interval_seconds, 10));
  }
}

async function isHealthy(check: HealthCheck, timeoutMs: number, task: Checked): Promise<boolean> {
  if (check.tcp) return connects(Number(check.tcp.port), timeoutMs);
  if (check.http) {
    const { scheme = "http", port, path = "/" } = check.http;
    const url = `${scheme}://${LOOPBACK}:${port}${path}`;
    const args = ["-s", "-S", "-L", "-k", "-g", "-o", "/dev/null", "-w", "%{http_code}", url];
    const { ok, stdout } = await run(["curl", ...args], timeoutMs);
    return ok && Number(stdout) >= 200 && Number(stdout) < 400;
  }
  const { shell = true, value = "", arguments: rest = [] } = check.command ?? {};
  const argv = shell ? ["/bin/sh", "-c", value] : [value, ...rest.slice(1)];
  return (await run(task.enter(argv), timeoutMs)).ok;
}

function run([program, ...args]: readonly [string, ...string[]], timeout: number) {
  return new Promise<{ ok: boolean; stdout: string }>((resolve) => {
    execFile(program, args, { timeout }, (error, stdout) => resolve({ ok: error === null, stdout }));
  });
}

function connects(port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, LOOPBACK);
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => done(false));
    socket.on("connect", () => done(true)).on("error", () => done(false));
  });
}
