import type { Bindings } from "./bindings";
import { deriveProviderSchema, deriveSchema } from "./derive-schema";
import type { ProviderDefinition } from "./provider-definition";
import { mapAttributes } from "./schema";
import type { Block } from "./schema";

/** Schemas of one provider, derived when they are first asked for. */
export class Schemas {
  private readonly derived = new Map<string, Block>();

  constructor(
    private readonly bindings: Bindings,
    private readonly definition: ProviderDefinition,
  ) {}

  /** Schema of the provider's configuration. */
  provider(): Block {
    return this.remember("provider", () => deriveProviderSchema(this.bindings.source("provider", "")));
  }

  /**
   * Schema of a resource.
   *
   * A default needs the attribute to be computed too: only then may a provider plan a value the user did not write.
   */
  resource(type: string): Block {
    return this.remember(`resource ${type}`, () => {
      const defaults = this.definition.rules(type).defaults ?? {};
      return mapAttributes(deriveSchema(this.bindings.source("resource", type)), (attribute, path) =>
        path in defaults ? { ...attribute, computed: true } : attribute,
      );
    });
  }

  /** Schema of a data source. */
  data(type: string): Block {
    return this.remember(`data ${type}`, () => deriveSchema(this.bindings.source("data", type)));
  }

  /** Those of the types this provider has. */
  known(kind: "resource" | "data", types: Iterable<string>): string[] {
    const prefix = `${this.definition.name}_`;
    return [...types].filter((type) => type.startsWith(prefix) && this.bindings.has(kind, type));
  }

  /** Names of all types of a kind. */
  all(kind: "resource" | "data"): string[] {
    return this.bindings.types(kind);
  }

  private remember(key: string, derive: () => Block): Block {
    const block = this.derived.get(key) ?? derive();
    this.derived.set(key, block);
    return block;
  }
}
