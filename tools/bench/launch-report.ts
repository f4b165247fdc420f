import { atMost, type Verdict } from "./goal";
import type { LaunchRun } from "./launch-run";
import { markdownTable } from "./markdown-table";

/** Everything measured of launches. */
export interface LaunchResults {
  /** Medians, by the name of the way. */
  readonly runs: ReadonlyMap<string, LaunchRun>;
  /** Names of our way, and of the same with slow starts. */
  readonly ours: string;
  readonly slow: string;
  /** Names of the ways with few and many tasks that wait for no other. */
  readonly few: string;
  readonly many: string;
  /** The longest chain of services that wait for each other, and what one of them takes at the least. */
  readonly chain: {
    readonly services: readonly string[];
    readonly startSec: number;
    readonly stableSec: number;
  };
}

/** The results as Markdown. */
export function launchTables({ runs, ours, slow, chain }: LaunchResults): string {
  const [our, slowly] = [runOf(runs, ours), runOf(runs, slow)];
  const ways = [...runs].map(([name, { figures }]) => [
    name,
    seconds(figures.firstDeploy),
    `${(figures.firstDeploy / our.figures.firstDeploy).toFixed(1)} ×`,
    seconds(figures.servicesPart),
    seconds(figures.secondDeploy),
    seconds(figures.destroy),
  ]);
  const services = Object.entries(our.services).map(([name, took]) => [
    name,
    seconds(took),
    seconds(slowly.services[name] ?? NaN),
  ]);
  return [
    markdownTable(
      ["way", "first deploy", "ratio to ours", "its services' part", "second deploy", "destroy"],
      ways,
    ),
    connections(our),
    `Longest chain of links: ${chain.services.join(", ")}. With a start of ${chain.startSec} s and ` +
      `${chain.stableSec} s of running it takes ${chainSeconds(chain)} s at the least.`,
    markdownTable(["service", "ours", `starts of ${chain.startSec} s`], services.sort()),
  ].join("\n\n");
}

/** The goals the project has set itself, against the results. */
export function launchVerdicts({ runs, ours, slow, few, many, chain }: LaunchResults): Verdict[] {
  const { firstDeploy, secondDeploy } = runOf(runs, ours).figures;
  const part = runOf(runs, slow).figures.servicesPart;
  return [
    atMost(30, "s for the first deploy", firstDeploy),
    atMost(10, "s for the second deploy", secondDeploy),
    atMost(
      1.3,
      `times the longest chain of links, with starts of ${chain.startSec} s`,
      part / chainSeconds(chain),
    ),
    atMost(
      3,
      "times the time of 10 tasks for 100, all at once",
      runOf(runs, many).figures.servicesPart / runOf(runs, few).figures.servicesPart,
    ),
  ];
}

function connections({ figures, services }: LaunchRun): string {
  const { connectionsOfFirst, connectionsOfServices, connectionsOfSecond, connectionsOfDestroy } = figures;
  const each = (connectionsOfServices / Object.keys(services).length).toFixed(1);
  return (
    `SSH connections: ${connectionsOfFirst} in the first deploy, ${connectionsOfServices} of them for the services and ` +
    `their launcher (${each} a service); ${connectionsOfSecond} in the second; ${connectionsOfDestroy} in the destroy.`
  );
}

function chainSeconds({ services, startSec, stableSec }: LaunchResults["chain"]): number {
  return services.length * (startSec + stableSec);
}

function runOf(runs: LaunchResults["runs"], name: string): LaunchRun {
  return runs.get(name) as LaunchRun;
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
