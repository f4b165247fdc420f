import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SOCK_SHOP_SERVICES } from "../../lib/sock-shop/services";
import type { Findings } from "./goal";
import { launchTables, launchVerdicts } from "./launch-report";
import { launchOnce, type LaunchRun, type LaunchWay } from "./launch-run";
import { longestChain } from "./longest-chain";
import { medianOf } from "./median";

const REPOSITORY = join(__dirname, "../..");
const ROUNDS = 2;
const START_SEC = 3;

/** How fast a launch is, in our way and in others, and with starts as slow as real ones. */
export async function measureLaunch(): Promise<Findings> {
  const parallelism = recommendedParallelism();
  const ours = { name: `${parallelism} at once, ours`, parallelism, startDelaySec: 0 };
  const slow = {
    ...ours,
    name: `${parallelism} at once, starts of ${START_SEC} s`,
    startDelaySec: START_SEC,
  };
  const usual = { ...ours, name: "10 at once, as Terraform does by itself", parallelism: 10 };
  const inTurn = { ...ours, name: "one after another", parallelism: 1 };
  // it waits more than it computes, so once is enough; coming first it also fills the caches
  const once = await launchInTurn([inTurn], 1);
  const many = manyWays();
  const manyRuns = await launchInTurn(Object.values(many), 1);
  const results = {
    runs: new Map([...(await launchInTurn([ours, usual, slow], ROUNDS)), ...once, ...manyRuns]),
    ours: ours.name,
    slow: slow.name,
    few: many.few.name,
    many: many.many.name,
    chain: { services: longestChain(SOCK_SHOP_SERVICES), startSec: START_SEC, stableSec: stableSeconds() },
  };
  return { text: launchTables(results), verdicts: launchVerdicts(results) };
}

/** Tasks that wait for no other: few, many, and many in Terraform's own number at once. */
function manyWays() {
  const way = (tasks: number, parallelism: number): LaunchWay => ({
    name: `${tasks} tasks, ${parallelism} at once, starts of ${START_SEC} s`,
    tasks,
    parallelism,
    startDelaySec: START_SEC,
  });
  return { few: way(10, 128), many: way(100, 128), waves: way(100, 10) };
}

/** The ways in turn, A B A B, so that a slow moment of the machine hits all of them alike; the median of each. */
async function launchInTurn(ways: readonly LaunchWay[], rounds: number): Promise<Map<string, LaunchRun>> {
  const runs = new Map(ways.map(({ name }): [string, LaunchRun[]] => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) runs.get(way.name)?.push(await launchOnce(way));
  }
  process.stderr.write("\n");
  return new Map([...runs].map(([name, list]) => [name, medianRun(list)]));
}

function medianRun(runs: readonly LaunchRun[]): LaunchRun {
  return {
    figures: medianOf(runs.map(({ figures }) => figures)),
    services: medianOf(runs.map(({ services }) => services)),
  };
}

/** What the README tells to deploy with. */
function recommendedParallelism(): number {
  return numberIn("README.md", /cdktf deploy .*--terraform-parallelism (\d+)/);
}

/** How long a service must have run until it counts as started. */
function stableSeconds(): number {
  return numberIn("lib/mesos/launcher/lib/periods.sh", /^: "\$\{STABLE_SEC:=(\d+)\}"$/m);
}

function numberIn(file: string, pattern: RegExp): number {
  const [, number] = pattern.exec(readFileSync(join(REPOSITORY, file), "utf8")) ?? [];
  if (number === undefined)
    throw new Error(`${file} must hold ${pattern}; teach tools/bench/launch.ts what is new`);
  return Number(number);
}
