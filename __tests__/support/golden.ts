import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const RENDERED = join(__dirname, "../rendered");

/**
 * Compares a text with a file below `__tests__/rendered`, which is what a person reviews.
 *
 * `UPDATE_GOLDEN=1` (`npm run test:update`) writes it. A file that is not there is a failure like any other difference.
 */
export function expectGolden(path: string, text: string): void {
  const file = join(RENDERED, path);
  if (process.env.UPDATE_GOLDEN === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(existsSync(file) ? readFileSync(file, "utf8") : `no file ${path}; run npm run test:update`).toBe(
    text,
  );
}
