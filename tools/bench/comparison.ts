import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measure, type Measurement, type Program } from "./measurement";
import { medianOf } from "./median";

/** Programs and the medians of their runs, by name. */
export type Medians = ReadonlyMap<string, Measurement>;

/**
 * Measures programs in turn, A B C A B C, so that a slow moment of the machine hits all of them alike. One more round
 * comes first and does not count: it fills the caches of disk and compiler.
 */
export async function compare(programs: readonly Program[], rounds: number): Promise<Medians> {
  const folder = mkdtempSync(join(tmpdir(), "cdktf-mesos-bench-"));
  const runs = new Map(programs.map(({ name }): [string, Measurement[]] => [name, []]));
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const program of programs) {
        const measurement = await measure(program, folder);
        if (round > 0) runs.get(program.name)?.push(measurement);
        process.stderr.write(".");
      }
    }
  } finally {
    process.stderr.write("\n");
    rmSync(folder, { recursive: true, force: true });
  }
  return new Map([...runs].map(([name, list]) => [name, medianOf(list)]));
}
