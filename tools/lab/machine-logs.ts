import * as fs from "node:fs";
import * as path from "node:path";
import type { LabMachine } from "./machine";

/** What a machine that runs is asked, by the file the answer is kept in. */
const QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  "journal.log": ["journalctl", "--no-pager"],
  "failed-units.log": ["systemctl", "--no-pager", "--failed"],
  "cloud-init-status.log": ["cloud-init", "status", "--long"],
  "cloud-init-output.log": ["cat", "/var/log/cloud-init-output.log"],
  "cloud-init.log": ["cat", "/var/log/cloud-init.log"],
  "verdict.json": ["cat", "/var/lib/cdktf-mesos/verdict.json"],
};

/** Keeps what a machine has to tell: its console, and its logs when it runs. */
export async function keepLogs(machine: LabMachine, folder: string): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  fs.copyFileSync(machine.consoleLog, path.join(folder, "console.log"));
  if (!machine.running) return;
  for (const [file, question] of Object.entries(QUESTIONS)) {
    const { stdout, stderr } = await machine.run(question);
    fs.writeFileSync(path.join(folder, file), stdout + stderr);
  }
}
