import type { Medians } from "./comparison";
import { atLeast, atMost, type Verdict } from "./goal";
import { markdownTable } from "./markdown-table";
import type { Measurement } from "./measurement";

/** What synths cost, by how many of something there are, ascending. */
export type Curve = ReadonlyMap<number, Measurement>;

/** Everything measured in one go. */
export interface SynthResults {
  readonly ways: Medians;
  readonly ourWay: string;
  readonly agents: Curve;
  readonly tasks: Curve;
}

/** The results as Markdown tables. */
export function synthTables({ ways, ourWay, agents, tasks }: SynthResults): string {
  const ours = ways.get(ourWay) as Measurement;
  const rows = [...ways].map(([name, { seconds, peakMiB }]) => [
    name,
    `${seconds.toFixed(2)} s`,
    `${(seconds / ours.seconds).toFixed(1)} ×`,
    `${peakMiB.toFixed(0)} MiB`,
    `${(peakMiB / ours.peakMiB).toFixed(1)} ×`,
  ]);
  return [
    markdownTable(["way", "time", "time, ratio to ours", "peak memory", "memory, ratio to ours"], rows),
    curveTable("agents", "an agent", agents),
    curveTable("`MesosTask`s", "a task", tasks),
  ].join("\n\n");
}

/** The goals the project has set itself, against the results. */
export function synthVerdicts({ ways, ourWay, agents, tasks }: SynthResults, stockWay: string): Verdict[] {
  const [ours, stock] = [ways.get(ourWay), ways.get(stockWay)] as [Measurement, Measurement];
  return [
    atLeast(12, "times faster than the stock way", stock.seconds / ours.seconds),
    atLeast(10, "times less memory than the stock way", stock.peakMiB / ours.peakMiB),
    atMost(12, "times the time of 100 agents for 1000", growth(agents)),
    atMost(400, "MiB for 1000 agents", at(agents, 1000).peakMiB),
    atMost(12, "times the time of 100 `MesosTask`s for 1000", growth(tasks)),
    atMost(512, "MiB for 1000 `MesosTask`s", at(tasks, 1000).peakMiB),
  ];
}

function curveTable(things: string, oneOfThem: string, curve: Curve): string {
  const rows = [...curve].map(([count, { seconds, peakMiB }]) => [
    String(count),
    `${seconds.toFixed(2)} s`,
    `${((seconds / count) * 1000).toFixed(1)} ms`,
    `${peakMiB.toFixed(0)} MiB`,
  ]);
  return markdownTable([things, "time", `time ${oneOfThem}`, "peak memory"], rows);
}

function growth(curve: Curve): number {
  return at(curve, 1000).seconds / at(curve, 100).seconds;
}

function at(curve: Curve, count: number): Measurement {
  return curve.get(count) as Measurement;
}
