import { resolve } from "node:path";
import { Command } from "commander";
import { rehearse } from "../rehearsal/rehearse";

const HELP = `
The stacks are synthesized and deployed by the real cdktf and Terraform. Instances are machines on loopback, each
with a root directory, processes and an SSH server of its own; what runs on them is what would run on AWS, but for
stand-ins for systemd and Mesos. At the end all of it is destroyed, and what is left is looked for.

It works on a copy of the project, so states of a real deployment are not touched.
Needs Linux with user namespaces (or root), terraform, bash, curl, jq, ip and ssh. No network, no account.

Example:
  $ npx cdktf-mesos-tools rehearse mesos sock-shop`;

/** The verb `rehearse`: deploys and destroys a project's stacks with no cloud. */
export function rehearseCommand(): Command {
  return new Command("rehearse")
    .description("Deploy stacks onto machines on loopback, show what runs, destroy, prove nothing is left.")
    .argument("[stacks...]", "stacks, in the order they are deployed", ["mesos", "sock-shop"])
    .option("--project <directory>", "folder of the cdktf.json", ".")
    .addHelpText("after", HELP)
    .action(async (stacks: string[], { project }: { project: string }) => {
      const print = (line: string) => void process.stdout.write(`${line}\n`);
      const succeeded = await rehearse({ source: resolve(project), stacks, print });
      if (!succeeded) process.exitCode = 1;
    });
}
