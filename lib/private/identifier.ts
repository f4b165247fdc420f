import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { ValidationError } from "../errors";

/**
 * Refuses what cannot be the name or id of a thing in AWS, and would be read by Terraform as something else.
 *
 * @throws ValidationError naming the property and the value
 */
export function validateIdentifier(scope: IConstruct, property: string, value: string): void {
  if (!Token.isUnresolved(value) && !/^[A-Za-z0-9][A-Za-z0-9._:/-]*$/.test(value)) {
    throw new ValidationError(
      scope,
      `'${property}' must be an id of letters, digits and ._:/-, got ${JSON.stringify(value)}; copy it from AWS`,
    );
  }
}
