import { markdownTable } from "./markdown-table";

/** A goal, what was reached, and whether that is enough. */
export interface Verdict {
  readonly goal: string;
  readonly reached: string;
  readonly met: boolean;
}

/** What one part of the benchmark has found. */
export interface Findings {
  /** The results, as Markdown. */
  readonly text: string;
  readonly verdicts: readonly Verdict[];
}

/** A goal that is met by this value or a greater one. */
export function atLeast(goal: number, what: string, value: number): Verdict {
  return { goal: `at least ${goal} ${what}`, reached: figure(value), met: value >= goal };
}

/** A goal that is met by this value or a smaller one. */
export function atMost(goal: number, what: string, value: number): Verdict {
  return { goal: `at most ${goal} ${what}`, reached: figure(value), met: value <= goal };
}

/** The verdicts as a Markdown table. */
export function verdictTable(list: readonly Verdict[]): string {
  return markdownTable(
    ["goal", "reached", "met"],
    list.map(({ goal, reached, met }) => [goal, reached, met ? "yes" : "NO"]),
  );
}

/** Small ones with two digits, so that what just misses its goal does not look as if it met it. */
function figure(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}
