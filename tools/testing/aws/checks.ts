import { CloudError } from "../problem";
import type { Problem } from "../problem";
import type { World } from "../rules";
import type { Fields, KnownValue, Value } from "../value";
import type { CloudObject } from "../cloud";
import { formatCidr, parseAddress, parseCidr } from "./ipv4";

/** Says so when an argument is no IPv4 range, or one that starts in the middle of a network. */
export function cidrProblems(config: Fields, ...attributes: string[]): Problem[] {
  return attributes.flatMap((attribute) => {
    const value = config[attribute];
    if (typeof value !== "string") return [];
    const cidr = parseCidr(value);
    if (cidr !== undefined && formatCidr(cidr) === value) return [];
    const hint = cidr === undefined ? "" : `; did you mean ${JSON.stringify(formatCidr(cidr))}?`;
    const detail = `${JSON.stringify(value)} is not a valid IPv4 CIDR block${hint}`;
    return [{ summary: `"${attribute}" must be an IPv4 CIDR block`, detail, attribute }];
  });
}

/** Says so when an argument, or an element of it, is no IPv4 address. */
export function addressProblems(config: Fields, ...attributes: string[]): Problem[] {
  return attributes.flatMap((attribute) =>
    [config[attribute]]
      .flat()
      .filter((value): value is string => typeof value === "string" && parseAddress(value) === undefined)
      .map((value) => ({
        summary: `"${attribute}" must be an IPv4 address`,
        detail: `${JSON.stringify(value)} is not a valid IPv4 address`,
        attribute,
      })),
  );
}

/** Says so when an argument is none of the values the provider knows. */
export function choiceProblems(config: Fields, attribute: string, ...choices: string[]): Problem[] {
  const value = config[attribute];
  if (typeof value !== "string" || choices.includes(value)) return [];
  return [
    {
      summary: `expected ${attribute} to be one of ${JSON.stringify(choices)}, got ${value}`,
      detail: "",
      attribute,
    },
  ];
}

/** Refuses while one of the objects of the given types names this one in the given attribute. */
export function refuseWhileUsed(
  world: World,
  object: CloudObject,
  uses: readonly (readonly [type: string, attribute: string])[],
  refusal: CloudError,
): void {
  for (const [type, attribute] of uses) {
    if (world.cloud.objects(type).some((other) => names(other[attribute], object.id))) throw refusal;
  }
}

/** AWS's refusal to remove what others need. */
export function dependencyViolation(message: string): CloudError {
  return new CloudError("DependencyViolation", message);
}

/** Whether a value is the id, or a list with it. */
export function names(value: Value | undefined, id: KnownValue): boolean {
  return Array.isArray(value) ? value.includes(id) : value === id;
}

/** An attribute that holds text, or nothing where it is absent or not known. */
export function text(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** An attribute that holds several texts. */
export function texts(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}
