import { combinationProblems } from "./combination";
import type { Problem } from "./problem";
import type { Rules } from "./rules";
import type { Block } from "./schema";
import { instancesOf } from "./value";
import type { Fields } from "./value";

/** What a provider finds wrong with a configuration that Terraform itself has accepted by the schema. */
export function validateConfig(block: Block, rules: Rules, config: Fields): Problem[] {
  return [
    ...unconfigurable(block, config),
    ...(rules.combinations ?? []).flatMap((rule) => combinationProblems(rule, config)),
    ...(rules.validate?.(config) ?? []),
  ];
}

function unconfigurable(block: Block, config: Fields): Problem[] {
  const own = block.attributes
    .filter(({ computed, optional, required }) => computed && !optional && !required)
    .filter(({ name }) => (config[name] ?? null) !== null)
    .map(({ name }) => ({
      summary: "Value for unconfigurable attribute",
      detail: `"${name}" can't be set: the provider decides its value when the configuration is applied`,
      attribute: name,
    }));
  const inner = block.blocks.flatMap((nested) =>
    instancesOf(nested, config[nested.name])
      .flatMap((instance) => unconfigurable(nested.block, instance))
      .map((problem) => ({ ...problem, attribute: nested.name })),
  );
  return [...own, ...inner];
}
