import { join } from "node:path";

import { AWS_RULES, awsProvider } from "../../tools/testing/aws/aws-provider";
import { Bindings } from "../../tools/testing/bindings";
import type { Combination } from "../../tools/testing/combination";
import { nullProvider } from "../../tools/testing/null/null-provider";
import { planChange } from "../../tools/testing/plan";
import type { Block } from "../../tools/testing/schema";
import { Schemas } from "../../tools/testing/schemas";
import { conform, UNKNOWN } from "../../tools/testing/value";
import type { Fields, Value } from "../../tools/testing/value";
import { validateConfig } from "../../tools/testing/validate";

const REPOSITORY = join(__dirname, "..", "..");
const aws = new Schemas(new Bindings("aws", REPOSITORY), awsProvider);
const none = new Schemas(new Bindings("null", REPOSITORY), nullProvider);
const types = Object.keys(AWS_RULES);

function paths(block: Block, prefix = ""): string[] {
  const inner = block.blocks.flatMap((nested) => [
    prefix + nested.name,
    ...paths(nested.block, `${prefix}${nested.name}.`),
  ]);
  return [...block.attributes.map(({ name }) => prefix + name), ...inner];
}

/** Any value an argument can have, in the form of its type. */
function someValue(block: Block, name: string, variant = 1): Value {
  const nested = block.blocks.find((candidate) => candidate.name === name);
  if (nested !== undefined) return [conform(nested.block, { [nested.block.attributes[0]?.name ?? ""]: "x" })];
  const type = block.attributes.find((attribute) => attribute.name === name)?.type;
  if (type === "number") return variant;
  if (type === "bool") return variant === 1;
  if (type === "string") return `value-${variant}`;
  return type?.[0] === "map" ? { a: `${variant}` } : [`value-${variant}`];
}

function combinationsOf(kind: Combination["kind"]): [string, string, Combination][] {
  return types.flatMap((type) =>
    (AWS_RULES[type]?.combinations ?? [])
      .filter((rule) => rule.kind === kind)
      .map((rule): [string, string, Combination] => [type, argumentsOf(rule).join(", "), rule]),
  );
}

function argumentsOf(rule: Combination): readonly string[] {
  return rule.kind === "conflicts" ? [rule.argument, ...rule.with] : rule.of;
}

function details(type: string, config: Fields): string[] {
  const { combinations } = AWS_RULES[type] ?? {};
  return validateConfig(aws.resource(type), { combinations }, config).map(({ detail }) => detail);
}

describe("the tables of rules", () => {
  test.each(types)("%s: name only what the bindings have", (type) => {
    const { replacedBy = [], defaults = {}, combinations = [] } = AWS_RULES[type] ?? {};
    const named = [...replacedBy, ...Object.keys(defaults), ...combinations.flatMap(argumentsOf)];

    expect(named.filter((path) => !paths(aws.resource(type)).includes(path))).toEqual([]);
  });
});

describe("arguments that conflict", () => {
  const rows = combinationsOf("conflicts").flatMap(([type, , rule]) =>
    rule.kind === "conflicts" ? rule.with.map((other) => [type, rule.argument, other] as const) : [],
  );

  test.each(rows)("%s: %s beside %s", (type, argument, other) => {
    const block = aws.resource(type);
    const both = { [argument]: someValue(block, argument), [other]: someValue(block, other) };

    expect(details(type, both)).toContain(`"${argument}": conflicts with ${other}`);
    expect(details(type, { ...both, [other]: UNKNOWN })).not.toContain(
      `"${argument}": conflicts with ${other}`,
    );
  });
});

describe("arguments of which exactly one is needed", () => {
  test.each(combinationsOf("exactly-one"))("%s: %s", (type, _, rule) => {
    const block = aws.resource(type);
    const [first = "", second = ""] = argumentsOf(rule);
    const names = argumentsOf(rule).join(",");
    const detailOf = (config: Fields) => details(type, config).filter((detail) => detail.includes(names));
    const one = { [first]: someValue(block, first) };

    expect(detailOf({})).toEqual([`one of \`${names}\` must be specified`]);
    expect(detailOf(one)).toEqual([]);
    expect(detailOf({ [first]: UNKNOWN })).toEqual([]);
    expect(detailOf({ ...one, [second]: someValue(block, second) })).toEqual([
      `only one of \`${names}\` can be specified, but \`${first},${second}\` were specified`,
    ]);
  });
});

describe("arguments of which at least one is needed", () => {
  test.each(combinationsOf("at-least-one"))("%s: %s", (type, _, rule) => {
    const names = argumentsOf(rule).join(",");
    const missing = `at least one of \`${names}\` must be specified`;
    const [first = ""] = argumentsOf(rule);

    expect(details(type, {})).toContain(missing);
    expect(details(type, { [first]: someValue(aws.resource(type), first) })).not.toContain(missing);
  });
});

describe("what forces a replacement", () => {
  const rows = types.flatMap((type) =>
    (awsProvider.rules(type).replacedBy ?? [])
      .filter((path) => paths(aws.resource(type)).includes(path))
      .map((path) => [type, path] as const),
  );

  test.each(rows)("%s: %s", (type, path) => {
    const block = aws.resource(type);
    const before = withValue(block, path, 1);
    const after = withValue(block, path, 2);

    const { replacedBy } = planChange(block, awsProvider.rules(type), {
      prior: before,
      proposed: after,
      config: after,
    });

    expect(replacedBy).toContain(path.split(".")[0]);
  });

  it("null_resource: triggers", () => {
    const block = none.resource("null_resource");
    const prior = { id: "1", triggers: { a: "1" } };
    const next = { id: "1", triggers: { a: "2" } };
    const plan = (proposed: Fields) =>
      planChange(block, nullProvider.rules("null_resource"), { prior, proposed, config: proposed });

    expect(plan(next).replacedBy).toEqual(["triggers"]);
    expect(plan(prior).replacedBy).toEqual([]);
  });
});

/** An object in which the attribute or block at a dotted path has one of two values. */
function withValue(block: Block, path: string, variant: number): Fields {
  const [name = "", ...rest] = path.split(".");
  const nested = block.blocks.find((candidate) => candidate.name === name);
  if (nested === undefined) return conform(block, { [name]: someValue(block, name, variant) });
  const [inner] = rest.length > 0 ? rest : [nested.block.attributes[0]?.name ?? ""];
  const instance = conform(nested.block, { [inner ?? ""]: someValue(nested.block, inner ?? "", variant) });
  return conform(block, { [name]: [instance] });
}
