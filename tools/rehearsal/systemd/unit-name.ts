/** The parts of a unit's name. */
export interface UnitName {
  /** Whole name with its type: `mesos-task@web.service`. */
  readonly full: string;
  /** What stands before the `@`, or before the type: `mesos-task`. */
  readonly prefix: string;
  /** What stands between `@` and type, undefined when there is no `@`; empty for a template: `web`. */
  readonly instance?: string;
  /** Name of the template's file, for an instance of one: `mesos-task@.service`. */
  readonly template?: string;
}

/**
 * Takes a unit's name apart; `.service` is added where no type is given.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html
 */
export function parseUnitName(text: string): UnitName {
  const full = /\.(service|target|socket|timer|path|mount|slice|scope)$/.test(text)
    ? text
    : `${text}.service`;
  const type = full.slice(full.lastIndexOf("."));
  const stem = full.slice(0, -type.length);
  const at = stem.indexOf("@");
  if (at < 0) return { full, prefix: stem };
  const [prefix, instance] = [stem.slice(0, at), stem.slice(at + 1)];
  return { full, prefix, instance, template: `${prefix}@${type}` };
}

/**
 * Undoes systemd's escaping of a name: `-` stands for `/`, `\x2d` for the character with that number.
 */
export function unescapeName(text: string): string {
  return text
    .replaceAll("-", "/")
    .replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
