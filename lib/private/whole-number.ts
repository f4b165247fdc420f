import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { ValidationError } from "../errors";

/**
 * Refuses what is no whole number of a range, or is known only to Terraform.
 *
 * @throws ValidationError naming the property, the range and the value
 */
export function validateWholeNumber(
  scope: IConstruct,
  property: string,
  value: number,
  [first, last]: readonly [first: number, last: number],
): void {
  validateKnownNumber(scope, property, value);
  if (!Number.isInteger(value) || value < first || value > last) {
    const range = last === Infinity ? `from ${first}` : `from ${first} to ${last}`;
    throw new ValidationError(scope, `'${property}' must be a whole number ${range}, got ${value}`);
  }
}

/**
 * Refuses a number that is known only to Terraform: what is computed from it at synth would be nonsense.
 *
 * @throws ValidationError naming the property
 */
export function validateKnownNumber(scope: IConstruct, property: string, value: number): void {
  if (Token.isUnresolved(value)) {
    throw new ValidationError(
      scope,
      `'${property}' must be known at synth, got a token; give the number itself`,
    );
  }
}
