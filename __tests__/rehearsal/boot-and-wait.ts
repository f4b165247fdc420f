import * as path from "node:path";
import { Machine } from "../../tools/rehearsal/machine";
import { namespaceMode } from "../../tools/rehearsal/namespace";

/** Boots a machine, starts something in it, tells both and waits to be killed. */
async function main(directory: string): Promise<void> {
  const mode = await namespaceMode();
  const machine = await Machine.boot({ directory: path.join(directory, "i-test"), name: "i-test", mode });
  const sleeping = `sleep 300.${process.pid}`;
  const command = machine.start(sleeping.split(" "));
  while (command.pid === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  process.stdout.write(JSON.stringify({ pid: process.pid, sleeping }));
}

void main(process.argv[2] ?? "");
