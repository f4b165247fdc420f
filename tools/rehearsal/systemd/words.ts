import { UnitError } from "./unit-error";

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  s: " ",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** One character, quoted or not, as a token of the text; an escape counts as one. */
const TOKEN = /\\x([0-9a-fA-F]{2})|\\([\s\S]?)|([\s\S])/g;

/**
 * Splits a value at white space as systemd does: quotes hold words together, C escapes stand for characters.
 *
 * @throws UnitError for a quote that is not closed or an escape that does not exist
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html#Quoting
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (const [whole, hex, escaped, plain] of text.matchAll(TOKEN)) {
    if (plain === undefined) word = (word ?? "") + unescaped(whole, hex, escaped);
    else if (quote !== "") {
      if (plain === quote) quote = "";
      else word += plain;
    } else if (/\s/.test(plain)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (word === undefined && /["']/.test(plain)) [quote, word] = [plain, ""];
    else if (/["']/.test(plain)) quote = plain;
    else word = (word ?? "") + plain;
  }
  if (quote !== "") throw new UnitError(`quote ${quote} is not closed in ${JSON.stringify(text)}`);
  return word === undefined ? words : [...words, word];
}

function unescaped(whole: string, hex: string | undefined, escaped: string | undefined): string {
  if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
  const character = ESCAPES[escaped ?? ""];
  if (character === undefined) throw new UnitError(`escape ${JSON.stringify(whole)} does not exist`);
  return character;
}

/**
 * Puts variables into the words of a command: `${NAME}` anywhere, `$NAME` as a whole word, which is then split at
 * white space and vanishes when empty; `$$` is a dollar sign.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines
 */
export function expandVariables(words: readonly string[], env: Readonly<Record<string, string>>): string[] {
  return words.flatMap((word) => {
    const whole = /^\$([A-Za-z_]\w*)$/.exec(word)?.[1];
    if (whole !== undefined) return (env[whole] ?? "").split(/\s+/).filter((part) => part !== "");
    return [
      word.replace(/\$\$|\$\{([A-Za-z_]\w*)\}/g, (match, name: string | undefined) =>
        match === "$$" ? "$" : (env[name ?? ""] ?? ""),
      ),
    ];
  });
}
