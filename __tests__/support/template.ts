import { Testing, type TerraformStack } from "cdktf";

/** One block of a configuration, as Terraform's JSON has it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests pick what they look at
export type Block = any;

/** A class of cdktf's bindings, for a resource or a data source. */
interface Binding {
  readonly tfResourceType: string;
}

/** A resource with its address' two parts. */
export interface NamedResource {
  readonly type: string;
  readonly id: string;
  readonly block: Block;
}

const synthesized = new WeakMap<TerraformStack, Block>();

/**
 * The configuration of a stack, validated as on the way to Terraform, without metadata; its locals stand where they are
 * used.
 *
 * Synthesized when it is first asked for: what is added to the stack afterwards is not in it.
 */
export function configurationOf(stack: TerraformStack): Block {
  const configuration = synthesized.get(stack) ?? withLocals(Testing.synth(stack, true));
  synthesized.set(stack, configuration);
  return configuration;
}

function withLocals(text: string): Block {
  const { locals = {}, ...configuration } = JSON.parse(text);
  const value = (name?: string) => (name === undefined ? undefined : locals[name]);
  return JSON.parse(JSON.stringify(configuration), (_, found) =>
    typeof found === "string" ? (value(/^\$\{local\.([\w-]+)\}$/.exec(found)?.[1]) ?? found) : found,
  );
}

/** Every resource of a type by its logical id. */
export function resourcesById(stack: TerraformStack, { tfResourceType }: Binding): Record<string, Block> {
  return configurationOf(stack).resource?.[tfResourceType] ?? {};
}

/** Every resource of a type, sorted by logical id. */
export function resourcesOf(stack: TerraformStack, binding: Binding): Block[] {
  return Object.values(resourcesById(stack, binding));
}

/** Every data source of a type, sorted by logical id. */
export function dataSourcesOf(stack: TerraformStack, { tfResourceType }: Binding): Block[] {
  return Object.values(configurationOf(stack).data?.[tfResourceType.replace(/^data_/, "")] ?? {});
}

/** Every resource of every type. */
export function allResources(stack: TerraformStack): NamedResource[] {
  const types: Record<string, Record<string, Block>> = configurationOf(stack).resource ?? {};
  return Object.entries(types).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([id, block]) => ({ type, id, block })),
  );
}
