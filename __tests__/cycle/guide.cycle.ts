import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { guideEnvironment } from "../../tools/guide/guide-environment";
import type { GuideReport } from "../../tools/guide/guide-report";
import { GuideRun } from "../../tools/guide/guide-run";
import { parseGuide, type Phase, type Step } from "../../tools/guide/parse-guide";
import { eventually } from "../../tools/rehearsal/eventually";
import { done, writePhases } from "../guide/guides";
import { writeSmallProject } from "../rehearsal/small-project";
import { temporaryDirectory } from "../rehearsal/support";
import { describeTerraform } from "../support/terraform";

jest.setTimeout(300_000);

const REPOSITORY = join(__dirname, "../..");
const COMMAND = join(REPOSITORY, "tools/bin/cdktf-mesos-tools.js");
const FILE = "docs/deploy-to-mesos-using-cni.md";
const GUIDE = parseGuide(readFileSync(join(REPOSITORY, FILE), "utf8"));

const { directory, remove } = temporaryDirectory();
afterAll(remove);

/** What the guide runs that stands in for the real one, by where it lies in a clone. */
const PROGRAMS = [
  ...["git", "curl", "ssh", "terraform", "node", "npm", "npx"].map((name) => `programs/${name}`),
  "tools/sock-shop/bin/load-test",
];

const DESTROY = "npx cdktf destroy mesos sock-shop --auto-approve";

/** What came of a run of the guide's steps, and the calls of programs it made. */
interface Played extends GuideReport {
  readonly calls: readonly string[];
  readonly deployedFor: string;
}

/** Runs steps in a folder whose programs are stand-ins, of which one call may fail, counted from 1. */
function pretend(steps: readonly Step[], failAt = 0) {
  const folder = mkdtempSync(join(directory, "clone-"));
  for (const each of ["programs", "tools/sock-shop/bin"]) mkdirSync(join(folder, each), { recursive: true });
  const standIn = join(folder, "programs/program");
  copyFileSync(join(__dirname, "../guide/stand-ins/program"), standIn);
  for (const program of PROGRAMS) symlinkSync(standIn, join(folder, program));
  writeFileSync(join(folder, "programs/fail-at"), `${failAt}\n`);
  writeFileSync(join(folder, "key"), "");
  const given = {
    ...process.env,
    PATH: `${join(folder, "programs")}:${process.env.PATH}`,
    ...{ TF_VAR_access_key: "x", TF_VAR_secret_key: "x", TF_VAR_aws_key_name: "x" },
    TF_VAR_private_key_file: join(folder, "key"),
  };
  const env = guideEnvironment(given, GUIDE.requiredVariables, []);
  const run = new GuideRun(
    { ...GUIDE, steps },
    { file: FILE, env, directory: folder, stepTimeoutSec: 60, write: () => undefined },
  );
  const linesOf = (name: string) => {
    const file = join(folder, "programs", name);
    return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  };
  const play = async (): Promise<Played> => {
    const report = await run.run();
    return { ...report, calls: linesOf("calls"), deployedFor: linesOf("admin-cidrs")[0] ?? "" };
  };
  return { folder, run, play };
}

/** The guide's steps, of which one begins or ends by another command. */
function withCommand(index: number, command: string, place: "first" | "last"): Step[] {
  return GUIDE.steps.map((step, each) => {
    if (each !== index) return step;
    const lines = step.commands.split("\n");
    if (place === "last") return { ...step, commands: `${step.commands}\n${command}` };
    return {
      ...step,
      commands: [...lines.slice(0, step.line), command, ...lines.slice(step.line)].join("\n"),
    };
  });
}

/** How a run must end of which one step fails: what was made is destroyed, and what came before is not. */
function mustEnd(index: number) {
  const phase = GUIDE.steps[index]?.phase as Phase;
  const outcomes = GUIDE.steps.map((step, each) => {
    if (each < index) return "passed";
    if (each === index) return "failed";
    return step.phase === "destroy-infrastructure" && phase !== "pre-install" ? "passed" : "skipped";
  });
  return { exitCode: phase === "destroy-infrastructure" ? 2 : 1, outcomes };
}

const outcomesOf = ({ exitCode, steps }: GuideReport) => ({
  exitCode,
  outcomes: steps.map(({ outcome }) => outcome),
});

const indices = GUIDE.steps.map((_step, index) => index);
const named = (index: number) => `${index + 1}: ${GUIDE.steps[index]?.title}`;

