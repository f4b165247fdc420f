import * as fs from "node:fs";
import * as path from "node:path";
import type { Observation } from "./observation";

/** The folder of what a real Mesos said and showed. */
export const RECORDED = path.join(__dirname, "../recorded");

/** One recorded situation. */
export interface Recording extends Observation {
  /** Arguments of mesos-execute. */
  readonly args: readonly string[];
}

/**
 * Reads what was recorded of a situation.
 *
 * @param names what the task, its image and the cluster were called there
 */
export function recording(situation: string, names: Readonly<Record<string, string>>): Recording {
  const read = (file: string) => {
    const found = path.join(RECORDED, situation, file);
    return fs.existsSync(found) ? fs.readFileSync(found, "utf8") : undefined;
  };
  const json = (file: string) => JSON.parse(read(file) ?? "null") as unknown;
  const outputs = [read("output.txt"), read("output-b.txt")].filter((text) => text !== undefined);
  const [, ...args] = (read("command.txt") ?? "").trim().split(/ (?=--)/);
  const exit = read("exit_code") ?? /^exit (\d+)$/m.exec(outputs.join("\n"))?.[1];
  return {
    args,
    exit: exit === undefined ? undefined : Number(exit),
    outputs: outputs.map((text) => text.replace(/^exit \d+\n$/m, "")),
    state: json("state.json"),
    tasks: json("get_tasks.json"),
    stateAfter: json("state-after.json"),
    answers: read("after.txt"),
    names,
  };
}
