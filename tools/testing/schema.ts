/**
 * Type of an attribute, in the JSON form Terraform uses for types.
 *
 * @see https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
 */
export type ValueType =
  | "string"
  | "number"
  | "bool"
  | "dynamic"
  | readonly ["list" | "set" | "map", ValueType]
  | readonly ["object", Readonly<Record<string, ValueType>>];

/** One argument or attribute of a block. */
export interface Attribute {
  /** Name as Terraform spells it. */
  readonly name: string;
  /** Type of its value. */
  readonly type: ValueType;
  /** Whether the configuration must set it. */
  readonly required: boolean;
  /** Whether the configuration may set it. */
  readonly optional: boolean;
  /** Whether the provider gives it a value where the configuration does not. */
  readonly computed: boolean;
}

/** How often, and addressed how, a nested block may appear. */
export type Nesting = "SINGLE" | "LIST" | "SET" | "MAP";

/** A block inside a block. */
export interface NestedBlock {
  /** Name as Terraform spells it. */
  readonly name: string;
  /** What its instances are collected in. */
  readonly nesting: Nesting;
  /** Fewest instances allowed. */
  readonly minItems: number;
  /** Most instances allowed, 0 for any number. */
  readonly maxItems: number;
  /** What one instance holds. */
  readonly block: Block;
}

/** Attributes and nested blocks of a provider, a resource or a data source. */
export interface Block {
  /** The block's attributes. */
  readonly attributes: readonly Attribute[];
  /** The block's nested blocks. */
  readonly blocks: readonly NestedBlock[];
}

/** A copy of a block in which `change` has been applied to every attribute, given its dotted path. */
export function mapAttributes(
  block: Block,
  change: (attribute: Attribute, path: string) => Attribute,
  prefix = "",
): Block {
  return {
    attributes: block.attributes.map((attribute) => change(attribute, prefix + attribute.name)),
    blocks: block.blocks.map((nested) => ({
      ...nested,
      block: mapAttributes(nested.block, change, `${prefix}${nested.name}.`),
    })),
  };
}
