import { shellWord } from "../rehearsal/shell-word";
import type { Lab } from "./index";

/** Options with which ssh asks nothing, and keeps nothing of machines that are gone soon. */
const SSH_OPTIONS =
  "-F none -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR";

/** Tells how to look into machines that stay up, with commands that can be copied. */
export function howToReach(lab: Lab): string[] {
  const ssh = `ssh -i ${shellWord(lab.privateKeyFile)} -p ${lab.sshPort} ${SSH_OPTIONS}`;
  return [
    "The machines stay up until you press Ctrl-C here. As the image's user, or as root without SSH:",
    ...lab
      .machines()
      .flatMap(({ id, name, addresses: [address] }) => [
        "",
        `  ${name}`,
        ...(address === undefined ? [] : [`    ${ssh} ubuntu@${address}`]),
        `    ${[...(lab.machine(id)?.enter() ?? []), "bash", "--login"].join(" ")}`,
      ]),
  ];
}