describe("the guide, with stand-ins for all programs", () => {
  it("runs every block, and opens the cluster to the caller's address", async () => {
    const { calls, deployedFor, ...report } = await pretend(GUIDE.steps).play();

    expect(outcomesOf(report)).toEqual({ exitCode: 0, outcomes: indices.map(() => "passed") });
    expect(calls).toContain(DESTROY);
    expect(deployedFor).toBe('["203.0.113.7/32"]');
  });

  it.each(indices.map((index) => [named(index), index] as const))(
    "ends as documented when block %s is broken, and destroys what it may have made",
    async (_name, index) => {
      for (const place of ["first", "last"] as const) {
        const report = await pretend(withCommand(index, "false", place)).play();

        expect(outcomesOf(report)).toEqual(mustEnd(index));
        const isPreparation = GUIDE.steps[index]?.phase === "pre-install";
        const isBeforeDestroy = place === "first" && report.exitCode === 2;
        expect(report.calls.includes(DESTROY)).toBe(!isPreparation && !isBeforeDestroy);
      }
    },
  );

  it.each(indices.map((index) => [named(index), index] as const))(
    "ends by 3 when it is interrupted in block %s, after the destruction of what it may have made",
    async (_name, index) => {
      const wait = "touch waits; until [ -e go ]; do sleep 0.05; done";
      const { folder, run, play } = pretend(withCommand(index, wait, "first"));
      const played = play();
      expect(await eventually(() => existsSync(join(folder, "waits")), 60_000)).toBe(true);
      run.interrupt();
      writeFileSync(join(folder, "go"), "");
      const { exitCode, calls } = await played;

      expect(exitCode).toBe(3);
      expect(calls.includes(DESTROY)).toBe(GUIDE.steps[index]?.phase !== "pre-install");
    },
  );

  it("swallows the failure of no program it calls", async () => {
    const { calls } = await pretend(GUIDE.steps).play();
    const swallowed: string[] = [];
    for (const [call, what] of calls.entries()) {
      const report = await pretend(GUIDE.steps, call + 1).play();
      const failed = report.steps.findIndex(({ outcome }) => outcome === "failed");
      if (failed === -1) swallowed.push(what);
      else expect(outcomesOf(report)).toEqual(mustEnd(failed));
    }

    expect(calls.length).toBeGreaterThan(GUIDE.steps.length);
    expect(swallowed).toEqual([]);
    process.stdout.write(
      `the guide: ${GUIDE.steps.length} blocks broken at their begin, at their end and by an interrupt, ` +
        `and each of ${calls.length} calls of programs\n`,
    );
  });
});

describeTerraform("the guide, rehearsed", () => {
  const children = new Set<ReturnType<typeof spawn>>();
  afterAll(() => {
    for (const child of children) child.kill("SIGKILL");
  });

  function start(cwd: string, ...args: string[]) {
    const child = spawn(process.execPath, [COMMAND, "guide", ...args, "--rehearse"], {
      cwd,
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.add(child);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    return { child, output: () => output, ended: once(child, "close") as Promise<[number]> };
  }

  const runsOf = (folder: string) =>
    existsSync(join(folder, ".rehearsal")) ? readdirSync(join(folder, ".rehearsal")) : [];

  it("runs every block as it stands, and leaves nothing", async () => {
    const file = join(directory, "report.json");
    const { output, ended } = start(REPOSITORY, FILE, "--json", file);

    expect((await ended)[0]).toBe(0);
    const report = JSON.parse(readFileSync(file, "utf8")) as GuideReport;
    expect(outcomesOf(report)).toEqual({ exitCode: 0, outcomes: indices.map(() => "passed") });
    expect(report.left).toEqual([]);
    expect(output()).toMatch(/^17 of 17 are well$/m);
    expect(output()).toMatch(/^465 requests, 0 failed, /m);
    expect(output()).not.toContain("\u001b");
  });

  it("destroys what was made when it is interrupted, and leaves nothing", async () => {
    const source = join(directory, "interrupted");
    writeSmallProject(source);
    const guides = writePhases(directory, { "run-tests": `touch '${source}/waits'; sleep 600` });
    const { child, output, ended } = start(source, join(guides, "guide.md"));
    expect(await eventually(() => existsSync(join(source, "waits")), 120_000)).toBe(true);
    child.kill("SIGINT");

    expect((await ended)[0]).toBe(3);
    expect(done(output())).toEqual(["pre-install", "create-infrastructure", "destroy-infrastructure"]);
    expect(output()).toContain("guide: nothing is left, in the account and on this host\n");
    expect(runsOf(source)).toEqual([]);
  });

  it("begins no step when it is interrupted while the rehearsal starts", async () => {
    const source = join(directory, "early");
    writeSmallProject(source);
    const guides = writePhases(directory);
    const { child, output, ended } = start(source, join(guides, "guide.md"));
    expect(await eventually(() => runsOf(source).length > 0, 120_000)).toBe(true);
    child.kill("SIGINT");

    expect((await ended)[0]).toBe(3);
    expect(done(output())).toEqual([]);
    expect(runsOf(source)).toEqual([]);
  });
});
