import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { guideEnvironment } from "../../tools/guide/guide-environment";
import { GuideRun } from "../../tools/guide/guide-run";
import { parseGuide, PHASES } from "../../tools/guide/parse-guide";
import { eventually } from "../../tools/rehearsal/eventually";
import { temporaryDirectory } from "../rehearsal/support";
import { block, done, writeGuide, writePhases } from "./guides";

const { directory, remove } = temporaryDirectory();
afterAll(remove);

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly others?: readonly string[];
  readonly stepTimeoutSec?: number;
}

/** A run of the guide in a folder, and what it prints. */
function play(folder: string, { env = {}, others = [], stepTimeoutSec = 600 }: Given = {}) {
  const parsed = parseGuide(readFileSync(join(folder, "guide.md"), "utf8"));
  let output = "";
  const run = new GuideRun(parsed, {
    file: "guide.md",
    env: guideEnvironment({ ...process.env, ...env }, parsed.requiredVariables, others),
    directory: folder,
    stepTimeoutSec,
    write: (text) => (output += text),
  });
  return { run, output: () => output };
}

async function guide(folder: string, given?: Given) {
  const { run, output } = play(folder, given);
  const { exitCode, steps } = await run.run();
  return { exitCode, outcomes: steps.map(({ outcome }) => outcome), stdout: output() };
}

