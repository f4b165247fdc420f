import * as fs from "node:fs";
import * as path from "node:path";
import { bash, ClusterNode } from "./booted-cluster";
import { FILE_CASES, FileCase, KEY_CASES, TASK } from "./file-cases";
import type { ProbedNodes } from "./probes";

/** What became of a file's absence. */
export interface FileOutcome {
  readonly node: string;
  readonly file: string;
  /** Whether a check complained of it, and all was well again afterwards. */
  readonly missed: boolean;
  /** What was said. */
  readonly said: string;
  readonly seconds: number;
}

const SCRIPT = fs.readFileSync(path.join(__dirname, "miss-file.sh"), "utf8");

/**
 * Takes away each file of each role, or changes what it says: one after another on each machine, on all machines at once.
 *
 * @param tell told each outcome as it comes
 */
export async function missEachFile(
  nodes: ProbedNodes,
  tell: (outcome: FileOutcome) => void,
): Promise<readonly FileOutcome[]> {
  const outcomes = await Promise.all(
    shares(nodes).map(async ([node, cases]) => {
      const own: FileOutcome[] = [];
      for (const one of cases) {
        const outcome = await missFile(node, one);
        own.push(outcome);
        tell(outcome);
      }
      return own;
    }),
  );
  return outcomes.flat();
}

/** Takes one file away from a node, or changes it, and puts it back. */
export async function missFile(node: ClusterNode, one: FileCase): Promise<FileOutcome> {
  const { file, change = 'rm -f "$FILE"', read = "true", check, words } = one;
  const started = Date.now();
  const { code, stdout, stderr } = await bash(node, SCRIPT, file, change, read, check, words);
  const said = `${stdout}${stderr}`.trim();
  return { node: node.machine.id, file, missed: code === 0, said, seconds: (Date.now() - started) / 1000 };
}

/** What tasks show comes first, while they run, and is seen where they come to; agents share the rest, as they have the same files. */
function shares({
  master,
  free,
  full,
}: ProbedNodes): readonly (readonly [ClusterNode, readonly FileCase[]])[] {
  const [shown, others] = split([...FILE_CASES.agent, ...KEY_CASES.agent]);
  return [
    [master, split([...FILE_CASES.master, ...KEY_CASES.master]).flat()],
    [free, [...shown, ...others.filter((_, index) => index % 2 === 0)]],
    [full, others.filter((_, index) => index % 2 === 1)],
  ];
}

function split(cases: readonly FileCase[]): [FileCase[], FileCase[]] {
  return [cases.filter(({ check }) => check === TASK), cases.filter(({ check }) => check !== TASK)];
}
