import { UnitError } from "./unit-error";
import { unescapeName, UnitName } from "./unit-name";

/**
 * Replaces `%i` and its like.
 *
 * @param host name of the machine, for `%H`
 * @throws UnitError for a specifier that is not known here
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#Specifiers
 */
export function expandSpecifiers(text: string, name: UnitName, host: string): string {
  const values: Readonly<Record<string, string>> = {
    "%": "%",
    i: name.instance ?? "",
    I: unescapeName(name.instance ?? ""),
    n: name.full,
    N: name.full.slice(0, name.full.lastIndexOf(".")),
    p: name.prefix,
    P: unescapeName(name.prefix),
    H: host,
    t: "/run",
    S: "/var/lib",
    C: "/var/cache",
    L: "/var/log",
    E: "/etc",
    T: "/tmp",
  };
  return text.replace(/%(.?)/g, (whole, letter: string) => {
    const value = values[letter];
    if (value === undefined)
      throw new UnitError(`specifier ${JSON.stringify(whole)} is not known to the rehearsal's systemd`);
    return value;
  });
}
