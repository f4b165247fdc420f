import { spawnSync } from "node:child_process";

/**
 * A test that needs a program, of this version at least: without it the test is skipped, visibly; in CI that is a failure.
 */
export function testWith(program: string, name: string, test: () => void, version = 0): void {
  const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  const isThere = status === 0 && Number(/\d+/.exec(stdout)?.[0] ?? 0) >= version;
  if (isThere || process.env.CI) {
    it(name, test);
  } else {
    process.stderr.write(`skipped: ${name}: ${program} is not on PATH, or too old\n`);
    it.skip(`${name} (skipped: ${program} is not on PATH, or too old)`, test);
  }
}
