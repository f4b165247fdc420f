import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { eventually } from "../../tools/rehearsal/eventually";
import { temporaryDirectory } from "../rehearsal/support";
import { block, done, writeGuide, writePhases } from "./guides";

const COMMAND = join(__dirname, "../../tools/bin/cdktf-mesos-tools.js");

const { directory, remove } = temporaryDirectory();
const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  remove();
});

function guide(folder: string, ...args: string[]) {
  const command = [COMMAND, "guide", "guide.md", ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder });
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

describe("the command guide", () => {
  it("names every variable that is missing, runs nothing and ends by 1", () => {
    const folder = writeGuide(
      directory,
      "<!-- deploy-test require-env MISSING_A PATH MISSING_B -->",
      block("pre-install", "touch ran"),
    );

    expect(guide(folder)).toEqual({
      status: 1,
      stdout: "",
      stderr:
        "cdktf-mesos-tools: guide: every variable of its require-env must be set, got none for MISSING_A, MISSING_B; export them\n",
    });
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });

  it.each([
    ["an unknown phase", block("build", "touch ran"), "line 2: a phase must be one of "],
    [
      "a block that stays open",
      "<!-- deploy-test-start run-tests -->\n    touch ran",
      "line 1: a block must be ended",
    ],
  ])("ends by 1 for %s, and runs nothing", (_what, text, message) => {
    const folder = writeGuide(directory, text);

    expect(guide(folder)).toEqual({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining(`cdktf-mesos-tools: guide.md: ${message}`),
    });
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });

  it("only prints with --dry-run", () => {
    const folder = writeGuide(
      directory,
      "<!-- deploy-test require-env NOT_SET -->",
      "# Go\n<!-- deploy-doc-hidden run-tests\nif touch ran; then\n\n  b\nfi\n-->",
    );

    expect(guide(folder, "--dry-run")).toEqual({
      status: 0,
      stdout:
        "requires NOT_SET\n\nrun-tests: Go (line 4, hidden)\n    if touch ran; then\n\n      b\n    fi\n",
      stderr: "",
    });
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });

  it("writes reports that nobody else may read", () => {
    const folder = writePhases(directory, { "create-infrastructure": "printf '<&\\033%s' \"bad\"; exit 4" });
    const { status } = guide(folder, "--json", "report.json", "--junit", "report.xml");
    const [json, xml] = ["report.json", "report.xml"].map((name) => readFileSync(join(folder, name), "utf8"));

    expect(status).toBe(1);
    expect(JSON.parse(json ?? "")).toMatchObject({
      file: "guide.md",
      exitCode: 1,
      steps: [
        {
          phase: "pre-install",
          title: "The pre-install",
          line: 2,
          hidden: false,
          outcome: "passed",
          exitCode: 0,
        },
        { phase: "create-infrastructure", outcome: "failed", exitCode: 4, output: "<&\u001bbad" },
        { phase: "run-tests", outcome: "skipped" },
        { phase: "destroy-infrastructure", outcome: "passed", exitCode: 0 },
      ],
    });
    expect(xml?.replace(/time="[\d.]+"/g, "")).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" skipped="1" >
<testsuite name="guide.md" tests="4" failures="1" skipped="1" >
<testcase classname="pre-install" name="The pre-install (line 2)" file="guide.md" ></testcase>
<testcase classname="create-infrastructure" name="The create-infrastructure (line 7)" file="guide.md" ><failure message="failed, exit code 4">&lt;&amp;bad</failure></testcase>
<testcase classname="run-tests" name="The run-tests (line 12)" file="guide.md" ><skipped/></testcase>
<testcase classname="destroy-infrastructure" name="The destroy-infrastructure (line 17)" file="guide.md" ></testcase>
</testsuite>
</testsuites>
`);
    expect(statSync(join(folder, "report.xml")).mode & 0o777).toBe(0o600);
  });

  it("has help that tells the exit codes", () => {
    const { status, stdout } = guide(directory, "--help");

    expect(status).toBe(0);
    expect(stdout).toContain("2  something may be left: the destruction failed or was ended");
  });

  it("takes one Ctrl-C for one, though npm passes it on too", async () => {
    const folder = writePhases(directory, { "run-tests": "touch waits; sleep 600" });
    const child = spawn(process.execPath, [COMMAND, "guide", "guide.md"], { cwd: folder });
    started.push(child);
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    const ended = once(child, "close");
    expect(await eventually(() => existsSync(join(folder, "waits")), 30_000)).toBe(true);
    child.kill("SIGINT");
    child.kill("SIGTERM");

    expect((await ended)[0]).toBe(3);
    expect(done(stdout)).toEqual(["pre-install", "create-infrastructure", "destroy-infrastructure"]);
  });

  it("destroys even though nobody reads any more what it prints", async () => {
    const folder = writePhases(directory, {
      "run-tests": "touch waits; until [[ -e go ]]; do sleep 0.05; done; echo more",
      "destroy-infrastructure": "echo more; touch destroyed",
    });
    const child = spawn(process.execPath, [COMMAND, "guide", "guide.md"], { cwd: folder });
    started.push(child);
    const ended = once(child, "exit");
    expect(await eventually(() => existsSync(join(folder, "waits")), 30_000)).toBe(true);
    child.stdout.destroy();
    writeFileSync(join(folder, "go"), "");

    expect((await ended)[0]).toBe(0);
    expect(existsSync(join(folder, "destroyed"))).toBe(true);
  });
});
