import { className, expression } from "./typescript";

/** Arguments of a block, as Terraform spells them. */
export type Block = Record<string, unknown>;

/** A stack as cdktf wrote it: what of its `cdk.tf.json` a program can say. */
export interface SynthesizedStack {
  readonly provider?: Record<string, Block[]>;
  readonly variable?: Record<string, Block>;
  readonly locals?: Block;
  readonly data?: Record<string, Record<string, Block>>;
  readonly resource?: Record<string, Record<string, Block>>;
  readonly output?: Record<string, Block>;
}

/** Arguments cdktf has no property for; a program overrides them, as ours does. */
const OVERRIDDEN = ["for_each", "ephemeral"];

/** What of a block is no property of its own: a comment of cdktf, and what is said in another way. */
const SAID_OTHERWISE = ["//", "provisioner", "backend", "config", ...OVERRIDDEN];

/**
 * The app a user of cdktf's own template would have written for these stacks: one class for each, every resource
 * spelled out, providers imported by their root.
 *
 * @param stacks stacks by name, as synthesized
 */
export function stockApp(stacks: Record<string, SynthesizedStack>): string {
  const names = Object.keys(stacks);
  return [
    'import { Construct } from "constructs";',
    'import * as cdktf from "cdktf";',
    'import * as aws from "@cdktf/provider-aws";',
    'import * as nullProvider from "@cdktf/provider-null";',
    ...names.map((name, index) => stackClass(`Stack${index + 1}`, stacks[name] as SynthesizedStack)),
    "const app = new cdktf.App();",
    ...names.map((name, index) => `new Stack${index + 1}(app, ${JSON.stringify(name)});`),
    "app.synth();\n",
  ].join("\n");
}

function stackClass(name: string, stack: SynthesizedStack): string {
  return [
    `class ${name} extends cdktf.TerraformStack {`,
    "constructor(scope: Construct, id: string) {",
    "super(scope, id);",
    ...Object.entries(stack.provider ?? {}).flatMap(([provider, blocks]) =>
      blocks.map((block) => construct(className("provider", provider), `provider-${provider}`, block)),
    ),
    ...constructs("cdktf.TerraformVariable", stack.variable),
    ...Object.entries(stack.locals ?? {}).map(
      ([local, value]) =>
        `new cdktf.TerraformLocal(this, ${JSON.stringify(local)}, ${JSON.stringify(value)});`,
    ),
    ...typed("data", stack.data),
    ...typed("resource", stack.resource),
    ...constructs("cdktf.TerraformOutput", stack.output),
    "}",
    "}",
  ].join("\n");
}

function typed(kind: "data" | "resource", types: Record<string, Record<string, Block>> = {}): string[] {
  return Object.entries(types).flatMap(([type, blocks]) => constructs(className(kind, type), blocks));
}

function constructs(type: string, blocks: Record<string, Block> = {}): string[] {
  return Object.entries(blocks).map(([id, block]) => construct(type, id, block));
}

function construct(type: string, id: string, block: Block): string {
  const overrides = OVERRIDDEN.filter((name) => name in block).map(
    (name) => `.addOverride(${JSON.stringify(name)}, ${JSON.stringify(block[name])})`,
  );
  const statement = `new ${type}(this, ${JSON.stringify(id)}, ${expression(props(block))})`;
  return `${statement}${overrides.join("")};`;
}

/** What a block says, as a program says it. */
function props(block: Block): Block {
  const { provisioner, backend, config } = block;
  const plain = Object.entries(block).filter(([name]) => !SAID_OTHERWISE.includes(name));
  return {
    ...Object.fromEntries(plain),
    ...(Array.isArray(provisioner) && { provisioners: (provisioner as Block[]).flatMap(withType) }),
    // A remote state's own arguments are properties of its class.
    ...(backend !== undefined && (config as Block)),
  };
}

function withType(provisioner: Block): Block[] {
  return Object.entries(provisioner).map(([type, block]) => ({ type, ...(block as Block) }));
}
