import { Sandbox } from "./sandbox";

const [OLD, NEW] = ["web-1-20260101000000", "web-1-20260201000000"];

describe("a wait", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeAll(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
  });
  afterAll(() => sandbox.remove());

  async function bash(...lines: string[]): Promise<string> {
    const libraries = ["launcher", "periods", "await"].map((name) => `source '${root}/lib/${name}.sh'`);
    const script = sandbox.write("script", ["set -euo pipefail", ...libraries, ...lines].join("\n"));
    const { code, stdout, stderr } = await sandbox.run(script, []);
    expect([code, stderr]).toEqual([0, ""]);
    return stdout.trimEnd();
  }

  describe("of 10 seconds, for what must be well for 5", () => {
    /** A look at a moment: what runs, and since when. */
    type Look = readonly [now: number, runs: string, since?: number];

    test.each<[string, Look[], string]>([
      ["nothing runs", [[0, ""]], "again"],
      [
        "nothing has run in time",
        [
          [0, ""],
          [9, ""],
          [10, ""],
        ],
        "again again late",
      ],
      [
        "it runs and goes on",
        [
          [1, "a", 1],
          [5, "a", 1],
          [6, "a", 1],
        ],
        "again again done",
      ],
      ["it has been running for long", [[0, "a", -5]], "done"],
      [
        "it has been running, not for long",
        [
          [0, "a", -4],
          [1, "a", -4],
        ],
        "again done",
      ],
      [
        "it flaps",
        [
          [1, "a", 1],
          [5, ""],
          [6, "a", 6],
          [10, "a", 6],
          [11, "a", 6],
        ],
        "again again again again done",
      ],
      [
        "it flaps, unseen",
        [
          [1, "a", 1],
          [6, "b", 4],
          [8, "b", 4],
          [9, "b", 4],
        ],
        "again again again done",
      ],
      [
        "it flaps, unseen and by its old name",
        [
          [1, "a 1", 1],
          [6, "a 4", 4],
        ],
        "again again",
      ],
      [
        "it runs at the last moment",
        [
          [9, "a", 9],
          [13, "a", 9],
          [14, "a", 9],
        ],
        "again again done",
      ],
      [
        "it runs at the last moment and then ends",
        [
          [9, "a", 9],
          [12, ""],
        ],
        "again late",
      ],
      [
        "it runs at the last moment and then is another",
        [
          [9, "a", 9],
          [12, "b", 11],
        ],
        "again late",
      ],
      [
        "it runs too late",
        [
          [9, ""],
          [10, "a", 10],
        ],
        "again late",
      ],
      [
        "the agent's clock is ahead",
        [
          [1, "a", 90],
          [5, "a", 90],
          [6, "a", 90],
        ],
        "again again done",
      ],
    ])("when %s", async (_, looks, verdicts) => {
      const lines = looks.map(
        ([now, runs, since = 0]) => `now=${now}; await_verdict '${runs}' ${since}; echo "$verdict"`,
      );
      const told = await bash("STABLE_SEC=5 deadline=10 awaited='' awaited_since=0", ...lines);

      expect(told.split("\n").join(" ")).toBe(verdicts);
    });
  });

  describe("of a service that shall run as web-1 and web-2", () => {
    const view = (...tasks: string[]) => ["view 1000 10.0.0.4 500 0", ...tasks];
    const task = (id: string, told: string, { gone = 0, since = 900 } = {}) => {
      const [state, well, hash] = told.split(" ");
      return `task ${id} F-${id.slice(-3)} ${gone} ${state} ${well} ${hash} ${since}`;
    };
    const second = task("web-2-20260101000000", "TASK_RUNNING well two", { since: 800 });
    const good = task(NEW, "TASK_RUNNING well one");

    test.each<[string, string[], string]>([
      ["both do", view(good, second), "since 900"],
      [
        "no master answers",
        ["view 1000"],
        "web-1 is unknown, as no leading master answers, web-2 is unknown, as no leading master answers",
      ],
      ["one does not", view(good), "web-2 is not running"],
      ["one has just been launched", view(task(NEW, "TASK_STAGING - one"), second), "web-1 is TASK_STAGING"],
      ["one is sick", view(task(NEW, "TASK_RUNNING - one"), second), "web-1 is TASK_RUNNING and not healthy"],
      [
        "one is of another definition",
        view(task(OLD, "TASK_RUNNING well old"), second),
        "web-1 is not running",
      ],
      [
        "one is of another id and of this definition",
        view(task(OLD, "TASK_RUNNING well one"), second),
        "since 900",
      ],
      [
        "one is watched over by nobody",
        view(task(NEW, "TASK_RUNNING well one", { gone: 7 }), second),
        "web-1 is not running",
      ],
      [
        "an old one is still there",
        view(good, task(OLD, "TASK_KILLING - old"), second),
        `web-1 runs, but ${OLD} is still there`,
      ],
      [
        "one that nobody watches over is still there",
        view(good, task(OLD, "TASK_RUNNING well one", { gone: 7 }), second),
        `web-1 runs, but ${OLD} is still there`,
      ],
      ["one runs twice", view(good, good, second), `web-1 runs, but ${NEW} is still there`],
      [
        "other services do too",
        view(
          good,
          second,
          task("webs-3-20260101000000", "TASK_FAILED - x"),
          task("web-1-1-20260101000000", "TASK_FAILED - x"),
        ),
        "since 900",
      ],
      [
        "a third has not ended yet",
        view(good, second, task("web-3-20260101000000", "TASK_KILLING - x")),
        "web-3 is still there, and not wanted",
      ],
      [
        "nobody watches over a third",
        view(good, second, task("web-3-20260101000000", "TASK_RUNNING well x", { gone: 7 })),
        "web-3 is still there, and not wanted, end F-000",
      ],
      [
        "the leader was just elected, and has not all agents yet",
        ["view 1000 10.0.0.4 990 2", good, second],
        "the leading master lacks 2 agents, which may come back with tasks it does not know",
      ],
      [
        "the leader was elected long ago, and lacks agents",
        ["view 1000 10.0.0.4 900 2", good, second],
        "since 900",
      ],
    ])("when %s", async (_, lines, told) => {
      const file = sandbox.write("view", lines.map((line) => `${line}\n`).join(""));
      const said = await bash(
        `declare -A wanted=([web-1]="${NEW} one" [web-2]="web-2-20260101000000 two") lacks=()`,
        "name=web now=1000 SETTLE_SEC=90",
        `await_look <'${file}'`,
        'if [[ -n $runs ]]; then echo "since $runs_since"; fi',
        'for copy in "${!lacks[@]}"; do echo "$copy ${lacks[$copy]}"; done | sort',
        'if ((${#orphans[@]} > 0)); then echo "end ${orphans[*]}"; fi',
      );

      expect(said.split("\n").join(", ")).toBe(told);
    });
  });
});
