import type { Change, Computed, Rules } from "./rules";
import type { Block, NestedBlock } from "./schema";
import { instancesOf, isFields, isList, sameValue, UNKNOWN } from "./value";
import type { Fields, Value } from "./value";

/** What Terraform asks to be planned. */
export interface PlanRequest {
  /** What exists, null for something new. */
  readonly prior: Fields | null;
  /** Configuration merged into what exists, by Terraform. */
  readonly proposed: Fields;
  /** What the user wrote. */
  readonly config: Fields;
}

/** A plan. */
export interface Plan {
  /** What will be, as far as it is known. */
  readonly planned: Fields;
  /** Top-level attributes and blocks whose change replaces the object. */
  readonly replacedBy: readonly string[];
}

/**
 * Plans a creation or a change: gives defaults, marks as unknown what only the cloud will decide, and finds what
 * forces a replacement.
 *
 * @param complete what the provider does for all of its types: tags, region
 */
export function planChange(
  block: Block,
  rules: Rules,
  request: PlanRequest,
  complete: (change: Change) => void = () => undefined,
): Plan {
  const fill = { defaults: rules.defaults ?? {}, prefix: "" };
  const planned = fillBlock(block, request.prior, request.proposed, request.config, fill);
  const change: Change = { prior: request.prior, config: request.config, planned };
  complete(change);
  const forced = rules.plan?.(change) ?? [];
  return { planned, replacedBy: replacements(request.prior, planned, rules.replacedBy ?? [], forced) };
}

interface Fill {
  readonly defaults: Computed;
  readonly prefix: string;
}

function fillBlock(
  block: Block,
  prior: Fields | null,
  proposed: Fields,
  config: Fields,
  fill: Fill,
): Record<string, Value> {
  const planned: Record<string, Value> = { ...proposed };
  for (const { name, computed } of block.attributes) {
    if ((config[name] ?? null) !== null || !computed) continue;
    const fallback = fill.defaults[fill.prefix + name];
    if (fallback !== undefined) planned[name] = fallback;
    else if (prior === null) planned[name] = UNKNOWN;
  }
  for (const nested of block.blocks) planned[nested.name] = fillNested(nested, prior, planned, config, fill);
  return planned;
}

function fillNested(
  nested: NestedBlock,
  prior: Fields | null,
  proposed: Fields,
  config: Fields,
  fill: Fill,
): Value {
  const value = proposed[nested.name] ?? null;
  const inner = { ...fill, prefix: `${fill.prefix}${nested.name}.` };
  const before = instancesOf(nested, prior?.[nested.name]);
  const written = instancesOf(nested, config[nested.name]);
  const fillOne = (item: Fields, at: number) =>
    fillBlock(
      nested.block,
      counterpart(nested, item, at, before),
      item,
      configOf(nested, item, at, written),
      inner,
    );
  if (nested.nesting === "SINGLE") return isFields(value) ? fillOne(value, 0) : value;
  if (nested.nesting === "MAP" || !isList(value)) return value;
  return value.map((item, at) => (isFields(item) ? fillOne(item, at) : item));
}

/** The existing instance a planned one continues: by place in a list, by what the user can set in a set. */
function counterpart(
  nested: NestedBlock,
  item: Fields,
  at: number,
  before: readonly Fields[],
): Fields | null {
  if (nested.nesting !== "SET") return before[at] ?? null;
  return before.find((candidate) => agree(nested.block, item, candidate)) ?? null;
}

function configOf(nested: NestedBlock, item: Fields, at: number, written: readonly Fields[]): Fields {
  if (nested.nesting !== "SET") return written[at] ?? {};
  return written.find((candidate) => agree(nested.block, candidate, item)) ?? item;
}

/** Whether everything the first one states is so in the second one. */
function agree(block: Block, stated: Fields, other: Fields): boolean {
  return block.attributes.every(
    ({ name, computed }) =>
      (computed && (stated[name] ?? null) === null) || sameValue(stated[name], other[name]),
  );
}

function replacements(
  prior: Fields | null,
  planned: Fields,
  declared: readonly string[],
  forced: readonly string[],
): string[] {
  if (prior === null) return [];
  const changed = [...declared, ...forced].filter((path) => !sameValue(at(prior, path), at(planned, path)));
  return [...new Set(changed.map((path) => path.split(".")[0] ?? path))];
}

function at(object: Fields, path: string): Value {
  return path.split(".").reduce<Value>((value, name) => {
    if (isList(value)) return value.map((item) => (isFields(item) ? (item[name] ?? null) : null));
    return isFields(value) ? (value[name] ?? null) : null;
  }, object);
}
