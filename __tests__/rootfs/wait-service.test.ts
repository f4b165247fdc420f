import { join } from "node:path";

import { Sandbox, type SeenTask } from "./sandbox";

const TASK = "web-1-20260101000000";
const AGENT = { id: "S0", hostname: "10.0.1.5", pid: "slave(1)@10.0.1.5:5051", active: true };

describe("wait-service", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
    sandbox.write("launcher/tasks/web-1.wanted", `${TASK} hash 20260101000000\n`);
  });

  afterEach(() => sandbox.remove());

  const periods = (text: string) => sandbox.write("launcher/etc/periods", text);
  const wait = (timeout = "60") => sandbox.run(join(root, "bin/wait-service"), ["web", timeout]);
  const running: SeenTask = { id: TASK, hash: "hash" };

  /** What the leading master answers, by the end of what it is asked for. */
  function answers(byEnd: Record<string, unknown>): void {
    const cases = Object.entries(byEnd).map(([end, answer], index) => {
      const file = sandbox.write(`answer-${index}`, JSON.stringify(answer));
      return `*'${end}') cat '${file}' ;;`;
    });
    sandbox.command("curl", `case "$*" in ${cases.join("\n")} *) exit 22 ;; esac`);
  }

  const state = (...frameworks: object[]) => ({
    leader: "master@10.0.0.4:5050",
    elected_time: 1,
    frameworks,
  });

  it("says at once that all is as declared", async () => {
    sandbox.mesosRuns(running);

    expect(await wait()).toEqual({ code: 0, stdout: "", stderr: "wait-service: web-1 runs as declared\n" });
  });

  it("asks again though another has asked a moment ago: what that saw may have been stopped since", async () => {
    const now = Math.floor(Date.now() / 1000);
    sandbox.write("run/view", `view ${now} 10.0.0.4 1 0\ntask ${TASK} F 0 TASK_RUNNING well hash 1\n`);
    sandbox.mesosRuns();

    expect(await wait("0")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("web-1 is not running"),
    });
  });

  it("waits until it has been well for a while, and tells of each change", async () => {
    periods("STABLE_SEC=1");
    const now = Math.floor(Date.now() / 1000);
    sandbox.mesosRuns({ ...running, statuses: [{ timestamp: now + 5 }] });
    const answer = sandbox.read("bin/curl").split("\n").slice(2).join("\n");
    sandbox.command(
      "curl",
      `if [[ ! -e '${sandbox.path("asked")}' ]]; then touch '${sandbox.path("asked")}'; exit 22; fi\n${answer}`,
    );

    expect(await wait()).toEqual({
      code: 0,
      stdout: "",
      stderr: [
        "web-1 is unknown, as no leading master answers",
        "web-1 is TASK_RUNNING",
        "web has been TASK_RUNNING for 1 s",
      ]
        .map((line) => `wait-service: ${line}\n`)
        .join(""),
    });
  });

  it("ends what runs a copy that is not wanted any more and has no launcher, and waits for that", async () => {
    sandbox.mesosRuns(running, { id: "web-2-20260101000000", framework: "F-2", connected: false });

    const { code, stderr } = await wait("1");

    expect(code).toBe(1);
    expect(stderr).toContain("ending framework F-2, which runs web\n");
    expect(stderr).toMatch(
      /wait-service: web: web-2 is still there, and not wanted after 1s, wanted TASK_RUNNING/,
    );
    expect(sandbox.calls("curl")).toContainEqual(expect.arrayContaining(["frameworkId=F-2"]));
  });

  it("fails at once when Mesos refuses the definition, with what was reported here", async () => {
    const history = Array.from({ length: 30 }, (_, index) => `1763870000 TASK_${index + 1}\n`);
    const output = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`);
    sandbox.write(`run/${TASK}/updates`, "1763870000 TASK_ERROR\n1763870001 ENDED\n");
    sandbox.write(`run/${TASK}/history`, history.join(""));
    sandbox.write(`run/${TASK}/output`, output.join(""));
    sandbox.mesosRuns();

    const { code, stderr } = await wait("600");

    const indented = (lines: string[]) => lines.map((line) => `  ${line}`).join("");
    expect(code).toBe(1);
    expect(stderr).toContain(`last states of ${TASK}:\n${indented(history.slice(-12))}last output`);
    expect(stderr).toContain(
      `last output of mesos-execute for ${TASK}:\n` +
        `${indented([...output.slice(0, 3), "...\n", ...output.slice(-14)])}what is free`,
    );
    expect(stderr).toMatch(
      /\nwait-service: web: Mesos refuses the definition \(TASK_ERROR\); correct the task and deploy again\n$/,
    );
  });

  it("shows the last three attempts with their reasons, whoever launched them, and the end of the last one's errors", async () => {
    const attempt = (framework: string, timestamp: number, hash = "hash") => ({
      task_id: { value: TASK },
      framework_id: { value: framework },
      agent_id: { value: "S0" },
      state: "TASK_FAILED",
      labels: { labels: [{ key: "cdktf-mesos:definition", value: hash }] },
      statuses: [
        { state: "TASK_RUNNING", timestamp },
        { state: "TASK_FAILED", reason: `REASON_${framework}`, message: `no ${framework}`, timestamp },
        { state: "TASK_FAILED", reason: "REASON_FRAMEWORK_REMOVED", message: "removed", timestamp },
      ],
    });
    const completed = [attempt("F3", 30), attempt("F1", 10), attempt("F2", 20), attempt("OLD", 40, "other")];
    const read = `/files/read?path=/frameworks/F4/executors/${TASK}/runs/latest/stderr`;
    const text = Array.from({ length: 20 }, (_, index) => `error ${index + 1}\n`).join("");
    answers({
      "5050/state": state(),
      "5050/api/v1": {
        get_tasks: { tasks: [], completed_tasks: completed, unreachable_tasks: [attempt("F4", 35)] },
      },
      "5050/slaves": { slaves: [AGENT] },
      [`${read}&offset=-1`]: { data: "", offset: 9000 },
      [`${read}&offset=1000&length=8000`]: { data: text, offset: 1000 },
    });

    const { code, stderr } = await wait("0");

    const errors = Array.from({ length: 15 }, (_, index) => `  error ${index + 6}\n`).join("");
    const attempts = ["F2", "F3", "F4"].map((name) => `  ${TASK}: TASK_FAILED, REASON_${name}, no ${name}\n`);
    expect(code).toBe(1);
    expect(stderr).toBe(
      [
        "wait-service: web-1 is not running\n",
        "last attempts to run web-1:\n",
        ...attempts,
        "end of what web-1 wrote to its standard error:\n",
        errors,
        `to see more, on the master at 10.0.0.4: sudo journalctl -u mesos-task@${TASK}.service\n`,
        "wait-service: web: web-1 is not running after 0s, wanted TASK_RUNNING and well for 5s\n",
      ].join(""),
    );
  });

  it("shows what is free on the agents for a task that was never launched", async () => {
    const slaves = [
      {
        ...AGENT,
        resources: { cpus: 2, mem: 6144, ports: "[80-80, 31000-32000]" },
        used_resources: { cpus: 1.7000000000000002, mem: 6000, ports: "[80-80]" },
      },
      {
        ...AGENT,
        hostname: "10.0.1.6",
        resources: { cpus: 1, mem: 64 },
        used_resources: { cpus: 0, mem: 0 },
      },
      { ...AGENT, hostname: "10.0.1.7", active: false, resources: {}, used_resources: {} },
    ];
    answers({ "5050/state": state(), "5050/api/v1": { get_tasks: {} }, "5050/slaves": { slaves } });

    expect((await wait("0")).stderr).toContain(
      [
        "last attempts to run web-1:",
        "  (nothing is known)",
        "what is free on the agents:",
        "  10.0.1.5: cpus 0.3, mem 144, ports [80-80, 31000-32000] without [80-80]",
        "  10.0.1.6: cpus 1, mem 64, ports none without none",
        "to see more, ",
      ].join("\n"),
    );
  });

  it("tells of every copy that is not as it should be, and shows the first one", async () => {
    for (const copy of ["web-2", "web-10"]) {
      sandbox.write(`launcher/tasks/${copy}.wanted`, `${copy}-20260101000000 ${copy} 20260101000000\n`);
    }
    sandbox.mesosRuns(running, { id: "web-10-20260101000000", hash: "web-10", state: "TASK_STAGING" });

    const { stderr } = await wait("0");

    expect(stderr).toContain("last attempts to run web-2:\n");
    expect(stderr).not.toContain("last attempts to run web-1");
    expect(stderr).toMatch(/: web: web-2 is not running, web-10 is TASK_STAGING after 0s, wanted /);
  });

  it("says that no leading master answers, where that is why nothing is known", async () => {
    expect((await wait("0")).stderr).toMatch(
      /\nto see more, .*\nwait-service: web: web-1 is unknown, as no leading master answers after 0s, /,
    );
  });

  it("shows a copy also where the leader lacks agents, and tells of both", async () => {
    answers({ "5050/state": { ...state(), elected_time: Date.now() / 1000, recovered_slaves: [AGENT] } });

    expect((await wait("0")).stderr).toMatch(
      /\nlast attempts to run web-1:\n[^]*: web: the leading master lacks 1 agents, [^]*, web-1 is not running after 0s/,
    );
  });

  it("shows what it knows of a service that has just started once more when its time is up", async () => {
    sandbox.mesosRuns({ ...running, statuses: [{ timestamp: Math.floor(Date.now() / 1000) }] });

    const { code, stderr } = await wait("0");

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /\nlast attempts to run web-1:\n[^]*\nto see more, .*\nwait-service: web: it does not stay well after 0s, /,
    );
  });

  it("tells where to look further when only a copy that is not wanted is left", async () => {
    sandbox.mesosRuns(running, { id: "web-2-20260101000000", state: "TASK_KILLING" });

    expect((await wait("0")).stderr).toMatch(
      /\nto see more, .*\nwait-service: web: web-2 is still there, and not wanted after 0s, /,
    );
  });

  it("fails where nothing is wanted of the service", async () => {
    expect(await sandbox.run(join(root, "bin/wait-service"), ["other", "1"])).toMatchObject({
      code: 1,
      stderr: "wait-service: other: nothing is wanted of it here; deploy again\n",
    });
  });

  it("says how it is used", async () => {
    expect(await sandbox.run(join(root, "bin/wait-service"), ["web"])).toMatchObject({
      code: 2,
      stderr: "usage: wait-service NAME TIMEOUT_SEC\n",
    });
  });
});
