import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { runLab } from "../lab/run-lab";

const HELP = `
Instances are Debian machines booted by systemd-nspawn on this host, with the user-data the stacks render: the real
cloud-init, systemd, sshd and apt. They are on a network of their own, which leads nowhere else; packages come from a
repository that is made once, from the mirror this host uses. At the end all of it is destroyed, and what is left is
looked for. When a boot does not end well, the logs of all machines are kept in .lab/logs.

It works on a copy of the project, so states of a real deployment are not touched.
Needs Debian, root and terraform; what it needs of Debian's packages it installs. No account.

Example:
  $ npx cdktf-mesos-tools lab --masters 3 --agents 3`;

interface Options {
  readonly project: string;
  readonly masters: number;
  readonly agents: number;
  readonly keep?: boolean;
}

/** The verb `lab`: deploys a project's stacks onto machines that really boot. */
export function labCommand(): Command {
  return new Command("lab")
    .description("Deploy stacks onto machines that boot on this host, show how each boot ended, destroy.")
    .argument("[stacks...]", "stacks, in the order they are deployed", ["mesos"])
    .option("--project <directory>", "folder of the cdktf.json", ".")
    .option("--masters <number>", "number of masters", wholeNumber, 1)
    .option("--agents <number>", "number of agents", wholeNumber, 2)
    .option("--keep", "leave the machines up until Ctrl-C, and tell how to reach them")
    .addHelpText("after", HELP)
    .action(async (stacks: string[], { project, keep = false, ...counts }: Options) => {
      const print = (line: string) => void process.stdout.write(`${line}\n`);
      const succeeded = await runLab({ source: resolve(project), stacks, keep, ...counts, print });
      if (!succeeded) process.exitCode = 1;
    });
}

function wholeNumber(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError("it must be a whole number.");
  return Number(text);
}
