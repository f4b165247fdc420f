import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { eventually, Sandbox } from "./sandbox";

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

describe("run-task", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
  });

  afterEach(() => sandbox.remove());

  function mesosExecute(lines: string[], end: string): void {
    const path = sandbox.write("lines", lines.map((line) => `${line}\n`).join(""));
    sandbox.command("mesos-execute", `cat '${path}'\n${end}`);
  }

  function run(env: Record<string, string> = {}) {
    return sandbox.run(join(root, "bin/run-task"), ["web"], env);
  }

  /** Makes a limit of the script one second. */
  function hasten(limit: string): void {
    const path = join(root, "lib/follow.sh");
    const patient = readFileSync(path, "utf8");
    expect(patient).toContain(`\n${limit}\n`);
    writeFileSync(path, patient.replace(`${limit}\n`, `${limit.split("=")[0]}=1\n`));
  }

  /** States in a file, without their times. */
  function states(name: string): string[] {
    const lines = sandbox.read(`run/web/${name}`).trimEnd().split("\n");
    return lines.map((line) => line.replace(/^\d{10} /, ""));
  }

  it("keeps the states that mesos-execute reports, and what it prints", async () => {
    mesosExecute([...STARTED, ...FAILED], "exit 0");

    const { code, stdout } = await run();

    const printed = [...STARTED, ...FAILED, "mesos-execute ended with exit code 0"]
      .map((line) => `${line}\n`)
      .join("");
    expect([code, stdout]).toEqual([0, printed]);
    expect(sandbox.read("run/web/output")).toBe(printed);
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
        `--task=file://${root}/tasks/web.json`,
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
      stdout: "Failed to subscribe\nmesos-execute ended with exit code 3\n",
    });
    expect(states("updates")).toEqual(["ENDED"]);
  });

  it("forgets the states of an earlier process, and keeps their history", async () => {
    mesosExecute(FAILED, "exit 0");
    await run();
    mesosExecute(STARTED, "exit 0");
    await run();

    expect(states("updates")).toEqual(["TASK_STARTING", "TASK_RUNNING", "ENDED"]);
    expect(states("history")).toEqual(expect.arrayContaining(["TASK_FAILED", "TASK_RUNNING"]));
    expect(sandbox.read("run/web/output")).not.toContain("TASK_FAILED");
  });

  it("ends mesos-execute when it is told to stop", async () => {
    mesosExecute(STARTED, `echo $$ >'${sandbox.path("pid")}'; exec sleep 600`);
    const running = sandbox.start(join(root, "bin/run-task"), ["web"]);
    await eventually(() => existsSync(sandbox.path("pid")) && sandbox.read("pid").endsWith("\n"));
    await eventually(() => states("updates").includes("TASK_RUNNING"));

    process.kill(running.pid, "SIGTERM");

    expect((await running.ended).code).toBe(143);
    await eventually(() => !isRunning(Number(sandbox.read("pid"))));
  });

  it.each([
    ["leading master", "MASTER_TIMEOUT_SEC=45", []],
    ["sufficient offer", "OFFER_TIMEOUT_SEC=10", STARTED.slice(0, 1)],
  ])("ends for a new try when there is no %s", async (what, limit, printed) => {
    hasten(limit);
    mesosExecute(printed, `echo $$ >'${sandbox.path("pid")}'; exec sleep 600`);

    const { code, stdout } = await run();

    expect([code, stdout]).toEqual([75, [...printed, `no ${what} within 1s; starting again`, ""].join("\n")]);
    await eventually(() => !isRunning(Number(sandbox.read("pid"))));
  });

  it("waits for no offer once its task is submitted, also when it subscribes again", async () => {
    hasten("OFFER_TIMEOUT_SEC=10");
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
    mesosExecute([...STARTED, ...found("0"), ...found("1"), ...found(said)], "exit 0");
    await run();
    expect(sandbox.read("run/web/health")).toBe(`${kept}\n`);

    mesosExecute(STARTED, "exit 0");
    await run();
    expect(existsSync(sandbox.path("run/web/health"))).toBe(false);
  });

  it("tells systemd not to try again when Mesos refuses the definition", async () => {
    mesosExecute(["Received status update TASK_ERROR for task 'web'"], "exit 0");

    const [{ code }, unit] = [await run(), readFileSync(join(root, "systemd/mesos-task@.service"), "utf8")];

    expect(states("updates")).toEqual(["TASK_ERROR", "ENDED"]);
    expect(unit).toContain(`\nRestartPreventExitStatus=${code}\n`);
  });

  it("keeps where the sandbox of the last launched task is", async () => {
    mesosExecute(STARTED, "exit 0");
    await run();
    mesosExecute(["Subscribed with ID another"], "exit 1");
    await run();

    expect(sandbox.read("run/web/sandbox")).toBe(
      "1df88287-5815-4c37-8c09-10920727864d-0003 1df88287-5815-4c37-8c09-10920727864d-S0\n",
    );
  });

  it("keeps the end of a long history", async () => {
    mesosExecute(STARTED, "exit 0");
    sandbox.write(
      "run/web/history",
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
        task=\${2%.json}
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
      Promise.all(names.map((name) => sandbox.run(join(root, "bin/run-task"), [name])));

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
      hasten("OFFER_TIMEOUT_SEC=10");
      noting("[[ $task != */big ]] || exec sleep 600");
      const [big, small] = await runAll("big", "small");

      expect([big?.code, small?.code]).toEqual([75, 0]);
    });
  });

  describe("before it starts mesos-execute", () => {
    const FRAMEWORKS = [
      { id: "mine-and-connected", connected: true, tasks: [{ id: "web" }] },
      { id: "orphan", connected: false, tasks: [{ id: "web" }], unreachable_tasks: [] },
      { id: "orphan-unreachable", connected: false, tasks: [], unreachable_tasks: [{ id: "web" }] },
      { id: "of-another", connected: false, tasks: [{ id: "web-2" }] },
    ];

    it("ends frameworks that run the task and whose process is gone", async () => {
      mesosExecute(STARTED, "exit 0");
      sandbox.command("curl", `[[ $* != */state ]] || echo '${JSON.stringify({ frameworks: FRAMEWORKS })}'`);

      const { code, stderr } = await run();

      const posted = sandbox.calls("curl").filter((call) => call.at(-1)?.endsWith("/teardown"));
      expect(posted.map((call) => call.filter((word) => word.startsWith("frameworkId=")))).toEqual([
        ["frameworkId=orphan"],
        ["frameworkId=orphan-unreachable"],
      ]);
      expect(posted.every((call) => call.at(-1) === "http://10.0.0.4:5050/teardown")).toBe(true);
      expect(code).toBe(0);
      expect(stderr).toBe(
        ["orphan", "orphan-unreachable"]
          .map((id) => `run-task: ending framework ${id}, which runs web and whose mesos-execute is gone\n`)
          .join(""),
      );
    });

    it("ends those too that a new leader hears of later, when their agents are back", async () => {
      const path = join(root, "lib/follow.sh");
      writeFileSync(
        path,
        readFileSync(path, "utf8").replace("ORPHAN_LOOKS_SEC=(15 75)", "ORPHAN_LOOKS_SEC=(1 2)"),
      );
      mesosExecute(STARTED, "sleep 4");
      const heard = JSON.stringify({ frameworks: FRAMEWORKS.slice(1, 2) });
      sandbox.command(
        "curl",
        `[[ $* == */state ]] || exit 0
        [[ -e '${sandbox.path("asked")}' ]] && echo '${heard}' || echo '{"frameworks":[]}'
        touch '${sandbox.path("asked")}'`,
      );

      expect(await run()).toMatchObject({ code: 0 });
      const posted = sandbox.calls("curl").filter((call) => call.at(-1)?.endsWith("/teardown"));
      expect(posted).toHaveLength(2);
    });

    it("says so when no master answers, and starts", async () => {
      mesosExecute(STARTED, "exit 0");

      expect(await run()).toMatchObject({
        code: 0,
        stderr: "run-task: no master answers, so nobody knows whether web still runs unattended\n",
      });
    });

    it("says so when one cannot be ended, and starts", async () => {
      mesosExecute(STARTED, "exit 0");
      const orphan = JSON.stringify({ frameworks: FRAMEWORKS.slice(1, 2) });
      sandbox.command("curl", `[[ $* == */state ]] && echo '${orphan}' || exit 22`);

      expect(await run()).toMatchObject({
        code: 0,
        stderr: expect.stringContaining("run-task: could not end framework orphan\n"),
      });
    });
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
      stderr: "usage: run-task NAME\n",
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
