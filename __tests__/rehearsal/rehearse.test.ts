import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { rehearse } from "../../tools/rehearsal/rehearse";
import { describeTerraform } from "../support/terraform";
import { writeSmallProject } from "./small-project";
import { temporaryDirectory } from "./support";

jest.setTimeout(60_000);

const COMMAND = join(__dirname, "../../tools/bin/cdktf-mesos-tools.js");

describeTerraform("rehearse", () => {
  const { directory, remove } = temporaryDirectory();
  afterAll(remove);

  async function play(source: string): Promise<{ succeeded: boolean; lines: string[] }> {
    const lines: string[] = [];
    const succeeded = await rehearse({ source, stacks: ["small"], print: (line) => lines.push(line) });
    return { succeeded, lines };
  }

  it("deploys, shows what runs, destroys, and leaves nothing", async () => {
    const source = join(directory, "small");
    writeSmallProject(source);

    const { succeeded, lines } = await play(source);

    const text = lines.map((line) => line.replace(/^ +[\d.]+ s  /, ""));
    expect({ succeeded, text }).toEqual({
      succeeded: true,
      text: [
        "A rehearsal: the real Terraform and real SSH, machines on loopback, no cloud and no cost.",
        "",
        "cdktf deploy small",
        expect.stringMatching(/^Plan: 4 to add/),
        "said by the machine",
        expect.stringMatching(/^Apply complete! Resources: 4 added/),
        "",
        "service  state         unit    runs on  launched by",
        "web      TASK_RUNNING  active           small-machine",
        "",
        "cdktf destroy small",
        expect.stringMatching(/^Plan: 0 to add, 0 to change, 4 to destroy/),
        expect.stringMatching(/^Destroy complete! Resources: 4 destroyed/),
        "every state is empty",
        "nothing is left: no process, no listener, no file",
      ],
    });
    expect(readdirSync(source).sort()).toEqual([".rehearsal", "cdktf.json", "main.js", "node_modules"]);
    expect(readdirSync(join(source, ".rehearsal"))).toEqual([]);
  });

  it("says why a deployment failed, and leaves nothing either", async () => {
    const source = join(directory, "failing");
    writeSmallProject(source, 'throw new Error("this app has a reason to fail");\n');

    const { succeeded, lines } = await play(source);

    expect(succeeded).toBe(false);
    expect(lines.find((line) => line.includes("failed with exit code"))).toBe(
      "cdktf deploy failed with exit code 1; what it printed last:",
    );
    expect(lines.join("\n")).toContain("this app has a reason to fail");
    expect(lines.at(-1)).toBe("nothing is left: no process, no listener, no file");
    expect(readdirSync(join(source, ".rehearsal"))).toEqual([]);
  });

  it("is a command, which fails for a folder that is no project", () => {
    const folder = join(directory, "empty");
    mkdirSync(folder);

    const { status, stdout, stderr } = spawnSync(process.execPath, [
      COMMAND,
      "rehearse",
      "--project",
      folder,
    ]);

    expect({ status, stdout: stdout.toString(), stderr: stderr.toString() }).toEqual({
      status: 1,
      stdout: "",
      stderr: `cdktf-mesos-tools: cdktf.json is missing in ${JSON.stringify(folder)}; run it in the folder of a cdktf project\n`,
    });
    expect(existsSync(join(folder, "project"))).toBe(false);
  });

  it("is a command with help", () => {
    const { status, stdout } = spawnSync(process.execPath, [COMMAND, "rehearse", "--help"]);

    expect(status).toBe(0);
    expect(stdout.toString()).toContain("Usage: cdktf-mesos-tools rehearse [options] [stacks...]");
    expect(stdout.toString()).toContain("It works on a copy of the project");
  });
});
