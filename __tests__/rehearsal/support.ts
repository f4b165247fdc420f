import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { eventually } from "../../tools/rehearsal/eventually";
import { Machine } from "../../tools/rehearsal/machine";
import { namespaceMode } from "../../tools/rehearsal/namespace";

/** A folder of this test's own, and what removes it. */
export function temporaryDirectory(): { directory: string; remove: () => void } {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "rehearsal-test-"));
  return { directory, remove: () => fs.rmSync(directory, { recursive: true, force: true }) };
}

/** Boots a machine named `i-test` in a folder of its own. */
export async function bootTestMachine(): Promise<{ machine: Machine; powerOff: () => Promise<void> }> {
  const { directory, remove } = temporaryDirectory();
  const machine = await Machine.boot({
    directory: path.join(directory, "i-test"),
    name: "i-test",
    mode: await namespaceMode(),
  });
  const powerOff = async () => {
    await machine.powerOff();
    remove();
  };
  return { machine, powerOff };
}

/** Processes of the host whose command line holds the text. */
export function processesWith(text: string): string[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && commandLine(name).includes(text))
    .map((name) => commandLine(name));
}

/** Fails unless the condition comes true within thirty seconds. */
export async function expectEventually(condition: () => boolean): Promise<void> {
  expect(await eventually(condition, 30_000)).toBe(true);
}

function commandLine(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
