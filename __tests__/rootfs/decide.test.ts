import { Sandbox } from "./sandbox";

const NOW = 1_000_000;
const [OLDER, OWN, NEWER] = ["20260101000000", "20260201000000", "20260301000000"];
const TASK = `web-1-${OWN}`;

/** Who leads: this host, another one, or nobody that answers. */
const HERE = view("10.0.0.4");
const ELSEWHERE = view("10.0.0.5");
const NOBODY = `view ${NOW}`;

function view(leader: string, { electedSec = 500, lacking = 0 } = {}): string {
  return `view ${NOW} ${leader} ${NOW - electedSec} ${lacking}`;
}

/** A task whose mesos-execute is there. */
function runs(id: string, hash: string, { well = "well", framework = "F-other", forSec = 60 } = {}): string {
  return `task ${id} ${framework} 0 TASK_RUNNING ${well} ${hash} ${NOW - forSec}`;
}

/** A task that has been without its mesos-execute for so long. */
function orphan(goneSec: number, id = TASK, framework = "F-orphan"): string {
  return `task ${id} ${framework} ${NOW - goneSec} TASK_RUNNING well mine ${NOW - 60}`;
}

interface Unit {
  readonly strategy?: "START_FIRST" | "STOP_FIRST";
  /** What its host wants of the copy: task, hash, and the generation that said so. */
  readonly wanted?: readonly [string, string, string];
  /** Of its mesos-execute. */
  readonly framework?: string;
  readonly alone?: boolean;
}

/** Another definition is wanted by now. */
const REPLACED: Unit = { wanted: [`web-1-${NEWER}`, "new", NEWER] };
const RUNNING: Unit = { framework: "F-own" };
const own = runs(TASK, "mine", { framework: "F-own" });

