import { Fn, Token } from "cdktf";

/**
 * The text of a task's definition, as a Terraform string: JSON in which every string arrives as it was written.
 *
 * Characters beyond ASCII are written as JSON escapes, because Terraform brings every string into Unicode's composed
 * form. So are the first signs of a template: beside a Terraform value, cdktf takes even an escaped `${` for an open
 * one. A Terraform value inside is quoted by Terraform, when it is known.
 *
 * @throws Error when a text mixes a Terraform value with signs cdktf cannot quote
 */
export function definitionText(value: unknown): string {
  if (typeof value === "string") return quoted(value);
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

function quoted(text: string): string {
  const number = text.match(/[-+\d.]+e\+?\d+/g)?.find((part) => Token.isUnresolved(Number(part)));
  if (number !== undefined) {
    throw new Error(
      "a text must not hold a number that only Terraform knows; pass Fn.tostring(…) of the number",
    );
  }
  return Token.isUnresolved(text) ? quotedByTerraform(text) : asciiJson(text);
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]|[$%#&](?=\{)/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function quotedByTerraform(text: string): string {
  const literalParts = text.replace(/\$\{TfToken\[[^\]]*\]\}/g, "");
  if (!/^[^"\\$%\p{Cc}]*$/u.test(literalParts) || literalParts !== literalParts.normalize("NFC")) {
    throw new Error(
      "a text with a Terraform value in it must otherwise hold no quotes, backslashes, $, %, control characters and " +
        "decomposed letters, " +
        `got ${JSON.stringify(literalParts)} around the value; pass the value alone`,
    );
  }
  return Fn.jsonencode(text);
}
