import { Sandbox } from "./sandbox";

const CHECK = { health_check: { type: "TCP" } };

describe("a launcher's view", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
  });
  afterEach(() => sandbox.remove());

  async function bash(script: string): Promise<string> {
    const libraries = ["launcher", "periods", "mesos", "view"].map(
      (name) => `source '${root}/lib/${name}.sh'`,
    );
    const path = sandbox.write("script", ["set -euo pipefail", ...libraries, script].join("\n"));
    const { code, stdout, stderr } = await sandbox.run(path, []);
    expect([code, stderr]).toEqual([0, ""]);
    return stdout.trimEnd();
  }

  const asked = () => sandbox.calls("curl").length;
  const look = async () => (await bash('view_refresh; cat "$VIEW"')).split("\n");
  /** The lines of tasks, without the word that they begin with. */
  const tasks = async () => (await look()).slice(1).map((line) => line.replace(/^task /, ""));

  it("tells who leads, since when, and how many agents have not come back", async () => {
    const state = {
      leader: "master@10.0.0.5:5050",
      elected_time: 1234.5,
      recovered_slaves: [{}, {}],
      frameworks: [],
    };
    sandbox.command("curl", `echo '${JSON.stringify(state)}'`);

    expect(await look()).toEqual([expect.stringMatching(/^view \d{10} 10\.0\.0\.5 1234 2$/)]);
  });

  it.each([
    ["no master answers", "exit 7"],
    ["what answers is no master", "echo '<html>'"],
    ["what answers does not lead", "echo '{}'"],
  ])("tells only when it was asked where %s", async (_, answer) => {
    sandbox.command("curl", answer);
    const path = sandbox.write("script.err", "");

    expect(await bash(`view_refresh 2>'${path}'; cat "$VIEW"`)).toMatch(/^view \d{10}$/);
  });

  it("tells of each task its framework, state, definition, and since when it is in that state", async () => {
    sandbox.mesosRuns(
      {
        id: "web-1-20260101000000",
        hash: "h1",
        framework: "F-1",
        statuses: [{ timestamp: 5 }, { timestamp: 17.9 }],
      },
      { id: "web-2-20260101000000", state: "TASK_STAGING", framework: "F-2" },
    );

    expect(await tasks()).toEqual([
      "web-1-20260101000000 F-1 0 TASK_RUNNING well h1 17",
      "web-2-20260101000000 F-2 0 TASK_STAGING - - 1000",
    ]);
  });

  it.each([
    [CHECK, [{ timestamp: 1 }], "-"],
    [CHECK, [{ timestamp: 1, healthy: false }], "-"],
    [CHECK, [{ timestamp: 1, healthy: true }], "well"],
    [
      CHECK,
      [
        { timestamp: 1, healthy: true },
        { timestamp: 2, healthy: false },
      ],
      "-",
    ],
    [{}, [{ timestamp: 1 }], "well"],
  ])("takes a running task with %j and %j as %s", async (check, statuses, well) => {
    sandbox.mesosRuns({ id: "web-1-20260101000000", statuses, ...check });

    expect((await tasks()).map((line) => line.split(" ")[4])).toEqual([well]);
  });

  it("leaves out what has ended, unless its framework has nobody who would notice", async () => {
    const ended = { id: "web-1-20260101000000", state: "TASK_FAILED" };
    sandbox.mesosRuns({ ...ended, framework: "F-1" }, { ...ended, framework: "F-2", connected: false });

    expect((await tasks()).map((line) => line.split(" ")[1])).toEqual(["F-2"]);
  });

  it("keeps since when a framework has been without its mesos-execute, until it has it again", async () => {
    const orphan = { id: "web-1-20260101000000", framework: "F-1", connected: false };
    const gone = async () => Number((await bash('VIEW_SEC=0 view_refresh; cat "$VIEW"')).split(" ")[7]);
    sandbox.mesosRuns(orphan);
    const first = await gone();
    expect(first).toBeGreaterThan(1_700_000_000);
    sandbox.write("run/view", sandbox.read("run/view").replaceAll(` ${first} `, ` ${first - 50} `));

    expect(await gone()).toBe(first - 50);
    sandbox.mesosRuns({ ...orphan, connected: true });
    expect(await gone()).toBe(0);
    sandbox.mesosRuns(orphan);
    expect(await gone()).toBeGreaterThanOrEqual(first);
  });

  it("is asked for once by many at once", async () => {
    sandbox.mesosRuns();
    await bash("for one in {1..20}; do view_refresh & done; wait");

    expect(asked()).toBe(1);
  });

  it("is asked for again when it is too old, and when it must be newer than something", async () => {
    sandbox.mesosRuns();
    const now = Math.floor(Date.now() / 1000);
    sandbox.write("run/view", `view ${now - 100} 10.0.0.4 1 0\n`);
    await bash("view_refresh");
    expect(asked()).toBe(1);

    await bash("VIEW_SEC=1000 view_refresh");
    expect(asked()).toBe(1);
    await bash("launcher_now; VIEW_SEC=1000 view_refresh $now");
    expect(asked()).toBe(2);
  });
});
