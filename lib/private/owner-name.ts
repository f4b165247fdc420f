import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { ValidationError } from "../errors";

/** The longest name: AWS takes 38 characters of a role's name prefix, and ours appends up to 6. */
const MAX_LENGTH = 32;

const NAME = /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/;

/**
 * Refuses a name that cannot be the prefix of every AWS name and tag.
 *
 * @throws ValidationError naming the property, the value and the rule
 */
export function validateOwnerName(scope: IConstruct, property: string, name: string): void {
  const refuse = (rule: string) =>
    new ValidationError(scope, `'${property}' must ${rule}, got ${JSON.stringify(name)}`);
  if (Token.isUnresolved(name)) {
    throw new ValidationError(
      scope,
      `'${property}' must be known at synth, got a token; give the text itself`,
    );
  }
  if (name.length > MAX_LENGTH) throw refuse(`have at most ${MAX_LENGTH} characters`);
  if (!NAME.test(name)) {
    throw refuse("be lower-case letters, digits and hyphens, begin with a letter and not end in a hyphen");
  }
}
