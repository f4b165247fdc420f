import * as fs from "node:fs";
import * as path from "node:path";

/** Where distributions put programs of the system, also when `PATH` leaves them out. */
const SYSTEM_DIRECTORIES = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/**
 * Where a program of the host lies.
 *
 * @returns its path, or the name where it is nowhere, so that starting it tells
 */
export function findProgram(name: string): string {
  const directories = [...(process.env.PATH ?? "").split(":"), ...SYSTEM_DIRECTORIES];
  const files = directories
    .filter((directory) => directory !== "")
    .map((directory) => path.join(directory, name));
  return files.find((file) => fs.existsSync(file)) ?? name;
}
