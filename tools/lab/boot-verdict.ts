import * as fs from "node:fs";
import { textTable } from "../rehearsal/text-table";
import type { LabMachine } from "./machine";

/** How a machine's boot ended. */
export interface BootVerdict {
  /** Errors of cloud-init; none when all it did went well. */
  readonly errors: readonly string[];
  /** The node's own verdict, undefined where it wrote none. */
  readonly node: NodeVerdict | undefined;
}

/** What a node's boot script writes. */
export interface NodeVerdict {
  readonly ok: boolean;
  readonly checks: readonly NodeCheck[];
}

/** One of the things a node looks at. */
export interface NodeCheck {
  readonly name: string;
  readonly outcome: string;
  readonly detail: string;
}

/** The verdict of a machine, undefined where its boot has not ended, by the name people know it by. */
export interface NamedVerdict {
  readonly name: string;
  readonly address: string;
  readonly verdict: BootVerdict | undefined;
}

/** Written by cloud-init once everything has run. */
const RESULT = "/run/cloud-init/result.json";

/** Written by the node's boot script. */
const VERDICT = "/var/lib/cdktf-mesos/verdict.json";

/** How a machine's boot ended; undefined as long as it has not. */
export function bootVerdict(machine: LabMachine): BootVerdict | undefined {
  const result = readIfPresent(machine, RESULT);
  if (result === undefined) return undefined;
  const { v1 } = JSON.parse(result) as { v1: { errors: string[] } };
  const verdict = readIfPresent(machine, VERDICT);
  return {
    errors: v1.errors,
    node: verdict === undefined ? undefined : (JSON.parse(verdict) as NodeVerdict),
  };
}

/** Whether nothing was amiss. */
export function isWell({ errors, node }: BootVerdict): boolean {
  return errors.length === 0 && node?.ok === true;
}

/** Verdicts for a person to read: a table, and what was amiss. */
export function verdictLines(verdicts: readonly NamedVerdict[]): string[] {
  if (verdicts.length === 0) return [];
  const rows = verdicts.map(({ name, address, verdict }) => [name, address, ...words(verdict)]);
  return [
    "",
    ...textTable(["machine", "address", "cloud-init", "node"], rows),
    ...verdicts.flatMap(({ name, verdict }) =>
      verdict === undefined ? [] : complaints(verdict).map((complaint) => `${name}: ${complaint}`),
    ),
  ];
}

function words(verdict: BootVerdict | undefined): [string, string] {
  if (verdict === undefined) return ["not finished", ""];
  const { errors, node } = verdict;
  return [
    errors.length === 0 ? "done" : "error",
    node === undefined ? "no verdict" : node.ok ? "ok" : "not ok",
  ];
}

function complaints({ errors, node }: BootVerdict): string[] {
  const checks = node?.checks.filter(({ outcome }) => outcome !== "ok") ?? [];
  return [
    ...errors.map((error) => `cloud-init: ${error}`),
    ...(node === undefined ? [`the node wrote no ${VERDICT}`] : []),
    ...checks.map(({ name, outcome, detail }) => `${name} ${outcome}: ${detail}`),
  ];
}

function readIfPresent(machine: LabMachine, name: string): string | undefined {
  const file = machine.file(name);
  return file !== undefined && fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}
