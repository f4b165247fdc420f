import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { withResults } from "../bench/results-page";
import { DRILLS } from ".";
import { fullRun, type FullRunOptions } from "./full-run";
import { resultsTable } from "./results-table";
import { textTable } from "../rehearsal/text-table";

const REPOSITORY = join(__dirname, "../..");
const PAGE = join(REPOSITORY, "docs/lab.md");

const HELP = `
Instances are Debian machines booted by systemd-nspawn on this host: docs/lab.md. At the end all of it is destroyed,
and what is left is looked for. When something does not go well, the logs of all machines are kept in .lab/logs.

Needs Debian, root and terraform; what it needs of Debian's packages it installs. No account.

Examples:
  $ sudo npm run lab -- --keep
  $ sudo npm run lab -- --masters 1 --agents 2 --only traffic agent-reboots`;

interface Options extends Pick<FullRunOptions, "masters" | "agents" | "keep" | "only"> {
  readonly list?: boolean;
  readonly write?: boolean;
}

function command(): Command {
  return new Command("npm run lab --")
    .description("Deploy both stacks onto machines that boot on this host, play every drill, destroy.")
    .option("--masters <number>", "number of masters", wholeNumber, 3)
    .option("--agents <number>", "number of agents", wholeNumber, 3)
    .option("--keep", "play nothing, leave the machines up until Ctrl-C, and tell how to reach them")
    .option("--only <names...>", "drills to play")
    .option("--list", "tell of every drill")
    .option("--write", "put the results into docs/lab.md")
    .addHelpText("after", HELP)
    .action(main);
}

async function main({ list, write, ...options }: Options): Promise<void> {
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  if (list)
    return textTable(
      ["drill", "what is done"],
      DRILLS.map(({ name, title }) => [name, title]),
    ).forEach(print);
  refuseUnknown(options.only);
  const { succeeded, outcomes } = await fullRun({ source: REPOSITORY, print, ...options });
  if (!succeeded) process.exitCode = 1;
  if (write) writeFileSync(PAGE, withResults(readFileSync(PAGE, "utf8"), "drills", resultsTable(outcomes)));
}

function refuseUnknown(only: readonly string[] = []): void {
  const names = DRILLS.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(
      `'--only' must be of ${names.join(", ")}, got ${JSON.stringify(unknown)}; '--list' tells of each`,
    );
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError("it must be a whole number.");
  return Number(text);
}

command()
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`lab: ${(error as Error).message}\n`);
    process.exitCode = 1;
  });
