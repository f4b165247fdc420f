import type { Problem } from "./problem";

/** Problems for the wire, as errors of the attribute they are about. */
export function wireProblems(problems: readonly Problem[]): object[] {
  return problems.map(({ summary, detail, attribute }) => ({
    severity: "ERROR",
    summary,
    detail,
    attribute: attribute === undefined ? null : attributePath(attribute),
  }));
}

/** Path of a top-level attribute for the wire. */
export function attributePath(attribute: string): object {
  return { steps: [{ attribute_name: attribute }] };
}
