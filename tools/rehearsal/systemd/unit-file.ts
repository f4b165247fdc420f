import { UnitError } from "./unit-error";

/** One line of a unit file. */
export interface Assignment {
  /** Section, without brackets. */
  readonly section: string;
  /** Directive. */
  readonly key: string;
  /** Value, with continued lines joined by a space. */
  readonly value: string;
  /** File and line, for messages. */
  readonly place: string;
}

/**
 * Reads the text of a unit file or drop-in.
 *
 * @param file name for messages
 * @throws UnitError with file and line for what is neither section, assignment nor comment
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html
 */
export function parseUnitFile(text: string, file: string): Assignment[] {
  const assignments: Assignment[] = [];
  let section = "";
  for (const { content, line } of logicalLines(text)) {
    const place = `${file}:${line}`;
    const header = /^\[(.+)\]$/.exec(content)?.[1];
    const [, key, value] = /^([A-Za-z][\w-]*)\s*=\s*([\s\S]*)$/.exec(content) ?? [];
    if (header !== undefined) section = header;
    else if (key === undefined || value === undefined)
      throw new UnitError(`${place}: ${JSON.stringify(content)} is no assignment`);
    else if (section === "") throw new UnitError(`${place}: ${key} stands before any section`);
    else assignments.push({ section, key, value, place });
  }
  return assignments;
}

/** Lines with comments and empty ones left out, also between the parts of a continued line. */
function logicalLines(text: string): { content: string; line: number }[] {
  const found: { content: string; line: number }[] = [];
  let open: { content: string; line: number } | undefined;
  text.split("\n").forEach((raw, index) => {
    const trimmed = raw.trim();
    if (/^[#;]/.test(trimmed) || (trimmed === "" && open === undefined)) return;
    const continued = trimmed.endsWith("\\");
    const part = continued ? trimmed.slice(0, -1).trimEnd() : trimmed;
    const whole = open ? { ...open, content: `${open.content} ${part}` } : { content: part, line: index + 1 };
    open = continued ? whole : undefined;
    if (!continued) found.push(whole);
  });
  return open ? [...found, open] : found;
}
