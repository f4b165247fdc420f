import { resolve } from "node:path";
import { Command, Option } from "commander";
import { REHEARSAL_FAULTS, rehearsalFault } from "../rehearsal/rehearsal-faults";
import { rehearse } from "../rehearsal/rehearse";
import { textTable } from "../rehearsal/text-table";

const HELP = `
The stacks are synthesized and deployed by the real cdktf and Terraform. Instances are machines on loopback, each
with a root directory, processes and an SSH server of its own; what runs on them is what would run on AWS, but for
stand-ins for systemd and Mesos. At the end all of it is destroyed, and what is left is looked for.

With a fault the stacks are deployed with it, the fault is lifted, and they are deployed again before all is destroyed.
The faults are those of this project's own stacks, mesos and sock-shop.

It works on a copy of the project, so states of a real deployment are not touched.
Needs Linux with user namespaces (or root), terraform, bash, curl, jq, ip and ssh. No network, no account.

Examples:
  $ npx cdktf-mesos-tools rehearse mesos sock-shop
  $ npx cdktf-mesos-tools rehearse --fault list
  $ npx cdktf-mesos-tools rehearse --fault image-missing --json >report.json`;

interface Options {
  readonly project: string;
  readonly fault?: string;
  readonly keep?: boolean;
  readonly json?: boolean;
}

/** The verb `rehearse`: deploys and destroys a project's stacks with no cloud. */
export function rehearseCommand(): Command {
  return new Command("rehearse")
    .description("Deploy stacks onto machines on loopback, show what runs, destroy, prove nothing is left.")
    .argument("[stacks...]", "stacks, in the order they are deployed", ["mesos", "sock-shop"])
    .option("--project <directory>", "folder of the cdktf.json", ".")
    .addOption(new Option("--keep", "leave all up until Ctrl-C, and tell how to reach it").conflicts("fault"))
    .option("--fault <name>", "let something go wrong; list tells what there is")
    .option("--json", "print one JSON document at the end; all else goes to standard error")
    .addHelpText("after", HELP)
    .action((stacks: string[], options: Options) =>
      options.fault === "list" ? listFaults(options) : run(stacks, options),
    );
}

async function run(stacks: readonly string[], { project, fault, keep, json }: Options): Promise<void> {
  const stream = json ? process.stderr : process.stdout;
  const report = await rehearse({
    source: resolve(project),
    stacks,
    keep,
    fault: fault === undefined ? undefined : rehearsalFault(fault),
    print: (line) => void stream.write(`${line}\n`),
  });
  if (json) printJson(report);
  if (!report.success) process.exitCode = 1;
}

function listFaults({ json }: Options): void {
  const faults = Object.entries(REHEARSAL_FAULTS).map(([name, { outcome, description, texts }]) => ({
    ...{ name, outcome, description, texts },
  }));
  if (json) return printJson(faults);
  const rows = faults.map(({ name, outcome, description }) => [name, outcome, description]);
  for (const line of textTable(["fault", "the deploy", "what goes wrong"], rows))
    process.stdout.write(`${line}\n`);
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
