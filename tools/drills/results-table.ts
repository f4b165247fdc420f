import { availableParallelism, loadavg, totalmem } from "node:os";
import { markdownTable } from "../bench/markdown-table";
import type { Outcome } from "./outcome";

/** What a run has shown, for a page of the docs. */
export function resultsTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ title, seconds, failure }) => [
    title,
    failure === undefined ? seconds.toFixed(0) : "FAILED",
  ]);
  return [`Machine: ${machine()}.`, markdownTable(["what", "seconds"], rows)].join("\n\n");
}

function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores, ${memory} GiB, ${loadavg()[1]?.toFixed(1)} processes ready to run at the end`;
}
