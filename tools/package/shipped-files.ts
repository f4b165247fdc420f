import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes sure that every script of the library came through the package executable: machines run them.
 *
 * @param source folder of the library's sources
 * @param installed the same folder of the installed package
 * @throws Error when one is missing or not executable
 */
export function checkScripts(source: string, installed: string): void {
  const scripts = filesBelow(source).filter((path) => /(?:^|\/)bin\/[^/]+$/.test(path));
  if (scripts.length === 0) throw new Error(`${JSON.stringify(source)} holds no scripts in a directory bin`);
  for (const path of scripts) accessSync(join(installed, path), constants.X_OK);
}

/**
 * Makes sure that a folder came through the package whole: every file, executable where it was.
 *
 * @throws Error when a file is missing, or executable in one place only
 */
export function checkWhole(source: string, installed: string): void {
  for (const path of filesBelow(source)) {
    const file = join(installed, path);
    if (statSync(file, { throwIfNoEntry: false }) === undefined) {
      throw new Error(`${JSON.stringify(file)} is missing in the package; see "files" in its package.json`);
    }
    if (executable(join(source, path)) !== executable(file)) {
      throw new Error(
        `${JSON.stringify(file)} is executable only in the ${executable(file) ? "package" : "repository"}`,
      );
    }
  }
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(directory, path)).isFile(),
  );
}

function executable(file: string): boolean {
  return (statSync(file).mode & constants.S_IXUSR) !== 0;
}
