import { BindingSource } from "./binding-source";
import type { HclEntry, Member } from "./binding-source";
import type { Attribute, Block, NestedBlock, Nesting, ValueType } from "./schema";

/** Schema of the resource or data source a file of the bindings is about. */
export function deriveSchema(sourceText: string): Block {
  const source = new BindingSource(sourceText);
  return memberBlock(source, source.mainClass);
}

/** Schema of a provider's own configuration. */
export function deriveProviderSchema(sourceText: string): Block {
  const source = new BindingSource(sourceText);
  const required = new Set(
    source
      .members(source.mainClass)
      .filter((m) => m.required)
      .map((m) => m.name),
  );
  return entryBlock(source, source.mainClass, required);
}

function memberBlock(source: BindingSource, className: string): Block {
  const members = source.members(className);
  return {
    attributes: members.filter((member) => !isBlock(member)).map((member) => attribute(source, member)),
    blocks: members.filter(isBlock).map((member) => nestedBlock(source, member)),
  };
}

/** A structure the provider computes is an attribute; every other is a block. */
function isBlock(member: Member): boolean {
  return member.struct !== undefined && !member.computed;
}

function attribute(source: BindingSource, member: Member): Attribute {
  const { name, required, optional, computed } = member;
  return { name, required, optional, computed, type: memberType(source, member) };
}

function memberType(source: BindingSource, member: Member): ValueType {
  if (member.struct === undefined) return member.type ?? "dynamic";
  const fields = source
    .members(`${member.struct.name}OutputReference`)
    .map((field) => [field.name, memberType(source, field)] as const);
  const object: ValueType = ["object", Object.fromEntries(fields)];
  return member.struct.shape === "single" ? object : [member.struct.shape, object];
}

const NESTING = { list: "LIST", set: "SET", map: "MAP", single: "SINGLE" } as const;

function nestedBlock(source: BindingSource, member: Member): NestedBlock {
  const { name, shape } = member.struct ?? { name: member.name, shape: "single" };
  return {
    name: member.name,
    nesting: NESTING[shape],
    minItems: member.required && shape !== "map" ? 1 : 0,
    maxItems: isAtMostOne(source, name, shape) ? 1 : 0,
    block: memberBlock(source, `${name}OutputReference`),
  };
}

/** The bindings give lists of at most one no list class: their only accessor is the element itself. */
function isAtMostOne(source: BindingSource, struct: string, shape: string): boolean {
  return (shape === "list" || shape === "set") && !source.hasClass(`${struct}List`);
}

function entryBlock(source: BindingSource, owner: string, required: ReadonlySet<string>): Block {
  // the bindings offer `alias` beside the provider's own attributes, but Terraform itself takes it
  const entries = source.hclEntries(owner).filter(({ name }) => name !== "alias");
  return {
    attributes: entries.filter((entry) => !entry.isBlock).map((entry) => entryAttribute(entry, required)),
    blocks: entries.filter((entry) => entry.isBlock).map((entry) => entryNestedBlock(source, entry)),
  };
}

function entryAttribute(entry: HclEntry, required: ReadonlySet<string>): Attribute {
  const isRequired = required.has(entry.name);
  return {
    name: entry.name,
    type: entryType(entry),
    required: isRequired,
    optional: !isRequired,
    computed: false,
  };
}

function entryNestedBlock(source: BindingSource, entry: HclEntry): NestedBlock {
  const struct = entry.storage.replace(/List$/, "");
  const nesting: Nesting = entry.type === "set" ? "SET" : entry.type === "list" ? "LIST" : "SINGLE";
  const block = entryBlock(source, struct, source.requiredProperties(struct));
  return { name: entry.name, nesting, minItems: 0, maxItems: 0, block };
}

function entryType(entry: HclEntry): ValueType {
  const scalar = /^number/.test(entry.storage)
    ? "number"
    : /^boolean/.test(entry.storage)
      ? "bool"
      : "string";
  return entry.type === "list" || entry.type === "set" || entry.type === "map"
    ? [entry.type, scalar]
    : scalar;
}
