import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { REHEARSAL_FAULTS } from "../../tools/rehearsal/rehearsal-faults";
import { temporaryDirectory } from "./support";

const COMMAND = join(__dirname, "../../tools/bin/cdktf-mesos-tools.js");

function command(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, "rehearse", ...args]);
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

describe("the command rehearse", () => {
  const { directory, remove } = temporaryDirectory();
  afterAll(remove);

  it("fails for a folder that is no project", () => {
    const folder = join(directory, "empty");
    mkdirSync(folder);

    expect(command("--project", folder)).toEqual({
      status: 1,
      stdout: "",
      stderr: `cdktf-mesos-tools: cdktf.json is missing in ${JSON.stringify(folder)}; run it in the folder of a cdktf project\n`,
    });
    expect(readdirSync(join(folder, ".rehearsal"))).toEqual([]);
  });

  it("has help", () => {
    const { status, stdout } = command("--help");

    expect(status).toBe(0);
    expect(stdout).toContain("Usage: cdktf-mesos-tools rehearse [options] [stacks...]");
    expect(stdout).toContain("It works on a copy of the project");
  });

  it("lists the faults for people and for programs", () => {
    const [head = "", ...lines] = command("--fault", "list").stdout.trimEnd().split("\n");
    const list = JSON.parse(command("--fault", "list", "--json").stdout) as { name: string }[];

    expect(head).toMatch(/^fault +the deploy +what goes wrong$/);
    expect(lines.map((line) => line.split(" ")[0])).toEqual(Object.keys(REHEARSAL_FAULTS));
    expect(list).toEqual(
      Object.entries(REHEARSAL_FAULTS).map(([name, { outcome, description, texts }]) => ({
        ...{ name, outcome, description, texts },
      })),
    );
  });

  it("refuses a fault that it does not know", () => {
    expect(command("--fault", "none")).toEqual({
      status: 1,
      stdout: "",
      stderr:
        `cdktf-mesos-tools: rehearse: '--fault' must be one of ${Object.keys(REHEARSAL_FAULTS).join(", ")}, got "none"; ` +
        "'--fault list' tells of each\n",
    });
  });

  it("refuses to keep up what has a fault", () => {
    expect(command("--fault", "interrupted", "--keep")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("option '--keep' cannot be used with option '--fault <name>'"),
    });
  });
});
