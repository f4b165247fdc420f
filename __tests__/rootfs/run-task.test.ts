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
    sandbox.command("ip", "echo '192.0.2.1 via 10.0.0.1 dev ens5 src 10.0.0.4 uid 0 \\    cache'");
  });

  afterEach(() => sandbox.remove());

  function mesosExecute(lines: string[], end: string): void {
    const path = sandbox.write("lines", lines.map((line) => `${line}\n`).join(""));
    sandbox.command("mesos-execute", `cat '${path}'\n${end}`);
  }

  function run(env: Record<string, string> = {}) {
    return sandbox.run(join(root, "bin/run-task"), ["web"], env);
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

  it("ends for a new try when no sufficient offer comes", async () => {
    const path = join(root, "bin/run-task");
    const patient = readFileSync(path, "utf8");
    writeFileSync(path, patient.replace("OFFER_TIMEOUT_SEC=120\n", "OFFER_TIMEOUT_SEC=1\n"));
    mesosExecute(STARTED.slice(0, 1), `echo $$ >'${sandbox.path("pid")}'; exec sleep 600`);

    const { code, stdout } = await run();

    expect([code, stdout]).toEqual([
      75,
      expect.stringMatching(/^no sufficient offer within 1s; starting again$/m),
    ]);
    await eventually(() => !isRunning(Number(sandbox.read("pid"))));
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
