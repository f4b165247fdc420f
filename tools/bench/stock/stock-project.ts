import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { stockApp, type SynthesizedStack } from "./stock-app";

/**
 * Writes a project of cdktf's own template, with the same stacks in it.
 *
 * It has to lie in the repository, so that it finds the same packages.
 *
 * @param directory folder of the project, made anew
 * @param output the `cdktf.out` it shall match
 */
export function writeStockProject(directory: string, output: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const template = join(dirname(require.resolve("@cdktf/cli-core/package.json")), "templates/typescript");
  copyFileSync(join(template, "tsconfig.json"), join(directory, "tsconfig.json"));
  writeFileSync(join(directory, "main.ts"), stockApp(synthesizedStacks(output)));
}

/**
 * Makes sure that two apps declared the same.
 *
 * @throws Error naming the stack and the part that differ
 */
export function checkSameStacks(ours: string, stock: string): void {
  const [a, b] = [synthesizedStacks(ours), synthesizedStacks(stock)];
  for (const [name, stack] of Object.entries(a)) {
    for (const part of ["provider", "variable", "locals", "data", "resource", "output"] as const) {
      if (!isDeepStrictEqual(withoutMetadata(stack[part]), withoutMetadata(b[name]?.[part]))) {
        throw new Error(
          `the stock app's stack ${JSON.stringify(name)} differs in ${JSON.stringify(part)}; teach tools/bench/stock what is new`,
        );
      }
    }
  }
}

function synthesizedStacks(output: string): Record<string, SynthesizedStack> {
  const stacks = join(output, "stacks");
  return Object.fromEntries(
    readdirSync(stacks).map((name) => [
      name,
      JSON.parse(readFileSync(join(stacks, name, "cdk.tf.json"), "utf8")) as SynthesizedStack,
    ]),
  );
}

/** Comments of cdktf name the construct's path, which the two do not share. */
function withoutMetadata(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? {}, (key, member: unknown) => (key === "//" ? undefined : member)),
  );
}
