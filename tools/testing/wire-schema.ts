import type { Block } from "./schema";

/** A schema as the protocol carries it. */
export interface WireSchema {
  readonly version: number;
  readonly block: object;
}

/** Schema of a block for the wire. */
export function wireSchema(block: Block): WireSchema {
  return { version: 0, block: wireBlock(block) };
}

function wireBlock(block: Block): object {
  return {
    attributes: block.attributes.map((attribute) => ({
      ...attribute,
      type: Buffer.from(JSON.stringify(attribute.type)),
    })),
    block_types: block.blocks.map((nested) => ({
      type_name: nested.name,
      nesting: nested.nesting,
      min_items: nested.minItems,
      max_items: nested.maxItems,
      block: wireBlock(nested.block),
    })),
  };
}
