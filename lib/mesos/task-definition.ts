import { Fn, Token } from "cdktf";
import { terraformLiteral } from "../private/terraform-literal";

/**
 * The text of a task's definition, as a Terraform string: JSON in which every string arrives as it was written.
 *
 * Characters beyond ASCII are written as JSON escapes, because Terraform brings every string into Unicode's composed
 * form. A Terraform value inside is quoted by Terraform, when it is known.
 *
 * @throws Error when a text mixes a Terraform value with signs cdktf cannot quote
 */
export function definitionText(value: unknown): string {
  if (typeof value === "string" && Token.isUnresolved(value)) return quotedByTerraform(value);
  if (Array.isArray(value)) return `[${value.map(definitionText).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${asciiJson(key)}:${definitionText(member)}`).join(",")}}`;
  }
  return asciiJson(value);
}

/** The Terraform values inside a definition, each a trigger of its own. */
export function definitionTokens(value: unknown): string[] {
  if (typeof value === "string") return Token.isUnresolved(value) ? [value] : [];
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(definitionTokens);
  return [];
}

function asciiJson(value: unknown): string {
  const json = JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return terraformLiteral(json);
}

function quotedByTerraform(text: string): string {
  const literalParts = text.replace(/\$\{TfToken\[[^\]]*\]\}/g, "");
  if (!/^[^"\\$%\p{Cc}]*$/u.test(literalParts)) {
    throw new Error(
      "a text with a Terraform value in it must otherwise hold no quotes, backslashes, $, % and control characters, " +
        `got ${JSON.stringify(literalParts)} around the value; pass the value alone`,
    );
  }
  return Fn.jsonencode(text);
}
