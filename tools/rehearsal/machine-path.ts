import * as fs from "node:fs";
import * as path from "node:path";

const MOST_LINKS = 40;

/**
 * Where a path of a machine lies on the host, its links followed as the machine would follow them.
 *
 * The last part need not exist.
 *
 * @param root the machine's root directory
 * @param inside absolute path in the machine; not below `/usr` or `/proc`, which have no place in the root
 * @throws Error when links go round in a circle
 */
export function hostPath(root: string, inside: string): string {
  let [done, parts] = ["/", split(inside)];
  for (let links = 0; parts.length > 0;) {
    const [part = "", ...rest] = parts;
    const next = path.posix.join(done, part);
    const target = linkTarget(path.join(root, next));
    if (target === undefined) [done, parts] = [next, rest];
    else {
      if (++links > MOST_LINKS)
        throw new Error(`${JSON.stringify(inside)} leads through more than ${MOST_LINKS} links`);
      [done, parts] = [target.startsWith("/") ? "/" : done, [...split(target), ...rest]];
    }
  }
  return path.join(root, done);
}

function split(text: string): string[] {
  return text.split("/").filter((part) => part !== "");
}

function linkTarget(file: string): string | undefined {
  const stats = fs.lstatSync(file, { throwIfNoEntry: false });
  return stats?.isSymbolicLink() ? fs.readlinkSync(file) : undefined;
}
