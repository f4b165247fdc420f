import * as fs from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { guideEnvironment } from "../guide/guide-environment";
import { type GuideReport, junitReport } from "../guide/guide-report";
import { GuideRun } from "../guide/guide-run";
import { type Guide, parseGuide } from "../guide/parse-guide";
import { rehearseGuide } from "../guide/rehearse-guide";

const HELP = `
A guide is Markdown whose comments mark what is run: <!-- deploy-doc-start PHASE --> … <!-- deploy-doc-end -->, or
<!-- deploy-doc-hidden PHASE … -->, or deploy-test instead of deploy-doc. Phases are run in this order: pre-install,
create-infrastructure, run-tests, destroy-infrastructure. What a step sets is there in those after it.

Exit codes:
  0  all went well
  1  something failed, and what was made is destroyed; or it could not begin
  2  something may be left: the destruction failed or was ended
  3  interrupted, and what was made is destroyed

Examples:
  $ npx cdktf-mesos-tools guide docs/my-guide.md --dry-run
  $ npx cdktf-mesos-tools guide docs/my-guide.md --rehearse
  $ npx cdktf-mesos-tools guide docs/my-guide.md --env AWS_PROFILE --junit guide.xml`;

interface Options {
  readonly rehearse?: boolean;
  readonly dryRun?: boolean;
  readonly env: readonly string[];
  readonly stepTimeout: number;
  readonly junit?: string;
  readonly json?: string;
}

/** The verb `guide`: runs what a guide tells people to type. */
export function guideCommand(): Command {
  return new Command("guide")
    .description("Run every block of a guide as it stands in its file, and destroy what it made.")
    .argument("<file>", "the guide, in Markdown")
    .option("--rehearse", "run it against a rehearsal of the project in this folder: no cloud, no cost")
    .option("--dry-run", "only print what would be run")
    .option("--env <names...>", "variables to pass on besides those the guide requires", [])
    .option("--step-timeout <seconds>", "how long a step may take", seconds, 3600)
    .option("--junit <file>", "write a report for a CI system")
    .option("--json <file>", "write a report for programs")
    .addHelpText("after", HELP)
    .action(runGuide);
}

async function runGuide(file: string, options: Options): Promise<void> {
  const guide = readGuide(file);
  if (options.dryRun) return print(guide);
  const report = await (options.rehearse ? rehearsed(guide, file, options) : played(guide, file, options));
  writeReports(report, options);
  process.exitCode = report.exitCode;
}

function readGuide(file: string): Guide {
  const text = fs.readFileSync(file, "utf8");
  try {
    return parseGuide(text);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

async function played(guide: Guide, file: string, { env, stepTimeout }: Options): Promise<GuideReport> {
  const run = new GuideRun(guide, {
    env: guideEnvironment(process.env, guide.requiredVariables, env),
    directory: process.cwd(),
    ...{ file, write, stepTimeoutSec: stepTimeout },
  });
  const stop = onInterrupts(() => run.interrupt());
  return run.run().finally(stop);
}

async function rehearsed(guide: Guide, file: string, { env, stepTimeout }: Options): Promise<GuideReport> {
  let run: GuideRun | undefined;
  let wasEarly = false;
  const stop = onInterrupts(() => (run === undefined ? (wasEarly = true) : run.interrupt()));
  const onStart = (started: GuideRun) => {
    run = started;
    if (wasEarly) run.interrupt();
  };
  const options = { source: process.cwd(), others: env, onStart, file, write, stepTimeoutSec: stepTimeout };
  return rehearseGuide(guide, options).finally(stop);
}

/** npm and npx pass on what the terminal has sent to all, so one Ctrl-C comes twice, in milliseconds. */
const SAME_INTERRUPT_MS = 500;

/** @returns what makes signals mean again what they meant before */
function onInterrupts(interrupt: () => unknown): () => void {
  let last = -Infinity;
  const listener = () => {
    if (performance.now() - last > SAME_INTERRUPT_MS) interrupt();
    last = performance.now();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, listener);
  // who reads what is printed may have gone; what was made must be destroyed all the same
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  return () => signals.forEach((signal) => process.off(signal, listener));
}

function print({ requiredVariables, steps }: Guide): void {
  if (requiredVariables.length > 0) write(`requires ${requiredVariables.join(" ")}\n`);
  for (const { phase, title, line, hidden, commands } of steps) {
    write(`\n${phase}: ${title} (line ${line}${hidden ? ", hidden" : ""})\n`);
    const lines = commands.split("\n").slice(line);
    write(
      `${lines
        .join("\n")
        .replace(/^\n+|\s+$/g, "")
        .replace(/^(?=.)/gm, "    ")}\n`,
    );
  }
}

function writeReports(report: GuideReport, { junit, json }: Options): void {
  // what steps print may be for nobody else
  const mode = 0o600;
  if (junit !== undefined) fs.writeFileSync(junit, junitReport(report), { mode });
  if (json !== undefined) fs.writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`, { mode });
}

function write(text: string): void {
  process.stdout.write(text);
}

function seconds(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("it must be a whole number from 1.");
  return Number(text);
}