describe("a run of a guide", () => {
  it("runs all phases in their order, and ends by 0", async () => {
    const { exitCode, stdout } = await guide(writePhases(directory));

    expect({ exitCode, done: done(stdout) }).toEqual({ exitCode: 0, done: PHASES });
    expect(stdout).toMatch(/^guide: passed +[\d.]+ s {2}run-tests: The run-tests \(line 12\)$/m);
  });

  it.each([
    ["pre-install", 1, []],
    ["create-infrastructure", 1, ["pre-install", "destroy-infrastructure"]],
    ["run-tests", 1, ["pre-install", "create-infrastructure", "destroy-infrastructure"]],
    ["destroy-infrastructure", 2, ["pre-install", "create-infrastructure", "run-tests"]],
  ])("when %s fails, ends by %d after the phases it must run", async (phase, code, ran) => {
    const { exitCode, stdout } = await guide(writePhases(directory, { [phase]: "false | true" }));

    expect({ exitCode, done: done(stdout) }).toEqual({ exitCode: code, done: ran });
    expect(stdout).toContain(": exit code 1: true\n");
  });

  it("skips what follows a step that fails in the middle, and destroys", async () => {
    const folder = writeGuide(
      directory,
      block("create-infrastructure", "echo done: 1"),
      block("create-infrastructure", "echo done: 2", "false", "echo done: not"),
      block("create-infrastructure", "echo done: not"),
      block("run-tests", "echo done: not"),
      block("destroy-infrastructure", "echo done: 5"),
    );
    const { exitCode, outcomes, stdout } = await guide(folder);

    expect({ exitCode, done: done(stdout) }).toEqual({ exitCode: 1, done: ["1", "2", "5"] });
    expect(stdout).toContain("guide.md: line 9: exit code 1: false\n");
    expect(outcomes).toEqual(["passed", "failed", "skipped", "skipped", "passed"]);
  });

  it("leaves the rest of a destruction that failed to a person, and says what may be left", async () => {
    const folder = writeGuide(
      directory,
      block("create-infrastructure", "true"),
      block("destroy-infrastructure", "exit 7"),
      block("destroy-infrastructure", "echo done: not"),
    );
    const { exitCode, stdout } = await guide(folder);

    expect({ exitCode, done: done(stdout) }).toEqual({ exitCode: 2, done: [] });
    expect(stdout).toContain(
      'the destruction did not end well: what "The create-infrastructure" (line 2) made may be left; run its last phase by hand',
    );
  });

  it("carries variables, functions and the folder from one step to the next, and what was unset", async () => {
    const folder = writeGuide(
      directory,
      "<!-- deploy-test require-env GIVEN -->",
      block(
        "pre-install",
        ...[
          "mkdir 'a b'; cd 'a b'",
          "plain=$'two\\nlines'; list=(x 'y z'); readonly fixed=1",
          "export sent=2; unset GIVEN",
        ],
        ...['greet() { echo "done: hello $1"; }'],
      ),
      block("create-infrastructure", "sent=3; false"),
      block(
        "destroy-infrastructure",
        'greet "$plain, ${list[1]}, $fixed, ${PWD##*/}, $(bash -c \'echo "$sent"\'), ${GIVEN-unset}"',
      ),
    );
    const { exitCode, stdout } = await guide(folder, { env: { GIVEN: "given" } });

    expect({ exitCode, said: /^done: ([^]*?)\nguide:/m.exec(stdout)?.[1] }).toEqual({
      exitCode: 1,
      said: "hello two\nlines, y z, 1, a b, 3, unset",
    });
  });

  it("hands on without a file what steps set", async () => {
    const folder = writeGuide(
      directory,
      block("pre-install", "secret=$(printf 'very%ssecret' -)"),
      block("run-tests", `echo "done: $secret $(grep -rs 'very[-]secret' '${directory}' "$TMPDIR" | wc -l)"`),
    );

    const { stdout } = await guide(folder, { env: { TMPDIR: folder } });

    expect(done(stdout)).toEqual(["very-secret 0"]);
  });

  it("passes on what the guide requires or is asked for, and no other variable", async () => {
    const folder = writeGuide(
      directory,
      "<!-- deploy-test require-env WANTED EMPTY -->",
      block("run-tests", 'echo "done: $WANTED ${EMPTY-unset} ${ASKED-unset} ${OTHER-unset}"'),
    );
    const env = { WANTED: "wanted", EMPTY: "", ASKED: "asked", OTHER: "other" };

    const { stdout } = await guide(folder, { env, others: ["ASKED"] });

    expect(done(stdout)).toEqual(["wanted  asked unset"]);
  });

  it("runs hidden blocks", async () => {
    const folder = writeGuide(
      directory,
      "<!-- deploy-doc-hidden run-tests",
      "printf '%s\\n' 'done: -\\-'",
      "-->",
    );

    expect(done((await guide(folder)).stdout)).toEqual(["--"]);
  });

  it("ends a step whose time is over, and destroys", async () => {
    const { exitCode, stdout } = await guide(writePhases(directory, { "run-tests": "sleep 600" }), {
      stepTimeoutSec: 1,
    });

    expect({ exitCode, done: done(stdout) }).toEqual({
      exitCode: 1,
      done: ["pre-install", "create-infrastructure", "destroy-infrastructure"],
    });
    expect(stdout).toMatch(/^guide: timed out after [\d.]+ s, exit code 130$/m);
  });

  it("ends what steps left running", async () => {
    const folder = writeGuide(
      directory,
      block("pre-install", "sleep 600 & echo $! >pid"),
      block("run-tests", "kill -0 $(cat pid)"),
    );

    expect((await guide(folder)).exitCode).toBe(0);
    const pid = readFileSync(join(folder, "pid"), "utf8").trim();
    const isOver = () => !existsSync(`/proc/${pid}`) || / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    expect(await eventually(isOver, 30_000)).toBe(true);
  });
});

