import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { MachineSummary } from "./index";
import { cdktfCli } from "./rehearsed-project";
import type { ServiceStatus } from "./service-status";

/** One step of a rehearsal. */
export interface RehearsalStep {
  readonly step: string;
  readonly seconds: number;
  /** Whether it went as told; a deployment with a fault that shall fail does so by failing. */
  readonly asTold: boolean;
}

/** A service of a rehearsal. */
export interface RehearsedService extends ServiceStatus {
  /** Seconds from the start of its deployment to its first TASK_RUNNING; absent where that was not told. */
  readonly secondsToRunning?: number;
}

/** What a rehearsal was, for programs: what `--json` prints. */
export interface RehearsalReport {
  /** Whether every step went as told, every service ran and nothing is left. */
  readonly success: boolean;
  /** Name of the fault that was rehearsed. */
  readonly fault?: string;
  readonly versions: Readonly<Record<"cdktf-mesos-tools" | "node" | "terraform" | "cdktf", string>>;
  readonly host: { readonly system: string; readonly cpus: number; readonly memoryMiB: number };
  readonly steps: readonly RehearsalStep[];
  readonly services: readonly RehearsedService[];
  /** The machines that ran when all services did. */
  readonly machines: readonly MachineSummary[];
  /** Resources that were in a state when all was destroyed. */
  readonly stillInState: readonly string[];
  /** Machines that ran at the end and that no state knew. */
  readonly inNoState: readonly MachineSummary[];
  /** What the kernel still had of it at the end. */
  readonly leftovers: readonly string[];
}

/** Versions of what took part, but for Terraform's. */
export function versionsOf(project: string): { "cdktf-mesos-tools": string; node: string; cdktf: string } {
  const versionIn = (file: string) =>
    (JSON.parse(fs.readFileSync(file, "utf8")) as { version: string }).version;
  return {
    "cdktf-mesos-tools": versionIn(path.join(__dirname, "../package.json")),
    node: process.versions.node,
    cdktf: versionIn(path.join(cdktfCli(project), "package.json")),
  };
}

/** What it ran on. */
export function hostOf(): RehearsalReport["host"] {
  return {
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    cpus: os.availableParallelism(),
    memoryMiB: Math.floor(os.totalmem() / 2 ** 20),
  };
}
