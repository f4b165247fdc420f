import type { Step } from "./parse-guide";

/** How a step went. */
export type Outcome = "passed" | "failed" | "timed out" | "interrupted" | "skipped";

/** What there is to tell of one step. */
export interface StepReport extends Pick<Step, "phase" | "title" | "line" | "hidden"> {
  readonly outcome: Outcome;
  readonly seconds: number;
  /** Absent where it was skipped. */
  readonly exitCode?: number;
  /** The end of what a step printed that did not pass. */
  readonly output?: string;
}

/** What a run of a guide was, for programs. */
export interface GuideReport {
  readonly file: string;
  /** 0: all went well; 1: something failed, and all is destroyed; 2: something may be left; 3: interrupted, all is destroyed. */
  readonly exitCode: number;
  readonly seconds: number;
  readonly steps: readonly StepReport[];
  /** What a rehearsal found left at its end. */
  readonly left?: readonly string[];
}

/** The report as JUnit has it: a suite of one guide, a case for each step. */
export function junitReport({ file, seconds, steps }: GuideReport): string {
  const skipped = steps.filter(({ outcome }) => outcome === "skipped").length;
  const passed = steps.filter(({ outcome }) => outcome === "passed").length;
  const counts = `tests="${steps.length}" failures="${steps.length - passed - skipped}" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts} time="${seconds}">`,
    `<testsuite name="${xml(file)}" ${counts} time="${seconds}">`,
    ...steps.map((step) => testCase(step, file)),
    "</testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(step: StepReport, file: string): string {
  const { phase, title, line, seconds } = step;
  const name = xml(`${title} (line ${line})`);
  return `<testcase classname="${phase}" name="${name}" file="${xml(file)}" time="${seconds}">${verdict(step)}</testcase>`;
}

function verdict({ outcome, exitCode, output = "" }: StepReport): string {
  if (outcome === "passed") return "";
  if (outcome === "skipped") return "<skipped/>";
  return `<failure message="${outcome}, exit code ${exitCode}">${xml(output)}</failure>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text for XML, without the control characters it cannot hold. */
function xml(text: string): string {
  const allowed = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
  return allowed.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
