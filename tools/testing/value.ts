import type { Block, NestedBlock } from "./schema";

/** The value of everything that is known only after apply; no other symbol is a value. */
export const UNKNOWN: symbol = Symbol("known after apply");

/** A value without unknown parts: what JSON can hold. */
export type KnownValue =
  null | string | number | boolean | readonly KnownValue[] | { readonly [key: string]: KnownValue };

/** Any value of Terraform, unknown ones included. */
export type Value =
  null | string | number | boolean | symbol | readonly Value[] | { readonly [key: string]: Value };

/** A value of a block: attributes and nested blocks by name. */
export type Fields = { readonly [key: string]: Value };

/** Whether a value is an object or a map. */
export function isFields(value: Value | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a list or a set. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether no part of the value is unknown. */
export function isKnown(value: Value): value is KnownValue {
  if (value === UNKNOWN) return false;
  if (isList(value)) return value.every(isKnown);
  return isFields(value) ? Object.values(value).every(isKnown) : true;
}

/** Whether two values are the same, part by part. */
export function sameValue(one: Value | undefined, other: Value | undefined): boolean {
  if (isList(one) && isList(other)) {
    return one.length === other.length && one.every((item, at) => sameValue(item, other[at]));
  }
  if (isFields(one) && isFields(other)) {
    const keys = Object.keys(one);
    return keys.length === Object.keys(other).length && keys.every((key) => sameValue(one[key], other[key]));
  }
  return (one ?? null) === (other ?? null);
}

/** The instances of a nested block, whatever they are collected in. */
export function instancesOf(nested: NestedBlock, value: Value | undefined): readonly Fields[] {
  if (nested.nesting === "SINGLE") return isFields(value) ? [value] : [];
  if (nested.nesting === "MAP") return isFields(value) ? Object.values(value).filter(isFields) : [];
  return isList(value) ? value.filter(isFields) : [];
}

/** The object in exactly the form of the block: what is missing is null or empty, what is foreign is dropped. */
export function conform(block: Block, object: Fields): Fields {
  const attributes = block.attributes.map(({ name }) => [name, object[name] ?? null] as const);
  const blocks = block.blocks.map(
    (nested) => [nested.name, conformNested(nested, object[nested.name])] as const,
  );
  return Object.fromEntries([...attributes, ...blocks]);
}

function conformNested(nested: NestedBlock, value: Value | undefined): Value {
  if (nested.nesting === "SINGLE") return isFields(value) ? conform(nested.block, value) : null;
  if (nested.nesting === "MAP") {
    const entries = isFields(value) ? Object.entries(value) : [];
    return Object.fromEntries(entries.map(([key, item]) => [key, conform(nested.block, item as Fields)]));
  }
  if (value === UNKNOWN) return UNKNOWN;
  return instancesOf(nested, value).map((item) => conform(nested.block, item));
}
