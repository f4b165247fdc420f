import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { eventually, type Running, Sandbox, type SeenTask } from "./sandbox";

const TASK = "web-1-20260201000000";

const STARTED = [
  "Subscribed with ID 1df88287-5815-4c37-8c09-10920727864d-0003",
  "Submitted task 'web' to agent '1df88287-5815-4c37-8c09-10920727864d-S0'",
  "Received status update TASK_STARTING for task 'web'",
  "  source: SOURCE_EXECUTOR",
  "Received status update TASK_RUNNING for task 'web'",
  "  source: SOURCE_EXECUTOR",
];

const FAILED = [
  "Received status update TASK_FAILED for task 'web'",
  "  message: 'Failed to launch container: Unknown CNI network 'nope''",
  "  source: SOURCE_AGENT",
  "  reason: REASON_CONTAINER_LAUNCH_FAILED",
];

/** What follows a quick failure. */
const REST = "quick failures in a row: 1; the next try is in 10s";

describe("run-task", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
    sandbox.mesosRuns();
    define(TASK);
  });

  afterEach(() => sandbox.remove());

  /** Has this host know a task, and want it of its copy. */
  function define(task: string, strategy = "START_FIRST"): void {
    const labels = Object.entries({ "cdktf-mesos:update": strategy, "cdktf-mesos:definition": "mine" });
    const info = { labels: { labels: labels.map(([key, value]) => ({ key, value })) } };
    sandbox.write(`launcher/tasks/${task}.json`, JSON.stringify(info));
    want(task, "mine");
  }

  function want(task: string, hash: string): void {
    sandbox.write("launcher/tasks/web-1.wanted", `${task} ${hash} ${task.slice(-14)}\n`);
  }

  function mesosExecute(lines: string[], end: string): void {
    const path = sandbox.write("lines", lines.map((line) => `${line}\n`).join(""));
    sandbox.command("mesos-execute", `cat '${path}'\n${end}`);
  }

  function start(): Running {
    return sandbox.start(join(root, "bin/run-task"), [TASK]);
  }

  function run(env: Record<string, string> = {}) {
    return sandbox.run(join(root, "bin/run-task"), [TASK], env);
  }

  /** Makes periods of the launcher others. */
  const periods = (text: string) => sandbox.write("launcher/etc/periods", text);

  /** States in a file, without their times. */
  function states(name: string): string[] {
    const lines = sandbox.read(`run/${TASK}/${name}`).trimEnd().split("\n");
    return lines.map((line) => line.replace(/^\d{10} /, ""));
  }

  it("keeps the states that mesos-execute reports, and what it prints", async () => {
    mesosExecute([...STARTED, ...FAILED], "exit 0");

    const { code, stdout } = await run();

    const printed = [...STARTED, ...FAILED, "mesos-execute ended with exit code 0", REST]
      .map((line) => `${line}\n`)
      .join("");
    expect([code, stdout]).toEqual([0, printed]);
    expect(sandbox.read(`run/${TASK}/output`)).toBe(printed);
    expect(states("updates")).toEqual(["TASK_STARTING", "TASK_RUNNING", "TASK_FAILED", "ENDED"]);
    expect(states("history")).toEqual([
      "TASK_STARTING",
      "TASK_RUNNING",
      "TASK_FAILED",
      "    message: 'Failed to launch container: Unknown CNI network 'nope''",
      "    reason: REASON_CONTAINER_LAUNCH_FAILED",
      "ENDED",
    ]);
  });

  it("starts mesos-execute with the task's file, and nothing secret in its arguments", async () => {
    mesosExecute(STARTED, "exit 0");
    await run();

    expect(sandbox.calls("mesos-execute")).toEqual([
      [
        `--master=file://${root}/etc/master`,
        `--task=file://${root}/tasks/${TASK}.json`,
        "--checkpoint",
        "--no-partition_aware",
      ],
    ]);
  });

  it("gives it name and password where there are some, the password in a file", async () => {
    const secret = sandbox.write("secrets/launcher-secret", "secret");
    mesosExecute(STARTED, "exit 0");
    await run();

    expect(sandbox.calls("mesos-execute")[0]?.slice(-2)).toEqual([
      "--principal=launcher",
      `--secret=file://${secret}`,
    ]);
  });

  it("tells it the address by which other machines reach this one", async () => {
    mesosExecute(STARTED, 'echo "address ${LIBPROCESS_IP-none}"');

    expect((await run()).stdout).toContain("\naddress 10.0.0.4\n");
  });

  it("tells it no address when there is no route", async () => {
    sandbox.command("ip", "exit 2");
    mesosExecute(STARTED, 'echo "address ${LIBPROCESS_IP-none}"');

    expect((await run()).stdout).toContain("\naddress none\n");
  });

  it("ends as mesos-execute ends, errors on its standard error included", async () => {
    mesosExecute([], "echo 'Failed to subscribe' >&2; exit 3");

    expect(await run()).toMatchObject({
      code: 3,
      stdout: `Failed to subscribe\nmesos-execute ended with exit code 3\n${REST}\n`,
    });
    expect(states("updates")).toEqual(["ENDED"]);
  });

  it("forgets the states of an earlier process, and keeps their history", async () => {
    periods("BACKOFF_SEC=0");
    mesosExecute(FAILED, "exit 0");
    await run();
    mesosExecute(STARTED, "exit 0");
    await run();

    expect(states("updates")).toEqual(["TASK_STARTING", "TASK_RUNNING", "ENDED"]);
    expect(states("history")).toEqual(expect.arrayContaining(["TASK_FAILED", "TASK_RUNNING"]));
    expect(sandbox.read(`run/${TASK}/output`)).not.toContain("TASK_FAILED");
  });

  it("ends mesos-execute when it is told to stop", async () => {
    mesosExecute(STARTED, `echo $$ >'${sandbox.path("pid")}'; exec sleep 600`);
    const running = start();
    await eventually(() => existsSync(sandbox.path("pid")) && sandbox.read("pid").endsWith("\n"));
    await eventually(() => states("updates").includes("TASK_RUNNING"));

    process.kill(running.pid, "SIGTERM");

    expect((await running.ended).code).toBe(143);
    await eventually(() => !isRunning(Number(sandbox.read("pid"))));
  });

  it.each([
    ["leading master", "MASTER_SEC=1", []],
    ["sufficient offer", "OFFER_SEC=1", STARTED.slice(0, 1)],
  ])("ends for a new try when there is no %s", async (what, limit, printed) => {
    periods(limit);
    mesosExecute(printed, `echo $$ >'${sandbox.path("pid")}'; exec sleep 600`);

    const { code, stdout } = await run();

    expect([code, stdout]).toEqual([75, [...printed, `no ${what} within 1s; starting again`, ""].join("\n")]);
    await eventually(() => !isRunning(Number(sandbox.read("pid"))));
  });

  it("waits for no offer once its task is submitted, also when it subscribes again", async () => {
    periods("OFFER_SEC=1");
    mesosExecute([...STARTED, ...STARTED.slice(0, 1)], "sleep 2; echo 'still there'");

    expect(await run()).toMatchObject({ code: 0, stdout: expect.stringContaining("still there\n") });
  });

  it.each([
    ["1", "healthy"],
    ["0", "sick"],
  ])("keeps what the health check found last: %s", async (said, kept) => {
    const found = (healthy: string) => [
      "Received status update TASK_RUNNING for task 'web'",
      "  source: SOURCE_EXECUTOR",
      "  reason: REASON_TASK_HEALTH_CHECK_STATUS_UPDATED",
      `  healthy?: ${healthy}`,
    ];
    periods("BACKOFF_SEC=0");
    mesosExecute([...STARTED, ...found("0"), ...found("1"), ...found(said)], "exit 0");
    await run();
    expect(sandbox.read(`run/${TASK}/health`)).toBe(`${kept}\n`);

    mesosExecute(STARTED, "exit 0");
    await run();
    expect(existsSync(sandbox.path(`run/${TASK}/health`))).toBe(false);
  });

  it("tells systemd not to try again when Mesos refuses the definition", async () => {
    mesosExecute(["Received status update TASK_ERROR for task 'web'"], "exit 0");

    const [{ code }, unit] = [await run(), readFileSync(join(root, "systemd/mesos-task@.service"), "utf8")];

    expect(states("updates")).toEqual(["TASK_ERROR", "ENDED"]);
    expect(unit).toContain(`\nRestartPreventExitStatus=${code}\n`);
  });

  it("keeps the end of a long history", async () => {
    mesosExecute(STARTED, "exit 0");
    sandbox.write(
      `run/${TASK}/history`,
      Array.from({ length: 500 }, (_, line) => `1763870000 ${line}\n`).join(""),
    );
    await run();

    expect(states("history")).toHaveLength(200 + 3);
    expect(states("history").slice(0, 1)).toEqual(["300"]);
  });

  describe("side by side", () => {
    /** A mesos-execute that notes when it comes, when it has its offer, and when it ends. */
    function noting(offer: string): void {
      sandbox.command(
        "mesos-execute",
        `note() { echo "$1 \${2##*/}" >>'${sandbox.path("notes")}'; }
        task=\${2%-1-*.json}
        note came "$task"
        echo 'Subscribed with ID F'
        ${offer}
        note submits "$task"
        echo "Submitted task 'x' to agent 'S'"
        sleep 1
        note ends "$task"`,
      );
    }
    const notes = () => sandbox.read("notes").trimEnd().split("\n");
    const runAll = (...names: string[]) =>
      Promise.all(
        names.map((name) => {
          const task = `${name}-1-20260201000000`;
          define(task);
          return sandbox.run(join(root, "bin/run-task"), [task]);
        }),
      );

    it("looks for one offer at a time, and runs all tasks at once", async () => {
      noting("sleep 0.2");
      await runAll("a", "b", "c");

      const looked = notes().filter((note) => !note.startsWith("ends"));
      expect(looked.map((note) => note.split(" ")[0])).toEqual(Array(3).fill(["came", "submits"]).flat());
      for (const [index, note] of looked.entries()) {
        if (index % 2 === 1) expect(note.split(" ")[1]).toBe(looked[index - 1]?.split(" ")[1]);
      }
      expect(
        notes()
          .slice(-2)
          .map((note) => note.split(" ")[0]),
      ).toEqual(["ends", "ends"]);
    });

    it("lets the others go on when one gets no offer", async () => {
      periods("OFFER_SEC=1");
      noting("[[ $task != */big ]] || exec sleep 600");
      const [big, small] = await runAll("big", "small");

      expect([big?.code, small?.code]).toEqual([75, 0]);
    });
  });

  /** A mesos-execute whose task runs until it is ended. */
  const goesOn = () => mesosExecute(STARTED, "exec sleep 600");
  const launches = () => sandbox.calls("mesos-execute").length;
  const endedFrameworks = () =>
    sandbox
      .calls("curl")
      .filter((call) => call.at(-1) === "http://10.0.0.4:5050/teardown")
      .map((call) => call.find((word) => word.startsWith("frameworkId=")));
  const told = () => sandbox.read(`run/${TASK}/decision`).trimEnd();
  const mine: SeenTask = { id: TASK, hash: "mine", framework: "1df88287-5815-4c37-8c09-10920727864d-0003" };
  const QUICK = "TICK_SEC=0.2 VIEW_SEC=1";

  it("waits while no master answers", async () => {
    periods(QUICK);
    sandbox.command("curl", "exit 7");
    goesOn();
    const running = start();
    await eventually(() => existsSync(sandbox.path(`run/${TASK}/decision`)));
    expect([told(), launches()]).toEqual(["wait no leading master answers", 0]);

    sandbox.mesosRuns();
    await eventually(() => launches() === 1);
    process.kill(running.pid, "SIGTERM");
    await running.ended;
  });

  /** Starts the unit of a task that another launcher runs. */
  async function standsBy() {
    sandbox.mesosRuns({ id: TASK, hash: "mine" });
    goesOn();
    const running = start();
    await eventually(() => existsSync(sandbox.path(`run/${TASK}/decision`)));
    expect([told(), launches()]).toEqual([`standby ${TASK} runs`, 0]);
    return running;
  }

  it("stands by while another launcher's task runs, and launches when that is gone", async () => {
    periods(QUICK);
    const running = await standsBy();

    sandbox.mesosRuns();
    await eventually(() => launches() === 1);
    process.kill(running.pid, "SIGTERM");
    expect((await running.ended).stderr).toBe(`run-task: ${TASK}: standby ${TASK} runs\n`);
  });

  it("does not believe what was seen before this host last launched the copy, and notes when it does", async () => {
    periods("TICK_SEC=0.2 VIEW_SEC=600");
    const now = Math.floor(Date.now() / 1000);
    sandbox.write("run/view", `view ${now} 10.0.0.4 1000 0\n`);
    sandbox.write("run/web-1.launched", `${now}\n`);
    const running = await standsBy();

    sandbox.mesosRuns();
    sandbox.write("run/web-1.launched", "1\n");
    sandbox.write("run/view", "view 1 10.0.0.4 1000 0\n");
    const notedAt = () => Number(sandbox.read("run/web-1.launched"));
    await eventually(() => notedAt() >= now);
    expect(launches()).toBe(1);
    process.kill(running.pid, "SIGTERM");
    await running.ended;
  });

  it("looks again when its turn comes: the task may run by then", async () => {
    periods(QUICK);
    goesOn();
    sandbox.write("run/offers.lock", "");
    const other = sandbox.start(
      sandbox.write(
        "hold",
        `exec 8>'${sandbox.path("run/offers.lock")}'; flock 8; touch '${sandbox.path("held")}'; sleep 1.5`,
      ),
      [],
    );
    await eventually(() => existsSync(sandbox.path("held")));
    const running = start();
    await eventually(() => existsSync(sandbox.path(`run/${TASK}/decision`)) && told() === "start");
    sandbox.mesosRuns({ id: TASK, hash: "mine" });
    await other.ended;

    await eventually(() => told() === `standby ${TASK} runs`);
    expect(launches()).toBe(0);
    process.kill(running.pid, "SIGTERM");
    await running.ended;
  });

  it("ends frameworks of the copy whose process is gone before it starts, and others' not", async () => {
    periods("ORPHAN_SEC=0 TICK_SEC=0.2 VIEW_SEC=1");
    sandbox.mesosRuns(
      { id: TASK, framework: "orphan", connected: false },
      {
        id: "web-1-20260101000000",
        framework: "orphan-of-before",
        connected: false,
        state: "TASK_UNREACHABLE",
      },
      { id: "web-2-20260101000000", framework: "of-another", connected: false },
    );
    goesOn();
    const running = start();
    await eventually(() => endedFrameworks().length >= 2);
    expect(launches()).toBe(0);
    sandbox.mesosRuns();
    await eventually(() => launches() === 1);

    process.kill(running.pid, "SIGTERM");
    await running.ended;
    expect(new Set(endedFrameworks())).toEqual(
      new Set(["frameworkId=orphan", "frameworkId=orphan-of-before"]),
    );
  });

  describe("while its task runs", () => {
    let running: Running;

    beforeEach(async () => {
      periods(`${QUICK} ORPHAN_SEC=0 UNLISTED_SEC=1`);
      sandbox.command("systemctl", "");
      goesOn();
      running = start();
      await eventually(() => launches() === 1);
      sandbox.mesosRuns(mine);
    });

    it("goes on as long as the leader knows it", async () => {
      await eventually(() => told() === "go");
      process.kill(running.pid, "SIGTERM");

      expect(await running.ended).toMatchObject({ code: 143, stderr: "" });
    });

    it("ends those too that a new leader hears of later, when their agents are back", async () => {
      sandbox.mesosRuns(mine, { id: TASK, framework: "orphan", connected: false });
      await eventually(() => endedFrameworks().includes("frameworkId=orphan"));
      process.kill(running.pid, "SIGTERM");

      expect((await running.ended).stderr).toContain(
        `run-task: ending framework orphan, which runs ${TASK}\n`,
      );
    });

    it("starts again when the leader does not know it for long", async () => {
      sandbox.mesosRuns();

      expect(await running.ended).toMatchObject({
        code: 75,
        stdout: expect.stringContaining("the leading master has not known the task for 1s; starting again\n"),
      });
    });

    it("goes on while no master answers", async () => {
      sandbox.command("curl", "exit 7");
      await eventually(() => told() === "wait no leading master answers");
      await new Promise((resolve) => setTimeout(resolve, 1500));
      process.kill(running.pid, "SIGTERM");

      expect(await running.ended).toMatchObject({ code: 143 });
    });

    it("yields to another that runs the same", async () => {
      sandbox.mesosRuns(mine, { id: TASK, hash: "mine", framework: "0-earlier" });

      expect(await running.ended).toMatchObject({
        code: 75,
        stdout: expect.stringContaining(`yield framework 0-earlier runs ${TASK}; starting again\n`),
      });
    });

    it("retires when what is wanted instead serves: it leaves nothing behind", async () => {
      const next = "web-1-20260301000000";
      want(next, "next");
      sandbox.mesosRuns(mine, { id: next, hash: "next", state: "TASK_STARTING" });
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(existsSync(join(root, `tasks/${TASK}.json`))).toBe(true);

      sandbox.mesosRuns(mine, { id: next, hash: "next" });
      expect(await running.ended).toMatchObject({ code: 0 });
      expect(sandbox.calls("systemctl")).toEqual([
        ["--quiet", "--no-block", "disable", "--now", `mesos-task@${TASK}.service`],
      ]);
      expect(existsSync(join(root, `tasks/${TASK}.json`))).toBe(false);
      expect(existsSync(sandbox.path(`run/${TASK}`))).toBe(false);
      expect(sandbox.read("launcher/tasks/web-1.wanted")).toContain(next);
    });

    it("retires, and no longer wants it, when another host was told of something newer", async () => {
      sandbox.mesosRuns(mine, { id: "web-1-20260301000000", hash: "next" });

      expect(await running.ended).toMatchObject({ code: 0 });
      expect(existsSync(join(root, "tasks/web-1.wanted"))).toBe(false);
    });

    it("does not retire while a deploy changes the service", async () => {
      const lock = sandbox.path("run/web.service.lock");
      const deploy = sandbox.start(
        sandbox.write("hold", `exec 9>'${lock}'; flock 9; touch '${sandbox.path("held")}'; sleep 2`),
        [],
      );
      await eventually(() => existsSync(sandbox.path("held")));
      sandbox.mesosRuns(mine, { id: "web-1-20260301000000", hash: "next" });
      await eventually(() => told().startsWith("retire"));
      expect(existsSync(join(root, `tasks/${TASK}.json`))).toBe(true);

      await deploy.ended;
      expect(await running.ended).toMatchObject({ code: 0 });
    });
  });

  describe("after quick failures", () => {
    const rest = () => Number(sandbox.read(`run/${TASK}/rest`).split(" ")[0]) - Math.floor(Date.now() / 1000);

    it.each([
      [0, 10],
      [1, 20],
      [4, 160],
      [5, 300],
      [99, 300],
    ])("in a row, %i before, rests for %i s, and says so", async (before, seconds) => {
      sandbox.write(`run/${TASK}/rest`, `0 ${before}\n`);
      mesosExecute(FAILED, "exit 0");
      const { stdout } = await run();

      expect(stdout).toContain(`quick failures in a row: ${before + 1}; the next try is in ${seconds}s\n`);
      expect(rest()).toBeGreaterThan(seconds - 10);
      expect(rest()).toBeLessThanOrEqual(seconds);
    });

    it("does not try before the rest is over", async () => {
      periods(QUICK);
      sandbox.write(`run/${TASK}/rest`, `${Math.floor(Date.now() / 1000) + 600} 1\n`);
      goesOn();
      const running = start();
      await eventually(() => existsSync(sandbox.path(`run/${TASK}/decision`)));
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(launches()).toBe(0);

      sandbox.write(`run/${TASK}/rest`, "1 1\n");
      await eventually(() => launches() === 1);
      process.kill(running.pid, "SIGTERM");
      await running.ended;
    });

    it("counts anew once a task ran for long", async () => {
      periods("STEADY_SEC=1");
      sandbox.write(`run/${TASK}/rest`, "0 7\n");
      mesosExecute(STARTED, "sleep 1.2; exit 0");

      expect((await run()).stdout).not.toContain("quick failures");
      expect(existsSync(sandbox.path(`run/${TASK}/rest`))).toBe(false);
    });

    it("does not count that there was no offer", async () => {
      periods("OFFER_SEC=1");
      mesosExecute(STARTED.slice(0, 1), "exec sleep 600");
      await run();

      expect(existsSync(sandbox.path(`run/${TASK}/rest`))).toBe(false);
    });
  });

  it("takes its unit away where the task has no definition, as when the power was lost meanwhile", async () => {
    mesosExecute(STARTED, "exit 0");
    sandbox.command("systemctl", "");

    expect(await sandbox.run(join(root, "bin/run-task"), ["web-7-20260101000000"])).toEqual({
      code: 78,
      stdout: "",
      stderr: "run-task: web-7-20260101000000 has no definition here\n",
    });
    expect(launches()).toBe(0);
    expect(sandbox.calls("systemctl")).toEqual([
      ["--quiet", "--no-block", "disable", "--now", "mesos-task@web-7-20260101000000.service"],
    ]);
  });

  test.each(["../web", "Web", "", "web.", "a/b", "-web", "web-"])("refuses the name %j", async (name) => {
    mesosExecute(STARTED, "exit 0");

    expect(await sandbox.run(join(root, "bin/run-task"), [name])).toEqual({
      code: 1,
      stdout: "",
      stderr: `run-task: a task's name is a DNS label, got '${name}'\n`,
    });
    expect(sandbox.calls("mesos-execute")).toEqual([]);
  });

  it("says how it is used", async () => {
    expect(await sandbox.run(join(root, "bin/run-task"), [])).toEqual({
      code: 2,
      stdout: "",
      stderr: "usage: run-task TASK\n",
    });
  });
});

/** Whether a process runs; one that ended and was not waited for does not. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
