import type { Attribute, Block, NestedBlock, ValueType } from "./schema";
import { isFields, isKnown, isList, UNKNOWN } from "./value";
import type { Fields, KnownValue, Value } from "./value";

/** Puts what is offered where the planned value is unknown; what the plan fixed stays. */
export function fillUnknown(planned: Value, offered: Value | undefined): Value {
  if (planned === UNKNOWN) return offered ?? UNKNOWN;
  if (isList(planned) && isList(offered)) return planned.map((item, at) => fillUnknown(item, offered[at]));
  if (isFields(planned) && isFields(offered)) {
    return Object.fromEntries(
      Object.entries(planned).map(([key, item]) => [key, fillUnknown(item, offered[key])]),
    );
  }
  return planned;
}

/** The object with every part that is still unknown at its type's zero: how AWS shows what it has nothing to say about. */
export function settle(block: Block, object: Fields): Readonly<Record<string, KnownValue>> {
  const attributes = block.attributes.map(
    (attribute) => [attribute.name, settled(attribute, object)] as const,
  );
  const blocks = block.blocks.map(
    (nested) => [nested.name, settledBlock(nested, object[nested.name])] as const,
  );
  return Object.fromEntries([...attributes, ...blocks]);
}

function settled(attribute: Attribute, object: Fields): KnownValue {
  const value = object[attribute.name] ?? null;
  return isKnown(value) ? value : knownPart(attribute.type, value);
}

function knownPart(type: ValueType, value: Value): KnownValue {
  if (isKnown(value)) return value;
  if (value === UNKNOWN) return zero(type);
  if (isList(value)) return value.filter(isKnown);
  return Object.fromEntries(
    Object.entries(value as Fields).filter((entry) => isKnown(entry[1])),
  ) as KnownValue;
}

function zero(type: ValueType): KnownValue {
  if (type === "string") return "";
  if (type === "number") return 0;
  if (type === "bool") return false;
  if (type[0] === "list" || type[0] === "set") return [];
  return type[0] === "map" ? {} : null;
}

function settledBlock(nested: NestedBlock, value: Value | undefined): KnownValue {
  if (isList(value)) return value.filter(isFields).map((item) => settle(nested.block, item));
  if (!isFields(value)) return nested.nesting === "SINGLE" ? null : [];
  if (nested.nesting === "SINGLE") return settle(nested.block, value);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, settle(nested.block, item as Fields)]),
  );
}
