import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Types a project uses. */
export interface ProjectTypes {
  /** Types of its resources. */
  readonly resources: ReadonlySet<string>;
  /** Types of its data sources. */
  readonly data: ReadonlySet<string>;
}

/**
 * Types used by the stacks a project has synthesized: what stands in each `cdk.tf.json`.
 *
 * Only these need a schema, and deriving all 1,600 would take seconds.
 *
 * @param directory the project's folder, that of its `cdktf.json`
 */
export function projectTypes(directory: string): ProjectTypes {
  const resources = new Set<string>();
  const data = new Set<string>();
  for (const file of stackFiles(join(directory, outputFolder(directory), "stacks"))) {
    const stack = JSON.parse(readFileSync(file, "utf8")) as { resource?: object; data?: object };
    for (const type of Object.keys(stack.resource ?? {})) resources.add(type);
    for (const type of Object.keys(stack.data ?? {})) data.add(type);
  }
  return { resources, data };
}

function outputFolder(directory: string): string {
  const file = join(directory, "cdktf.json");
  const { output } = exists(file) ? (JSON.parse(readFileSync(file, "utf8")) as { output?: string }) : {};
  return output ?? "cdktf.out";
}

function stackFiles(stacks: string): string[] {
  if (!exists(stacks)) return [];
  return readdirSync(stacks)
    .map((stack) => join(stacks, stack, "cdk.tf.json"))
    .filter(exists);
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
