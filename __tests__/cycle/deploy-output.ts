import { plainText } from "../../tools/rehearsal/deploy-log";

/** What Terraform would do, or did, in one command, by stack order. */
export function plans(output: string): string[] {
  return matches(output, /Plan: (\d+ to add, \d+ to change, \d+ to destroy)\./);
}

/** What Terraform did, in the order of the stacks. */
export function results(output: string): string[] {
  return matches(output, /Resources: ((?:\d+ \w+(?:, )?)+)\./);
}

function matches(output: string, pattern: RegExp): string[] {
  return output
    .split("\n")
    .map((line) => pattern.exec(plainText(line))?.[1])
    .filter((match): match is string => match !== undefined);
}
