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
  return (
    [...onPath(name), ...SYSTEM_DIRECTORIES.map((directory) => path.join(directory, name))].find(isThere) ??
    name
  );
}

/** Whether `PATH` leads to a program. */
export function isOnPath(name: string): boolean {
  return onPath(name).some(isThere);
}

function onPath(name: string): string[] {
  const directories = (process.env.PATH ?? "").split(path.delimiter).filter((directory) => directory !== "");
  return directories.map((directory) => path.join(directory, name));
}

function isThere(file: string): boolean {
  return fs.existsSync(file);
}
