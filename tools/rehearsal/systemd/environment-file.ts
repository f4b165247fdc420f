/**
 * Reads an `EnvironmentFile`: assignments a line each, comments, quotes, and lines that go on after a backslash.
 *
 * Nothing is expanded in it. A line that is no assignment is skipped, as systemd does.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile=
 */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const line of text.replace(/\\\n/g, "").split("\n")) {
    const [, name, value] = /^\s*([A-Za-z_]\w*)\s*=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) env[name] = unquoted(value.trim());
  }
  return env;
}

/** Quotes hold everything but their own kind; a backslash takes the next character as it is, except in single quotes. */
function unquoted(value: string): string {
  const parts = value.matchAll(/'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])|([^'"\\]+)/g);
  return [...parts]
    .map(
      ([, single, double, escaped, plain]) =>
        single ?? double?.replace(/\\([\s\S])/g, doubleQuotedEscape) ?? escaped ?? plain,
    )
    .join("");
}

/** In double quotes a backslash is only special before the characters a shell has it special before. */
function doubleQuotedEscape(whole: string, character: string): string {
  return '"\\`$'.includes(character) ? character : whole;
}
