import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Sandbox } from "./sandbox";

const UNIT = "mesos-task@web.service";

describe("reconcile-task", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
    const path = join(root, "bin/reconcile-task");
    writeFileSync(path, readFileSync(path, "utf8").replace("STABLE_SEC=5\n", "STABLE_SEC=0\n"));
  });

  afterEach(() => sandbox.remove());

  /** A systemd in which the task's unit is active or not, and reports a state once it is started. */
  function systemd({ active, reports }: { active: boolean; reports: string }): void {
    const run = sandbox.path("run/web");
    sandbox.command(
      "systemctl",
      `case " $* " in
        *" is-active "*) exit ${active ? 0 : 3} ;;
        *" enable "*)
          mkdir -p '${run}'
          echo '1763870000 ${reports}' | tee -a '${run}/history' >'${run}/updates'
          echo 'the last line' >'${run}/output' ;;
      esac`,
    );
  }

  function reconcile(definition: string, timeout = "60") {
    const upload = sandbox.write("upload.json", definition);
    return sandbox.run(join(root, "bin/reconcile-task"), ["web", upload, timeout]);
  }

  function declared(definition: string, state: string): void {
    sandbox.write("launcher/tasks/web.json", definition);
    sandbox.write("run/web/updates", `1763870000 ${state}\n`);
  }

  /** What systemd was asked to do, without what was only looked at. */
  function actions(): string[] {
    return sandbox
      .calls("systemctl")
      .map((call) => call.filter((word) => word !== "--quiet").join(" "))
      .filter((call) => !call.startsWith("is-active"));
  }

  it("starts a task that is new, and waits until it runs", async () => {
    systemd({ active: false, reports: "TASK_RUNNING" });

    const { code, stdout, stderr } = await reconcile('{"new": true}');

    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toMatch(/^reconcile-task: web is TASK_RUNNING\n/);
    expect(actions()).toEqual([`enable --now ${UNIT}`]);
    expect(sandbox.read("launcher/tasks/web.json")).toBe('{"new": true}');
    expect(statSync(sandbox.path("launcher/tasks/web.json")).mode & 0o777).toBe(0o600);
  });

  it("changes nothing where all is well", async () => {
    systemd({ active: true, reports: "TASK_RUNNING" });
    declared("{}", "TASK_RUNNING");

    expect(await reconcile("{}")).toEqual({
      code: 0,
      stdout: "",
      stderr: "reconcile-task: web runs as declared\n",
    });
    expect(actions()).toEqual([]);
  });

  test.each([
    ["its definition changed", '{"old": true}', "TASK_RUNNING"],
    ["it does not run", "{}", "TASK_FAILED"],
    ["it never reported a state", "{}", ""],
  ])("stops it and starts it anew when %s", async (_, before, state) => {
    systemd({ active: true, reports: "TASK_RUNNING" });
    declared(before, state);

    expect((await reconcile("{}")).code).toBe(0);
    expect(actions()).toEqual([`stop ${UNIT}`, `enable --now ${UNIT}`]);
    expect(sandbox.read("launcher/tasks/web.json")).toBe("{}");
  });

  test.each(["TASK_RUNNING", "TASK_ERROR"])(
    "leaves nothing of the upload behind, also when it ends %s",
    async (reports) => {
      systemd({ active: false, reports });
      await reconcile("{}");

      expect(existsSync(sandbox.path("upload.json"))).toBe(false);
      expect(readdirSync(sandbox.path("run")).sort()).toEqual(["web", "web.lock"]);
    },
  );

  it("fails when another deploy took the upload, and changes nothing", async () => {
    systemd({ active: true, reports: "TASK_RUNNING" });
    const upload = sandbox.path("upload.json");

    expect(await sandbox.run(join(root, "bin/reconcile-task"), ["web", upload, "60"])).toMatchObject({
      code: 1,
      stderr: `reconcile-task: web: ${upload} is gone, another deploy took it; deploy again\n`,
    });
    expect(actions()).toEqual([]);
  });

  it("shows both ends of what mesos-execute printed", async () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`);
    const output = sandbox.write("long output", lines.join(""));
    const run = sandbox.path("run/web");
    sandbox.command(
      "systemctl",
      `[[ $* == *enable* ]] || exit 3
      mkdir -p '${run}'
      echo '1763870000 TASK_ERROR' | tee '${run}/updates' >'${run}/history'
      cp '${output}' '${run}/output'`,
    );

    const shown = [...lines.slice(0, 3), "...\n", ...lines.slice(-14)].map((line) => `  ${line}`).join("");
    expect((await reconcile("{}")).stderr).toContain(
      `last output of mesos-execute for web:\n${shown}what is free`,
    );
  });

  const AGENT = { id: "S0", hostname: "10.0.1.5", pid: "slave(1)@10.0.1.5:5051", active: true };

  it("shows what is free on the agents for a task that was never launched", async () => {
    systemd({ active: false, reports: "TASK_ERROR" });
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
    sandbox.command("curl", `echo '${JSON.stringify({ slaves })}'`);

    expect((await reconcile("{}")).stderr).toContain(
      [
        "what is free on the agents:",
        "  10.0.1.5: cpus 0.3, mem 144, ports [80-80, 31000-32000] without [80-80]",
        "  10.0.1.6: cpus 1, mem 64, ports none without none",
        "to see more, on this master: sudo journalctl -u mesos-task@web.service",
        "",
      ].join("\n"),
    );
  });

  it("shows the end of what a launched task wrote to its standard error", async () => {
    const read = "http://10.0.1.5:5051/files/read?path=/frameworks/F-1/executors/web/runs/latest/stderr";
    const run = sandbox.path("run/web");
    sandbox.command(
      "systemctl",
      `[[ $* == *enable* ]] || exit 3
      mkdir -p '${run}'
      echo '1763870000 TASK_ERROR' | tee '${run}/updates' >'${run}/history'
      echo 'F-1 S0' >'${run}/sandbox'`,
    );
    const text = Array.from({ length: 20 }, (_, index) => `error ${index + 1}\n`).join("");
    sandbox.write("tail.json", JSON.stringify({ data: text, offset: 1000 }));
    sandbox.command(
      "curl",
      `case "$*" in
        *"${read}&offset=-1") echo '{"data":"","offset":9000}' ;;
        *"${read}&offset=1000&length=8000") cat '${sandbox.path("tail.json")}' ;;
        *:5050/slaves) echo '${JSON.stringify({ slaves: [AGENT] })}' ;;
        *) exit 22 ;;
      esac`,
    );

    const shown = Array.from({ length: 15 }, (_, index) => `  error ${index + 6}\n`).join("");
    expect((await reconcile("{}")).stderr).toContain(
      `end of what web wrote to its standard error:\n${shown}to see more`,
    );
  });

  it("fails at once when Mesos refuses the definition, with what was reported", async () => {
    systemd({ active: false, reports: "TASK_ERROR" });

    const { code, stderr } = await reconcile("{}", "600");

    expect(code).toBe(1);
    expect(stderr).toContain("last states of web:\n  1763870000 TASK_ERROR\n");
    expect(stderr).toContain("last output of mesos-execute for web:\n  the last line\n");
    expect(stderr).toMatch(
      /^reconcile-task: web: Mesos refuses the definition \(TASK_ERROR\); correct the task and deploy again$/m,
    );
  });

  test.each([
    ["TASK_STARTING", "TASK_STARTING"],
    ["", "without an offer"],
  ])("fails when the task is still %j at the end of its time", async (state, told) => {
    systemd({ active: false, reports: state });
    if (state === "") sandbox.command("systemctl", "exit 0");

    const { code, stderr } = await reconcile("{}", "1");

    expect(code).toBe(1);
    expect(stderr).toContain(`reconcile-task: web is ${told} after 1s, wanted TASK_RUNNING for 0s\n`);
  });

  describe("of a task with a health check", () => {
    const CHECKED = '{"health_check": {"type": "TCP"}}';
    const health = (found: string) => sandbox.write("run/web/health", found);

    it("changes nothing where it runs and is healthy", async () => {
      systemd({ active: true, reports: "TASK_RUNNING" });
      declared(CHECKED, "TASK_RUNNING");
      health("healthy\n");

      expect((await reconcile(CHECKED)).stderr).toBe("reconcile-task: web runs as declared\n");
    });

    it.each(["", "sick\n"])("starts it anew where its health is %j", async (found) => {
      const run = sandbox.path("run/web");
      sandbox.command(
        "systemctl",
        `[[ $* != *enable* ]] || { mkdir -p '${run}'; echo '1 TASK_RUNNING' >'${run}/updates'; echo healthy >'${run}/health'; }`,
      );
      declared(CHECKED, "TASK_RUNNING");
      health(found);

      expect((await reconcile(CHECKED)).code).toBe(0);
      expect(actions()).toEqual([`stop ${UNIT}`, `enable --now ${UNIT}`]);
    });

    it("fails when it runs and is not healthy in time", async () => {
      systemd({ active: false, reports: "TASK_RUNNING" });

      const { code, stderr } = await reconcile(CHECKED, "1");

      expect(code).toBe(1);
      expect(stderr).toContain("web is TASK_RUNNING after 1s, wanted TASK_RUNNING and healthy for 0s\n");
    });
  });

  it("fails when systemd cannot start the unit", async () => {
    sandbox.command("systemctl", '[[ $* != *enable* ]] || { echo "no such unit" >&2; exit 5; }');

    expect(await reconcile("{}")).toMatchObject({ code: 5, stderr: expect.stringContaining("no such unit") });
  });

  it("refuses a name that is none", async () => {
    expect(await sandbox.run(join(root, "bin/reconcile-task"), ["../web", "/x", "1"])).toMatchObject({
      code: 1,
      stderr: "reconcile-task: a task's name is a DNS label, got '../web'\n",
    });
  });

  it("says how it is used", async () => {
    expect(await sandbox.run(join(root, "bin/reconcile-task"), ["web"])).toMatchObject({
      code: 2,
      stderr: "usage: reconcile-task NAME DEFINITION TIMEOUT_SEC\n",
    });
  });
});
