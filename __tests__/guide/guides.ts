import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { PHASES } from "../../tools/guide/parse-guide";

/** A block of a guide. */
export function block(phase: string, ...commands: string[]): string {
  return [
    `## The ${phase}`,
    `<!-- deploy-test-start ${phase} -->`,
    ...commands.map((command) => `    ${command}`),
    "<!-- deploy-test-end -->",
  ].join("\n");
}

let guides = 0;

/** Writes a guide into a new folder, which is returned. */
export function writeGuide(directory: string, ...parts: string[]): string {
  const folder = join(directory, `guide-${guides++}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "guide.md"), `${parts.join("\n\n")}\n`);
  return folder;
}

/** A guide of one block a phase, each saying that it is done, but for what is said here. */
export function writePhases(directory: string, others: Readonly<Record<string, string>> = {}): string {
  return writeGuide(
    directory,
    ...PHASES.map((phase) => block(phase, others[phase] ?? `echo done: ${phase}`)),
  );
}

/** What blocks said to be done. */
export function done(output: string): string[] {
  return [...output.matchAll(/^done: (.*)$/gm)].map(([, what]) => what ?? "");
}