describe("decide", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeAll(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
  });
  afterAll(() => sandbox.remove());

  async function decision(lines: string[], unit: Unit): Promise<string> {
    const [wanted, wantedHash, wantedSince] = unit.wanted ?? [TASK, "mine", OWN];
    const script = sandbox.write(
      "decide",
      `set -euo pipefail
      source '${root}/lib/launcher.sh'
      for library in periods seen decide; do source '${root}/lib/'"$library.sh"; done
      task=${TASK} hash=mine strategy=${unit.strategy ?? "START_FIRST"} own=10.0.0.4 now=${NOW}
      wanted=${wanted} wanted_hash=${wantedHash} wanted_since=${wantedSince}
      framework=${unit.framework ?? ""} alone=${unit.alone === true ? "yes" : ""} by=
      decide <'${sandbox.write("view", lines.map((line) => `${line}\n`).join(""))}'
      echo "$decision"`,
    );
    const { code, stdout, stderr } = await sandbox.run(script, []);
    expect([code, stderr]).toEqual([0, ""]);
    return stdout.trimEnd();
  }

  const STOP_FIRST: Unit = { strategy: "STOP_FIRST" };
  const old = `web-1-${OLDER}`;
  const newer = `web-1-${NEWER}`;

  describe("while the task is not launched here", () => {
    test.each<[string, string[], Unit, string]>([
      ["nobody leads", [NOBODY], {}, "wait no leading master answers"],
      ["nobody runs it and this host leads", [HERE], {}, "start"],
      ["nobody runs it and another host leads", [ELSEWHERE], {}, "standby 10.0.0.5 leads"],
      ["this is the only launcher, whoever leads", [ELSEWHERE], { alone: true }, "start"],
      [
        "only other copies run",
        [HERE, runs(`web-2-${OWN}`, "mine"), runs(`web-1-1-${OWN}`, "mine")],
        {},
        "start",
      ],
      ["another launches the same task", [HERE, runs(TASK, "mine")], {}, `standby ${TASK} runs`],
      [
        "another starts it, not yet well",
        [HERE, runs(TASK, "mine", { well: "-" })],
        {},
        `standby ${TASK} runs`,
      ],
      ["the same definition runs, of before", [HERE, runs(old, "mine")], {}, `standby ${old} runs`],
      ["the same definition runs, of later", [HERE, runs(newer, "mine")], {}, `standby ${newer} runs`],
      ["an older definition serves", [HERE, runs(old, "old")], {}, "start"],
      [
        "an older definition must end first",
        [HERE, runs(old, "old")],
        STOP_FIRST,
        `wait ${old} must end first`,
      ],
      ["a newer definition starts", [HERE, runs(newer, "new", { well: "-" })], {}, "start"],
      [
        "a newer definition starts alone",
        [HERE, runs(newer, "new", { well: "-" })],
        STOP_FIRST,
        `wait ${newer} must end first`,
      ],
      [
        "a newer definition has just come up: it is not joined by one that would retire at once",
        [HERE, runs(newer, "new", { forSec: 4 })],
        {},
        `wait ${newer} has just come up`,
      ],
      [
        "the wanted definition has just come up",
        [HERE, runs(newer, "new", { forSec: 0 })],
        REPLACED,
        `wait ${newer} has just come up`,
      ],
      ["an older definition has just come up", [HERE, runs(old, "old", { forSec: 0 })], {}, "start"],
      ["a newer definition serves", [HERE, runs(newer, "new")], {}, `retire ${newer} serves`],
      ["the wanted definition serves", [HERE, runs(newer, "new")], REPLACED, `retire ${newer} serves`],
      ["the wanted definition serves, of before", [HERE, runs(old, "new")], REPLACED, `retire ${old} serves`],
      [
        "this host went back to it after the newer one",
        [HERE, runs(newer, "new")],
        { wanted: [TASK, "mine", "20260401000000"] },
        "start",
      ],
      [
        "the newest of others is another",
        [HERE, runs(old, "mine"), runs(newer, "new", { well: "-" })],
        {},
        "start",
      ],
      [
        "agents are not back with the new leader",
        [view("10.0.0.4", { electedSec: 89, lacking: 1 })],
        {},
        "wait 1 agents have not come back to the new leader",
      ],
      ["agents have been away for too long", [view("10.0.0.4", { electedSec: 90, lacking: 1 })], {}, "start"],
      [
        "its mesos-execute has just gone",
        [HERE, orphan(14)],
        {},
        "wait framework F-orphan runs it and has no mesos-execute",
      ],
      [
        "its mesos-execute is gone for good",
        [HERE, orphan(15), orphan(99, old, "F-2")],
        {},
        "end F-orphan F-2",
      ],
      [
        "it is gone, and another host leads",
        [ELSEWHERE, orphan(99)],
        {},
        "wait framework F-orphan runs it and has no mesos-execute",
      ],
      ["another copy's is gone", [HERE, orphan(99, `web-2-${OWN}`)], {}, "start"],
    ])("when %s", async (_, lines, unit, expected) => {
      expect(await decision(lines, unit)).toBe(expected);
    });
  });

  describe("while the task is launched here", () => {
    test.each<[string, string[], Unit, string]>([
      ["it is known", [HERE, own], {}, "go"],
      ["it is known, and another host leads", [ELSEWHERE, own], {}, "go"],
      ["nobody leads", [NOBODY], {}, "wait no leading master answers"],
      ["the leader does not know it", [ELSEWHERE], {}, "unlisted"],
      ["a new leader does not know it yet", [view("10.0.0.5", { electedSec: 5, lacking: 2 })], {}, "go"],
      ["an older definition serves too", [HERE, own, runs(old, "old")], {}, "go"],
      ["a newer definition starts", [HERE, own, runs(newer, "new", { well: "-" })], {}, "go"],
      [
        "a newer definition starts alone",
        [HERE, own, runs(newer, "new", { well: "-" })],
        STOP_FIRST,
        `yield framework F-other runs ${newer}`,
      ],
      ["a newer definition serves", [HERE, own, runs(newer, "new")], {}, `retire ${newer} serves`],
      [
        "a newer definition serves just long enough",
        [HERE, own, runs(newer, "new", { forSec: 5 })],
        {},
        `retire ${newer} serves`,
      ],
      [
        "a newer definition has only just come up, and may end at once",
        [HERE, own, runs(newer, "new", { forSec: 4 })],
        {},
        "go",
      ],
      [
        "the wanted definition has only just come up",
        [HERE, own, runs(newer, "new", { forSec: 0 })],
        REPLACED,
        "go",
      ],
      [
        "a newer definition serves on an agent whose clock is ahead",
        [HERE, own, runs(newer, "new", { forSec: -60 })],
        {},
        `retire ${newer} serves`,
      ],
      ["the wanted definition serves", [HERE, own, runs(newer, "new")], REPLACED, `retire ${newer} serves`],
      ["the wanted definition starts", [HERE, own, runs(newer, "new", { well: "-" })], REPLACED, "go"],
      [
        "another runs the same task, by an earlier framework",
        [HERE, own, runs(TASK, "mine", { framework: "F-a" })],
        {},
        `yield framework F-a runs ${TASK}`,
      ],
      [
        "another runs the same task, by a later framework",
        [HERE, own, runs(TASK, "mine", { framework: "F-z" })],
        {},
        "go",
      ],
      ["the same definition runs, of before", [HERE, own, runs(old, "mine")], {}, "go"],
      [
        "the same definition runs, of later",
        [HERE, own, runs(newer, "mine")],
        {},
        `yield framework F-other runs ${newer}`,
      ],
      ["one without a mesos-execute is left", [HERE, own, orphan(15)], {}, "end F-orphan"],
      ["one has just lost its mesos-execute", [HERE, own, orphan(14)], {}, "go"],
      ["one is left, and another host leads", [ELSEWHERE, own, orphan(15)], {}, "go"],
    ])("when %s", async (_, lines, unit, expected) => {
      expect(await decision(lines, { ...RUNNING, ...unit })).toBe(expected);
    });
  });

  it("lets exactly one of two that run the same task yield", async () => {
    const both = [HERE, runs(TASK, "mine", { framework: "F-1" }), runs(TASK, "mine", { framework: "F-2" })];
    const decisions = [
      await decision(both, { framework: "F-1" }),
      await decision(both, { framework: "F-2" }),
    ];

    expect(decisions).toEqual(["go", `yield framework F-1 runs ${TASK}`]);
  });
});
