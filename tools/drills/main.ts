import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Argument, Command, InvalidArgumentError } from "commander";
import { withResults } from "../bench/results-page";
import { onInterrupt } from "../rehearsal/interrupt";
import { textTable } from "../rehearsal/text-table";
import { DEPLOYED_CLUSTER, keepCluster } from "./deployed-cluster";
import { MISSED_FILES } from "./missed-files";
import { outcomeLine } from "./outcome";
import { chosen, type Part, type RunOptions } from "./part";
import { REFUSED_MACHINES } from "./refused-machines";
import { resultsTable } from "./results-table";

const REPOSITORY = join(__dirname, "../..");
const PAGE = join(REPOSITORY, "docs/lab.md");

const PARTS: Readonly<Record<string, Part>> = {
  drills: DEPLOYED_CLUSTER,
  refusals: REFUSED_MACHINES,
  files: MISSED_FILES,
};

const HELP = `
Parts, each in a lab of its own:
  drills    deploys both stacks with cdktf, and plays what the cluster must bear
  refusals  boots machines that must not become nodes, and must say why
  files     takes each file of ours away from a machine, and looks for the check that complains

Instances are Debian machines booted by systemd-nspawn on this host: docs/lab.md. At the end all of it is destroyed,
and what is left is looked for. When something does not go well, the logs of all machines are kept in .lab/logs.

Needs Debian, root and terraform; what it needs of Debian's packages it installs. No account.

Examples:
  $ sudo npm run lab -- --keep
  $ sudo npm run lab -- refusals --write
  $ sudo npm run lab -- --masters 1 --agents 2 --only traffic agent-reboots`;

interface Options extends Pick<RunOptions, "masters" | "agents" | "only"> {
  readonly keep?: boolean;
  readonly list?: boolean;
  readonly write?: boolean;
}

function command(): Command {
  return new Command("npm run lab --")
    .description("Play every drill on machines that boot on this host.")
    .addArgument(
      new Argument("[parts...]", "parts to play").choices(Object.keys(PARTS)).default(Object.keys(PARTS)),
    )
    .option("--masters <number>", "number of masters", wholeNumber, 3)
    .option("--agents <number>", "number of agents", wholeNumber, 3)
    .option("--keep", "deploy, play nothing, leave all up until Ctrl-C, and tell how to reach the machines")
    .option("--only <names...>", "drills to play")
    .option("--list", "tell of each drill")
    .option("--write", "put the results into docs/lab.md")
    .addHelpText("after", HELP)
    .action(main);
}

async function main(parts: readonly string[], options: Options): Promise<void> {
  if (options.list) return list(parts);
  refuseUnknown(options);
  if (options.keep) {
    if (!(await keepCluster({ source: REPOSITORY, print, ...options }))) process.exitCode = 1;
    return;
  }
  const interrupt = onInterrupt();
  for (const part of parts) if (!interrupt.happened) await play(part, options);
  interrupt.stop();
}

async function play(name: string, { write, ...options }: Options): Promise<void> {
  const part = PARTS[name] as Part;
  if (chosen(part.drills, options).length === 0) return;
  const { succeeded, outcomes } = await part.play({ source: REPOSITORY, print, ...options });
  ["", `${name}:`, ...outcomes.map(outcomeLine), ""].forEach(print);
  if (!succeeded) process.exitCode = 1;
  if (write) writeFileSync(PAGE, withResults(readFileSync(PAGE, "utf8"), name, resultsTable(outcomes)));
}

function list(parts: readonly string[]): void {
  const rows = parts.flatMap((part) =>
    (PARTS[part] as Part).drills.map(({ name, title }) => [part, name, title]),
  );
  textTable(["part", "drill", "what is done"], rows).forEach(print);
}

function refuseUnknown({ only, write }: Options): void {
  if (only === undefined) return;
  const names = Object.values(PARTS).flatMap(({ drills }) => drills.map(({ name }) => name));
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(`'--only' must name drills, got ${JSON.stringify(unknown)}; '--list' tells of each`);
  if (write) throw new Error("'--write' must have whole parts, got '--only'; leave one of them out");
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError("it must be a whole number.");
  return Number(text);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

command()
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`lab: ${(error as Error).message}\n`);
    process.exitCode = 1;
  });
