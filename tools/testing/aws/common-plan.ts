import type { Change, Settings } from "../rules";
import type { Block } from "../schema";
import { isFields, UNKNOWN } from "../value";
import type { Fields, Value } from "../value";

/** What the provider plans for every type that has these attributes: where it is, and all of its tags. */
export function completeAwsPlan(block: Block, { config, planned }: Change, settings: Settings): void {
  const has = (attribute: string) =>
    block.attributes.some(({ name }) => name === attribute) && (config[attribute] ?? null) === null;
  if (has("region")) planned.region = settings.region;
  if (has("tags_all")) planned.tags_all = allTags(settings.defaultTags, planned.tags ?? null);
}

/**
 * Tags of the provider's `default_tags` with those of the resource over them.
 *
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs#default_tags-configuration-block
 */
function allTags(defaults: Value, own: Value): Value {
  if (defaults === UNKNOWN || own === UNKNOWN) return UNKNOWN;
  const merged: Fields = { ...(isFields(defaults) ? defaults : {}), ...(isFields(own) ? own : {}) };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}
