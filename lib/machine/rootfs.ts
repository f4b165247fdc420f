import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import type { MachineFile } from "./cloud-config";

/**
 * The files below a `rootfs/` directory, at their paths on the machine, sorted by path.
 *
 * What lies in a directory `bin` is executable, all else is not: modes do not survive every way a package travels.
 */
export function rootfsFiles(directory: string): MachineFile[] {
  return paths(directory, "/")
    .sort()
    .map((path) => ({
      path,
      mode: posix.basename(posix.dirname(path)) === "bin" ? "0755" : "0644",
      content: readFileSync(join(directory, path), "utf8"),
    }));
}

function paths(directory: string, prefix: string): string[] {
  return readdirSync(join(directory, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(prefix, entry.name);
    return entry.isDirectory() ? paths(directory, path) : [path];
  });
}
