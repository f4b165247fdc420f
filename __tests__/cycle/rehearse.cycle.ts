import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { eventually } from "../../tools/rehearsal/eventually";
import { processesOf } from "../../tools/rehearsal/leftovers";
import type { RehearsalReport } from "../../tools/rehearsal/rehearsal-report";
import { rehearse } from "../../tools/rehearsal/rehearse";
import { describeTerraform } from "../support/terraform";
import { writeSmallProject } from "../rehearsal/small-project";
import { temporaryDirectory } from "../rehearsal/support";

jest.setTimeout(180_000);

const COMMAND = join(__dirname, "../../tools/bin/cdktf-mesos-tools.js");
const NOTHING_LEFT = "nothing is left: no process, no listener, no mount, no namespace, no file";

const filesOf = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);

const rehearsals = (source: string) => filesOf(join(source, ".rehearsal"));

function command(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, "rehearse", ...args]);
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** Fails unless it comes true within two minutes: a whole deployment on a busy machine. */
async function expectSoon(condition: () => boolean): Promise<void> {
  expect(await eventually(condition, 120_000)).toBe(true);
}

const started: ChildProcess[] = [];

/** The command while it runs: its process and the lines of its standard output. */
function start(...args: string[]): { child: ChildProcess; lines: string[] } {
  const child = spawn(process.execPath, [COMMAND, "rehearse", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  const lines: string[] = [];
  createInterface(child.stdout as NonNullable<typeof child.stdout>).on("line", (line) => lines.push(line));
  return { child, lines };
}

describeTerraform("rehearse", () => {
  const { directory, remove } = temporaryDirectory();
  afterAll(() => {
    for (const child of started) child.kill("SIGKILL");
    remove();
  });

  async function play(source: string): Promise<{ report: RehearsalReport; lines: string[] }> {
    const lines: string[] = [];
    const report = await rehearse({ source, stacks: ["small"], print: (line) => lines.push(line) });
    return { report, lines };
  }

  it("deploys, shows what runs, destroys, and leaves nothing", async () => {
    const source = join(directory, "small");
    writeSmallProject(source);

    const { report, lines } = await play(source);

    expect(lines.map((line) => line.replace(/^ +[\d.]+ s  /, ""))).toEqual([
      "A rehearsal: the real Terraform and real SSH, machines on loopback, no cloud and no cost.",
      "",
      "cdktf deploy small",
      expect.stringMatching(/^Plan: 4 to add/),
      "said by the machine",
      expect.stringMatching(/^web is TASK_RUNNING, \d+\.\d s after it was started$/),
      expect.stringMatching(/^Apply complete! Resources: 4 added/),
      "",
      expect.stringMatching(/^service  state         after {2,}unit    runs on  launched by$/),
      expect.stringMatching(/^web      TASK_RUNNING  \d+\.\d s  active           small-machine$/),
      "",
      "cdktf destroy small",
      expect.stringMatching(/^Plan: 0 to add, 0 to change, 4 to destroy/),
      expect.stringMatching(/^Destroy complete! Resources: 4 destroyed/),
      "every state is empty",
      NOTHING_LEFT,
    ]);
    const seconds = expect.any(Number);
    expect(report).toEqual({
      success: true,
      fault: undefined,
      versions: {
        "cdktf-mesos-tools": expect.stringMatching(/^\d+\.\d+\.\d+/),
        node: process.versions.node,
        terraform: expect.stringMatching(/^1\.\d+\.\d+/),
        cdktf: "0.21.0",
      },
      host: {
        system: expect.stringMatching(/^Linux /),
        cpus: expect.any(Number),
        memoryMiB: expect.any(Number),
      },
      steps: ["deploy", "destroy"].map((step) => ({ step, seconds, asTold: true })),
      services: [
        {
          service: "web",
          state: "TASK_RUNNING",
          secondsToRunning: seconds,
          unit: "active",
          agent: "",
          launcher: "small-machine",
        },
      ],
      machines: [
        {
          id: expect.stringMatching(/^i-/),
          name: "small-machine",
          addresses: [expect.stringMatching(/^127\./)],
        },
      ],
      stillInState: [],
      inNoState: [],
      leftovers: [],
    });
    expect(readdirSync(source).sort()).toEqual([".rehearsal", "cdktf.json", "main.js", "node_modules"]);
    expect(rehearsals(source)).toEqual([]);
  });

  it("says why a deployment failed, and leaves nothing either", async () => {
    const source = join(directory, "failing");
    writeSmallProject(source, 'throw new Error("this app has a reason to fail");\n');

    const { report, lines } = await play(source);

    expect(report).toMatchObject({ success: false, services: [], leftovers: [] });
    expect(report.steps.map(({ step, asTold }) => [step, asTold])).toEqual([["deploy", false]]);
    expect(lines.find((line) => line.includes("failed with exit code"))).toBe(
      "cdktf deploy failed with exit code 1; what it printed last:",
    );
    expect(lines.join("\n")).toContain("this app has a reason to fail");
    expect(lines.at(-1)).toBe(NOTHING_LEFT);
    expect(rehearsals(source)).toEqual([]);
  });

  it("fails when a fault does not do what it must", async () => {
    const source = join(directory, "well");
    writeSmallProject(source);
    const lines: string[] = [];
    const fault = {
      name: "pretended",
      description: "nothing",
      outcome: "fails",
      texts: ["said by nobody"],
    } as const;

    const report = await rehearse({ source, stacks: ["small"], fault, print: (line) => lines.push(line) });

    expect(report).toMatchObject({ success: false, fault: "pretended" });
    expect(report.steps).toMatchObject([{ step: "deploy with pretended", asTold: false }]);
    expect(lines).toEqual(
      expect.arrayContaining([
        "The fault pretended: nothing. The deployment must fail.",
        "cdktf deploy succeeded, which it must not",
        "it does not say: said by nobody",
        "tasks that run: 1",
        "machines that no state knows: none",
        NOTHING_LEFT,
      ]),
    );
  });

  it("lifts a fault that did what it must, deploys again and destroys", async () => {
    const source = join(directory, "flaky");
    writeSmallProject(source);
    const lines: string[] = [];
    const fault = {
      name: "pretended",
      description: "nothing",
      outcome: "recovers",
      texts: ["said by the machine"],
    } as const;

    const report = await rehearse({ source, stacks: ["small"], fault, print: (line) => lines.push(line) });

    expect(report).toMatchObject({
      success: true,
      steps: ["deploy with pretended", "deploy again", "destroy"].map((step) => ({ step, asTold: true })),
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        "The fault pretended: nothing. The deployment must succeed by itself.",
        "cdktf deploy succeeded, as it must",
        "it says: said by the machine",
        "The fault is lifted.",
      ]),
    );
  });

  it("keeps all up when told to, tells how to reach it, and destroys it on Ctrl-C", async () => {
    const source = join(directory, "kept here");
    writeSmallProject(source);
    const { child, lines } = start("small", "--keep", "--project", source);
    await expectSoon(() => lines.some((line) => line.includes("history")));
    const told = (word: string) => lines.find((line) => line.startsWith(`  ${word} `))?.trim() ?? "";
    const shell = (text: string) =>
      spawnSync("bash", ["-c", text], { env: { ...process.env, AWS_PROFILE: "x" } });

    const state = shell(
      `${told("source")}; ${told("cd")}; ${told("terraform")}; env | grep AWS_ || echo none`,
    );
    const hostname = shell(`${told("small-machine").replace(/^small-machine +/, "")} hostname`);
    child.kill("SIGINT");
    const [code] = await once(child, "exit");

    expect(state.stdout.toString().split("\n")).toEqual(
      expect.arrayContaining([expect.stringMatching(/^aws_instance\.Machine/), "none"]),
    );
    expect(told("npx")).toBe("npx cdktf deploy small --skip-provider-lock");
    expect(hostname.stdout.toString()).toMatch(/^i-\w+\n$/);
    expect({ code, end: lines.slice(-2) }).toEqual({ code: 0, end: ["every state is empty", NOTHING_LEFT] });
    expect(rehearsals(source)).toEqual([]);
  });

  it("removes what a killed one left, its processes too, and leaves those alone that run", async () => {
    const source = join(directory, "killed");
    writeSmallProject(source);
    const running = start("small", "--keep", "--project", source);
    await expectSoon(() => rehearsals(source).length === 1);
    const [kept = ""] = rehearsals(source);
    const killed = start("small", "--keep", "--project", source);
    await expectSoon(() => rehearsals(source).length === 2);
    const dead = join(source, ".rehearsal", rehearsals(source).find((name) => name !== kept) ?? "");
    await expectSoon(() => filesOf(join(dead, "machines")).length > 0);
    killed.child.kill("SIGKILL");
    await once(killed.child, "exit");

    const { report } = await play(source);

    expect(report).toMatchObject({ success: true, leftovers: [], inNoState: [] });
    expect(rehearsals(source)).toEqual([kept]);
    expect(processesOf(dead)).toEqual([]);
    running.child.kill("SIGTERM");
    await once(running.child, "exit");
    expect(rehearsals(source)).toEqual([]);
  });

  it("prints one JSON document when told to, and all else on standard error", () => {
    const source = join(directory, "json");
    writeSmallProject(source);

    const { status, stdout, stderr } = command("small", "--json", "--project", source);

    expect({ status, report: JSON.parse(stdout) }).toMatchObject({
      status: 0,
      report: {
        success: true,
        services: [{ service: "web" }],
        steps: [{ step: "deploy" }, { step: "destroy" }],
      },
    });
    expect(stderr).toContain(NOTHING_LEFT);
  });
});
