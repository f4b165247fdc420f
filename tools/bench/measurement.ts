import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

/** What one run of a whole process cost. */
export interface Measurement {
  /** Wall time from start to end. */
  readonly seconds: number;
  /** Most memory the process held, in MiB. */
  readonly peakMiB: number;
}

/** A program to measure: what follows `node` on the command line. */
export interface Program {
  readonly name: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program once and measures it. Linux only: the peak is read from the process's own status.
 *
 * @param folder a folder for what the run leaves behind
 * @throws Error with what the program printed, when it fails
 */
export async function measure(program: Program, folder: string): Promise<Measurement> {
  const peakFile = join(folder, "peak");
  rmSync(peakFile, { force: true });
  const args = ["--require", join(__dirname, "peak-memory.js"), ...program.args];
  const start = performance.now();
  await run(program, args, { ...program.env, PEAK_MEMORY_FILE: peakFile, CDKTF_OUTDIR: join(folder, "out") });
  const seconds = (performance.now() - start) / 1000;
  return { seconds, peakMiB: Number(readFileSync(peakFile, "utf8")) / 1024 };
}

function run(program: Program, args: string[], env: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, args, {
    cwd: program.directory,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  }
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code, signal) =>
      code === 0
        ? done()
        : fail(new Error(`${program.name}: node ended with ${code ?? signal} and printed:\n${output}`)),
    );
  });
}
