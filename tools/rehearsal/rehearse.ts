import { spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { leftBehind } from "./leftovers";
import { Narrator } from "./narrator";
import { RehearsedProject } from "./rehearsed-project";
import { serviceStatus } from "./service-status";

/** What a rehearsal is told. */
export interface RehearseOptions {
  /** Folder of the cdktf project. */
  readonly source: string;
  /** Stacks, in the order they are deployed. */
  readonly stacks: readonly string[];
  /** Takes each line for a person to read. */
  readonly print: (line: string) => void;
}

const NEEDED_PROGRAMS = ["terraform", "bash", "curl", "jq", "ssh", "ip"];

/** Services wait for each other; with as many at once as Terraform takes by default they would come in waves. */
const PARALLELISM = 40;

const RUN = ["--auto-approve", "--skip-provider-lock", "--terraform-parallelism", String(PARALLELISM)];

/**
 * Deploys a project's stacks onto machines on loopback, shows what runs there, destroys it and proves that nothing is left.
 *
 * @returns whether all of it went well
 * @throws Error when this host cannot rehearse, with the way out
 */
export async function rehearse({ source, stacks, print }: RehearseOptions): Promise<boolean> {
  requirePrograms();
  const directory = fs.mkdtempSync(path.join(rehearsalsOf(source), "run-"));
  const project = await RehearsedProject.start({ source, directory }).catch((error: unknown) => {
    fs.rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  const footprint = { directory, sshPort: project.rehearsal.sshPort };
  const interrupted = onInterrupt();
  let succeeded = false;
  try {
    succeeded = await play(project, stacks, print, interrupted);
  } finally {
    reportOrphans(project, stacks, print);
    await project.close();
    fs.rmSync(directory, { recursive: true, force: true });
    interrupted.stop();
  }
  return reportLeftovers(leftBehind(footprint), print) && succeeded && !interrupted.happened;
}

async function play(
  project: RehearsedProject,
  stacks: readonly string[],
  print: (line: string) => void,
  interrupted: Interrupt,
): Promise<boolean> {
  print("A rehearsal: the real Terraform and real SSH, machines on loopback, no cloud and no cost.");
  if (!(await act(project, "deploy", stacks, print, interrupted))) return false;
  const services = await serviceStatus(project.rehearsal);
  print("");
  printTable(
    ["service", "state", "unit", "runs on", "launched by"],
    services.map(({ service, state, unit, agent, launcher }) => [service, state, unit, agent, launcher]),
    print,
  );
  const running = services.every(({ state, unit }) => state === "TASK_RUNNING" && unit === "active");
  const destroyed = await act(project, "destroy", stacks, print, interrupted);
  const rest = stacks.flatMap((stack) =>
    project.state(stack).resources.map(({ type, name }) => `${type}.${name}`),
  );
  print(rest.length === 0 ? "every state is empty" : `still in a state: ${rest.join(", ")}`);
  return destroyed && running && services.length > 0 && rest.length === 0;
}

async function act(
  project: RehearsedProject,
  verb: "deploy" | "destroy",
  stacks: readonly string[],
  print: (line: string) => void,
  interrupted: Interrupt,
): Promise<boolean> {
  if (interrupted.happened) return false;
  print("");
  print(`cdktf ${verb} ${stacks.join(" ")}`);
  const narrator = new Narrator(print);
  const run = await project.cdktf([verb, ...stacks, ...RUN], {
    onLine: (line) => narrator.hear(line),
    onStart: (child) => interrupted.passTo(child),
  });
  if (run.code !== 0) {
    print(`cdktf ${verb} failed with exit code ${run.code}; what it printed last:`);
    narrator.lastLines(40).forEach((line) => print(`  ${line}`));
  }
  return run.code === 0;
}

/** An interrupt lets the command end its way, and then everything is taken down. */
interface Interrupt {
  readonly happened: boolean;
  passTo(child: ChildProcess): void;
  stop(): void;
}

function onInterrupt(): Interrupt {
  let happened = false;
  let child: ChildProcess | undefined;
  const listener = () => {
    happened = true;
    child?.kill("SIGINT");
  };
  process.on("SIGINT", listener).on("SIGTERM", listener);
  return {
    get happened() {
      return happened;
    },
    passTo: (next) => (child = next),
    stop: () => void process.off("SIGINT", listener).off("SIGTERM", listener),
  };
}

function reportOrphans(
  project: RehearsedProject,
  stacks: readonly string[],
  print: (line: string) => void,
): void {
  for (const { id, name } of project.orphans(stacks)) {
    print(
      `${name} (${id}) runs, and no state knows it: on a real account look for the tag cdktf-mesos:cluster and end it by hand`,
    );
  }
}

function reportLeftovers(leftovers: readonly string[], print: (line: string) => void): boolean {
  if (leftovers.length === 0) print("nothing is left: no process, no listener, no file");
  for (const leftover of leftovers) print(`left behind: ${leftover}`);
  return leftovers.length === 0;
}

function requirePrograms(): void {
  const missing = NEEDED_PROGRAMS.filter((name) => spawnSync(name, ["-V"]).error !== undefined);
  if (missing.length > 0) {
    throw new Error(`a rehearsal needs ${missing.join(", ")} on PATH; install what is missing`);
  }
}

function rehearsalsOf(source: string): string {
  const directory = path.join(source, ".rehearsal");
  fs.mkdirSync(directory, { recursive: true });
  return directory;
}

function printTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  print: (line: string) => void,
): void {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  for (const row of [head, ...rows]) {
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join("  ")
        .trimEnd(),
    );
  }
}
