import * as path from "node:path";
import type { PretendedAccount } from "./pretended-account";
import type { RehearsedProject } from "./rehearsed-project";
import { shellWord } from "./shell-word";
import { textTable } from "./text-table";

/** Options with which ssh asks nothing, and keeps nothing of machines that are gone soon. */
const SSH_OPTIONS =
  "-F none -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR";

/**
 * Tells how to work on what a rehearsal keeps up, with commands that can be copied.
 *
 * @param directory the rehearsal's folder, where the file for the shell is put
 */
export function howToReach(
  project: RehearsedProject,
  stacks: readonly string[],
  directory: string,
): readonly string[] {
  return [
    ...howToDeploy(project, stacks, directory),
    "",
    "Its machines:",
    "",
    ...textTable(["machine", "shell"], machines(project)).map((line) => `  ${line}`),
    "",
    "On a master, of all services and of each:",
    "",
    "  sudo /opt/cdktf-mesos/launcher/bin/status",
    "  sudo systemctl status mesos-task@NAME",
    "  sudo journalctl -u mesos-task@NAME",
    "  sudo cat /run/cdktf-mesos/NAME/history",
    "",
  ];
}

/** Tells how to go on deploying onto machines that stay up. */
export function howToDeploy(
  project: RehearsedProject<PretendedAccount>,
  stacks: readonly string[],
  directory: string,
): readonly string[] {
  const environment = path.join(directory, "environment.sh");
  project.writeEnvironment(environment);
  return [
    "All of it stays up until you press Ctrl-C here; then it is destroyed. In another shell (bash):",
    "",
    `  source ${shellWord(environment)}`,
    `  cd ${shellWord(project.project)}`,
    `  npx cdktf deploy ${stacks.map(shellWord).join(" ")} --skip-provider-lock`,
    ...stacks.map((stack) => `  terraform -chdir=${shellWord(`cdktf.out/stacks/${stack}`)} state list`),
  ];
}

/** A command that opens a shell on a machine. */
export function sshCommand({ privateKeyFile, sshPort }: PretendedAccount, address: string): string {
  return `ssh -i ${shellWord(privateKeyFile)} -p ${sshPort} ${SSH_OPTIONS} ubuntu@${address}`;
}

function machines({ rehearsal }: RehearsedProject): (readonly string[])[] {
  return rehearsal
    .machines()
    .map(({ name, addresses: [address] }) => [
      name,
      address === undefined ? "(no public address)" : sshCommand(rehearsal, address),
    ]);
}
