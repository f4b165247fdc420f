import { MESSAGES } from "./messages";

/**
 * Reads JSON as the flags of Mesos do.
 *
 * @throws Error with the line and the rest of it where the text goes wrong
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const at = firstWrong(text);
    const line = text.slice(0, at).split("\n").length;
    throw new Error(MESSAGES.notJson(line, text.slice(at).split("\n")[0] ?? ""));
  }
}

/** Where a text that is no JSON goes wrong: after the longest part that could still become JSON. */
function firstWrong(text: string): number {
  let [good, bad] = [0, text.length + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (couldBecomeJson(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** Node says of a text that only ends too early either that, or a position that is its length. */
function couldBecomeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as Error;
    return /end of JSON|Unterminated/.test(message) || message.includes(`at position ${text.length}`);
  }
}

/** The word Mesos has for the type of a JSON value. */
export function jsonType(value: unknown): "null" | "array" | "object" | "string" | "number" | "boolean" {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as "object" | "string" | "number" | "boolean";
}
