import { spawnSync } from "node:child_process";

/**
 * Runs a program to its end and returns what it printed.
 *
 * @throws Error with all its output, when it fails
 */
export function command(directory: string, program: string, ...args: string[]): string {
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    cwd: directory,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (error !== undefined) throw new Error(`${program}: ${error.message}`);
  if (status !== 0) {
    throw new Error(`${program} ${args.join(" ")} ended with ${status ?? signal}:\n${stdout}${stderr}`);
  }
  return stdout;
}
