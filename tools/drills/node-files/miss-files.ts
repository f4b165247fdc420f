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

/** Who watches files go. */
export interface FileWatcher {
  readonly tell: (outcome: FileOutcome) => void;
  /** Whether no other one is to be taken away. */
  readonly stopped: () => boolean;
}

const SCRIPT = fs.readFileSync(path.join(__dirname, "miss-file.sh"), "utf8");

/**
 * Takes away each file of each role, or changes what it says: one after another on each machine, on all machines at once.
 * What tasks show comes first: the one that fills the other agent may go when files are taken away there.
 */
export async function missEachFile(
  { master, free, full }: ProbedNodes,
  { tell, stopped }: FileWatcher,
): Promise<readonly FileOutcome[]> {
  const missAll = async (node: ClusterNode, cases: readonly FileCase[]) => {
    const outcomes: FileOutcome[] = [];
    for (const one of cases) {
      if (stopped()) break;
      const outcome = await missFile(node, one);
      outcomes.push(outcome);
      tell(outcome);
    }
    return outcomes;
  };
  const onAgents = async () => {
    const [shown, others] = split([...FILE_CASES.agent, ...KEY_CASES.agent]);
    const first = await missAll(free, shown);
    // agents share the rest, as they have the same files
    const halves = [free, full].map(
      (node, half) => [node, others.filter((_, at) => at % 2 === half)] as const,
    );
    const rest = await Promise.all(halves.map(([node, cases]) => missAll(node, cases)));
    return [...first, ...rest.flat()];
  };
  const onMaster = () => missAll(master, split([...FILE_CASES.master, ...KEY_CASES.master]).flat());
  return (await Promise.all([onMaster(), onAgents()])).flat();
}

/** Takes one file away from a node, or changes it, and puts it back. */
export async function missFile(node: ClusterNode, one: FileCase): Promise<FileOutcome> {
  const { file, change = 'rm -f "$FILE"', read = "true", check, words } = one;
  const started = Date.now();
  const { code, stdout, stderr } = await bash(node, SCRIPT, file, change, read, check, words);
  const said = `${stdout}${stderr}`.trim();
  return { node: node.machine.id, file, missed: code === 0, said, seconds: (Date.now() - started) / 1000 };
}

function split(cases: readonly FileCase[]): [FileCase[], FileCase[]] {
  return [cases.filter(({ check }) => check === TASK), cases.filter(({ check }) => check !== TASK)];
}
