import type { Problem } from "./problem";
import { isFields, isList, UNKNOWN } from "./value";
import type { Fields, Value } from "./value";

/** Arguments that exclude or need each other. */
export type Combination =
  | { readonly kind: "conflicts"; readonly argument: string; readonly with: readonly string[] }
  | { readonly kind: "exactly-one"; readonly of: readonly string[] }
  | { readonly kind: "at-least-one"; readonly of: readonly string[] };

/** `argument` may not stand beside any of `others`. */
export function conflicts(argument: string, ...others: string[]): Combination {
  return { kind: "conflicts", argument, with: others };
}

/** One of the arguments must be there, and only one. */
export function exactlyOne(...of: string[]): Combination {
  return { kind: "exactly-one", of };
}

/** One of the arguments must be there. */
export function atLeastOne(...of: string[]): Combination {
  return { kind: "at-least-one", of };
}

/** What is wrong with a configuration by one combination; an argument whose value is unknown may still turn out absent. */
export function combinationProblems(rule: Combination, config: Fields): Problem[] {
  if (rule.kind === "conflicts") return conflictProblems(rule.argument, rule.with, config);
  const set = rule.of.filter((argument) => isSet(config[argument]));
  const names = rule.of.join(",");
  if (set.length === 0 && !rule.of.some((argument) => mayBeSet(config[argument]))) {
    const count = rule.kind === "exactly-one" ? "one" : "at least one";
    return [{ summary: "Missing required argument", detail: `${count} of \`${names}\` must be specified` }];
  }
  if (rule.kind === "exactly-one" && set.length > 1) {
    const detail = `only one of \`${names}\` can be specified, but \`${set.join(",")}\` were specified`;
    return [{ summary: "Invalid combination of arguments", detail, attribute: set[1] }];
  }
  return [];
}

function conflictProblems(argument: string, others: readonly string[], config: Fields): Problem[] {
  if (!isSet(config[argument])) return [];
  return others
    .filter((other) => isSet(config[other]))
    .map((other) => ({
      summary: "Conflicting configuration arguments",
      detail: `"${argument}": conflicts with ${other}`,
      attribute: argument,
    }));
}

function isSet(value: Value | undefined): boolean {
  return mayBeSet(value) && value !== UNKNOWN;
}

/** An empty list is how an absent block looks. */
function mayBeSet(value: Value | undefined): boolean {
  if (isList(value)) return value.length > 0;
  return value !== null && value !== undefined && (!isFields(value) || Object.keys(value).length > 0);
}
