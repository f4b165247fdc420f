import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { Sandbox, type SeenTask } from "./sandbox";

const [OLD, NEW] = ["web-1-20260101000000", "web-1-20260201000000"];

describe("stop-service", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
    sandbox.relocate("launcher/bin/stop-task", "/etc/systemd/system");
    sandbox.write("etc/systemd/system/mesos-task@.service", "");
    sandbox.command("systemctl", "");
    sandbox.command("sleep", "");
    sandbox.mesosRuns();
  });

  afterEach(() => sandbox.remove());

  function define(...tasks: string[]): void {
    for (const task of tasks) sandbox.write(`launcher/tasks/${task}.json`, "{}");
    sandbox.write("launcher/tasks/web-1.wanted", `${NEW} hash 20260201000000\n`);
  }

  const stop = (...args: string[]) => sandbox.run(join(root, "bin/stop-service"), args);
  const files = () => readdirSync(join(root, "tasks")).sort();
  const posts = () => sandbox.calls("curl").filter((call) => call.at(-1)?.endsWith("/teardown") === true);
  const ended = () => posts().map((call) => call.find((word) => word.startsWith("frameworkId=")));

  /** Has the leader know tasks until a framework of them was torn down so often. */
  function runsUntilEnded(...tasks: SeenTask[]): void {
    sandbox.mesosRuns(...tasks);
    const answer = sandbox.read("bin/curl").split("\n").slice(2).join("\n");
    const log = sandbox.path("curl.calls");
    sandbox.command(
      "curl",
      `if [[ $* == */state ]] && grep -q teardown '${log}'; then
        echo '{"leader":"master@10.0.0.4:5050","frameworks":[]}'; exit
      fi
      ${answer}`,
    );
  }

  it("stops every task that is here of its copies, and forgets what was wanted", async () => {
    define(OLD, NEW, "web-12-20260101000000");
    expect(await stop("web")).toMatchObject({ code: 0, stdout: "" });

    expect(sandbox.calls("systemctl")[0]).toEqual([
      ...["--quiet", "disable", "--now"],
      ...[OLD, NEW, "web-12-20260101000000"].map((task) => `mesos-task@${task}.service`),
    ]);
    expect(files()).toEqual([]);
    expect(posts()).toEqual([]);
  });

  it("stops no other service whose name looks like a copy's", async () => {
    define("web-1-1-20260101000000", "webs-1-20260101000000");
    sandbox.write("launcher/tasks/web-1-1.wanted", "");
    sandbox.mesosRuns({ id: "web-1-1-20260101000000" }, { id: "other-web-1-20260101000000" });
    expect((await stop("web")).code).toBe(0);

    expect(files()).toEqual(["web-1-1-20260101000000.json", "web-1-1.wanted", "webs-1-20260101000000.json"]);
    expect(posts()).toEqual([]);
  });

  it("gives what was just stopped a moment to be gone", async () => {
    define(NEW);
    sandbox.mesosRuns({ id: NEW });
    const known = sandbox.read("bin/curl").split("\n").slice(2).join("\n");
    const asked = sandbox.path("asked");
    sandbox.command(
      "curl",
      `if [[ -e '${asked}' ]]; then echo '{"leader":"master@10.0.0.4:5050","frameworks":[]}'; exit; fi; touch '${asked}'\n${known}`,
    );

    expect((await stop("web")).code).toBe(0);
    expect(posts()).toEqual([]);
  });

  it("ends, through the leader, what other masters run of it or nobody does", async () => {
    runsUntilEnded(
      { id: NEW, framework: "F-elsewhere" },
      { id: OLD, framework: "F-orphan", connected: false },
      { id: "web-2-20260101000000", framework: "F-second" },
    );

    expect((await stop("web")).code).toBe(0);
    expect(ended()).toEqual(["frameworkId=F-elsewhere", "frameworkId=F-orphan", "frameworkId=F-second"]);
  });

  it("waits for agents that a new leader lacks, and ends what comes back with them", async () => {
    define(NEW);
    runsUntilEnded({ id: NEW, framework: "F-back", connected: false });
    const known = sandbox.read("bin/curl").split("\n").slice(2).join("\n");
    const elected = Math.floor(Date.now() / 1000);
    const lacks = `{"leader":"master@10.0.0.4:5050","elected_time":${elected},"recovered_slaves":[{}],"frameworks":[]}`;
    sandbox.command(
      "curl",
      `if [[ $(grep -c state '${sandbox.path("curl.calls")}') -le 20 ]]; then echo '${lacks}'; exit; fi\n${known}`,
    );

    expect(await stop("web")).toMatchObject({ code: 0 });
    expect(ended()).toEqual(["frameworkId=F-back"]);
  });

  it("waits no longer than agents have to come back", async () => {
    define(NEW);
    sandbox.write("launcher/etc/periods", "SETTLE_SEC=2\n");
    const elected = Math.floor(Date.now() / 1000) + 600;
    sandbox.command(
      "curl",
      `echo '{"leader":"master@10.0.0.4:5050","elected_time":${elected},"recovered_slaves":[{}],"frameworks":[]}'`,
    );

    expect(await stop("web")).toMatchObject({ code: 0, stderr: expect.not.stringContaining("still runs") });
    expect(sandbox.calls("sleep")).toHaveLength(17);
  });

  it("fails when something cannot be ended", async () => {
    sandbox.mesosRuns({ id: NEW, framework: "F-1" }, { id: OLD, framework: "F-2" });

    expect(await stop("web")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/\nstop-service: web still runs, in these frameworks: F-1 F-2\n$/),
    });
  });

  it("fails when no leading master answers, and it was here", async () => {
    define(NEW);
    sandbox.command("curl", "exit 7");

    expect(await stop("web")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        "stop-service: web was stopped here, but no leading master answers that could tell",
      ),
    });
    expect((await stop("web")).code).toBe(1);
    sandbox.mesosRuns();
    expect((await stop("web")).code).toBe(0);
    expect(files()).toEqual([]);
  });

  it("says so when no leading master answers, and nothing of it was ever here", async () => {
    sandbox.command("curl", "exit 7");

    expect(await stop("web")).toEqual({
      code: 0,
      stdout: "",
      stderr:
        "stop-service: web was not here, and no leading master answers that could tell whether it runs\n",
    });
  });

  it("fails when a unit cannot be stopped, and still knows all of them", async () => {
    define(OLD, NEW);
    sandbox.command("systemctl", "[[ $* != *disable* ]] || exit 4");

    expect((await stop("web")).code).toBe(4);
    expect(files()).toEqual([`${OLD}.json`, `${NEW}.json`, "web-1.wanted"]);
    expect(existsSync(sandbox.path("run/view"))).toBe(false);
  });

  it("says how it is used", async () => {
    expect(await stop()).toMatchObject({ code: 2, stderr: "usage: stop-service NAME\n" });
  });
});
