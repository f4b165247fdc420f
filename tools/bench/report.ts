import type { Medians } from "./comparison";
import type { Measurement } from "./measurement";

/** Everything measured in one go. */
export interface Results {
  readonly machine: string;
  readonly ways: Medians;
  readonly ourWay: string;
  /** By number of agents, ascending. */
  readonly curve: ReadonlyMap<number, Measurement>;
}

/** A goal, what was reached, and whether that is enough. */
export interface Verdict {
  readonly goal: string;
  readonly reached: string;
  readonly met: boolean;
}

/** The results as Markdown tables. */
export function resultTables(results: Results): string {
  const ours = results.ways.get(results.ourWay) as Measurement;
  const ways = [...results.ways].map(([name, { seconds, peakMiB }]) => [
    name,
    `${seconds.toFixed(2)} s`,
    `${(seconds / ours.seconds).toFixed(1)} ×`,
    `${peakMiB.toFixed(0)} MiB`,
    `${(peakMiB / ours.peakMiB).toFixed(1)} ×`,
  ]);
  const curve = [...results.curve].map(([agents, { seconds, peakMiB }]) => [
    String(agents),
    `${seconds.toFixed(2)} s`,
    `${((seconds / agents) * 1000).toFixed(1)} ms`,
    `${peakMiB.toFixed(0)} MiB`,
  ]);
  return [
    `Machine: ${results.machine}.`,
    table(["way", "time", "time, ratio to ours", "peak memory", "memory, ratio to ours"], ways),
    table(["agents", "time", "time an agent", "peak memory"], curve),
  ].join("\n\n");
}

/** The goals the project has set itself, against the results. */
export function verdicts(results: Results, stockWay: string): Verdict[] {
  const ours = results.ways.get(results.ourWay) as Measurement;
  const stock = results.ways.get(stockWay) as Measurement;
  const [hundred, thousand] = [results.curve.get(100), results.curve.get(1000)] as [Measurement, Measurement];
  const growth = thousand.seconds / hundred.seconds;
  return [
    atLeast("times faster than the stock way", 12, stock.seconds / ours.seconds),
    atLeast("times less memory than the stock way", 10, stock.peakMiB / ours.peakMiB),
    atMost("times the time of 100 agents for 1000", 12, growth),
    atMost("MiB for 1000 agents", 400, thousand.peakMiB),
  ];
}

/** The verdicts as a Markdown table. */
export function verdictTable(list: readonly Verdict[]): string {
  return table(
    ["goal", "reached", "met"],
    list.map(({ goal, reached, met }) => [goal, reached, met ? "yes" : "NO"]),
  );
}

function atLeast(what: string, goal: number, value: number): Verdict {
  return { goal: `at least ${goal} ${what}`, reached: value.toFixed(1), met: value >= goal };
}

function atMost(what: string, goal: number, value: number): Verdict {
  return { goal: `at most ${goal} ${what}`, reached: value.toFixed(1), met: value <= goal };
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map((_, index) => (index === 0 ? "---" : "---:")), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
