import { howToDeploy, sshCommand } from "../rehearsal/how-to-reach";
import type { RehearsedProject } from "../rehearsal/rehearsed-project";
import type { Lab } from "./index";

/** What stays up, and how it was deployed. */
export interface KeptLab {
  readonly project: RehearsedProject<Lab>;
  /** The lab's folder, where the file for the shell is put. */
  readonly directory: string;
  readonly stacks: readonly string[];
  /** Settings the stacks were synthesized with. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Tells how to work on a lab that stays up and how to look into its machines, with commands that can be copied. */
export function howToReach({ project, directory, stacks, settings }: KeptLab): readonly string[] {
  const lab = project.rehearsal;
  const [title = "", ...lines] = howToDeploy(project, stacks, directory);
  return [
    title,
    "",
    `  export ${Object.entries(settings)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ")}`,
    ...lines.slice(1),
    "",
    "Its machines, as the image's user, and as root without SSH:",
    ...lab
      .machines()
      .flatMap(({ id, name, addresses: [address] }) => [
        "",
        `  ${name}`,
        ...(address === undefined ? [] : [`    ${sshCommand(lab, address)}`]),
        `    ${[...(lab.machine(id)?.enter() ?? []), "bash", "--login"].join(" ")}`,
      ]),
  ];
}