describe("a run of a guide, as time goes by", () => {
  // processes are real, only our own clocks are not
  beforeEach(() => jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] }));
  afterEach(() => jest.useRealTimers());

  /** Starts a guide whose tests wait, and returns when they do. */
  async function startToWait(wait: string, given?: Given) {
    const folder = writePhases(directory, {
      "run-tests": `${wait}; touch waits; until [[ -e go ]]; do [[ ! -e tell ]] || echo lives; sleep 0.05; done`,
    });
    const { run, output } = play(folder, given);
    const ended = run.run();
    while (!existsSync(join(folder, "waits"))) await sleep(10);
    return { folder, go: () => writeFileSync(join(folder, "go"), ""), output, ended };
  }

  const stillRunning = (output: string) => output.match(/^guide: still running.*$/gm);

  it("says every minute in which nothing is printed that a step still runs", async () => {
    const { go, output, ended } = await startToWait("true");
    jest.advanceTimersByTime(59_000);
    expect(stillRunning(output())).toBeNull();
    jest.advanceTimersByTime(61_000);
    go();

    expect((await ended).exitCode).toBe(0);
    expect(stillRunning(output())).toEqual([
      "guide: still running: The run-tests, for 60 s",
      "guide: still running: The run-tests, for 120 s",
    ]);
  });

  it("kills a step that does not end within a minute after its time, and destroys", async () => {
    const { folder, output, ended } = await startToWait("trap '' INT", { stepTimeoutSec: 600 });
    jest.advanceTimersByTime(659_000);
    writeFileSync(join(folder, "tell"), "");
    while (!output().includes("lives")) await sleep(10);
    jest.advanceTimersByTime(1_000);

    const { exitCode, steps } = await ended;
    expect(exitCode).toBe(1);
    expect(steps.map(({ outcome, exitCode }) => [outcome, exitCode])).toEqual([
      ["passed", 0],
      ["passed", 0],
      ["timed out", 137],
      ["passed", 0],
    ]);
  });
});

describe("a run of a guide, interrupted", () => {
  /** Starts a guide that waits in one phase, and interrupts it there. */
  async function interruptIn(phase: string, wait = "touch waits; sleep 600") {
    const folder = writePhases(directory, { [phase]: `${wait}; echo done: ${phase}` });
    const { run, output } = play(folder);
    const ended = run.run();
    expect(await eventually(() => existsSync(join(folder, "waits")), 30_000)).toBe(true);
    run.interrupt();
    return { folder, run, output, end: async () => ({ ...(await ended), done: done(output()) }) };
  }

  it.each([
    ["pre-install", [], ["interrupted", "skipped", "skipped", "skipped"]],
    [
      "create-infrastructure",
      ["pre-install", "destroy-infrastructure"],
      ["passed", "interrupted", "skipped", "passed"],
    ],
    [
      "run-tests",
      ["pre-install", "create-infrastructure", "destroy-infrastructure"],
      ["passed", "passed", "interrupted", "passed"],
    ],
  ])("ends by 3 in %s, after the destruction of what may have been made", async (phase, ran, outcomes) => {
    const { end } = await interruptIn(phase);
    const { exitCode, steps, done } = await end();

    expect({ exitCode, done, outcomes: steps.map(({ outcome }) => outcome) }).toEqual({
      exitCode: 3,
      done: ran,
      outcomes,
    });
  });

  it("begins nothing where it comes before the first step", async () => {
    const { run, output } = play(writePhases(directory));
    run.interrupt();

    expect(await run.run()).toMatchObject({ exitCode: 3 });
    expect({ said: output().split("\n")[0], done: done(output()) }).toEqual({
      said: "guide: interrupted: no step is begun",
      done: [],
    });
  });

  it("ends by 3 even where the step it hit goes on to its end", async () => {
    const { end } = await interruptIn(
      "run-tests",
      "trap heard=1 INT; touch waits; until [[ -n ${heard-} ]]; do sleep 0.05 || true; done",
    );

    expect(await end()).toMatchObject({ exitCode: 3, done: PHASES });
  });

  it("goes on with a destruction, and ends by 3", async () => {
    const wait = "touch waits; until [[ -e go ]]; do sleep 0.05; done";
    const { folder, output, end } = await interruptIn("destroy-infrastructure", wait);
    writeFileSync(join(folder, "go"), "");

    expect(await end()).toMatchObject({ exitCode: 3, done: PHASES });
    expect(output()).toContain("interrupted: the destruction goes on");
  });

  it.each([
    ["create-infrastructure", ["pre-install"]],
    ["destroy-infrastructure", ["pre-install", "create-infrastructure", "run-tests"]],
  ])("ends all the second time in %s, says what may be left, and ends by 2", async (phase, ran) => {
    const { run, output, end } = await interruptIn(
      phase,
      "trap '' INT; touch waits; while true; do sleep 600; done",
    );
    run.interrupt();

    expect(await end()).toMatchObject({ exitCode: 2, done: ran });
    expect(output()).toContain('what "The create-infrastructure" (line 7) made may be left');
  });
});
