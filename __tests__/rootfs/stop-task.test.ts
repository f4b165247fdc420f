import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

import { Sandbox } from "./sandbox";

const UNIT = "mesos-task@web.service";

describe("stop-task", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
    sandbox.relocate("launcher/bin/stop-task", "/etc/systemd/system");
    sandbox.write("etc/systemd/system/mesos-task@.service", "");
    sandbox.write("launcher/tasks/web.json", "{}");
    sandbox.write("run/web/updates", "");
    sandbox.command("systemctl", "");
  });

  afterEach(() => sandbox.remove());

  const stop = (...args: string[]) => sandbox.run(join(root, "bin/stop-task"), args);
  const left = () => ["launcher/tasks/web.json", "run/web"].filter((path) => existsSync(sandbox.path(path)));

  it("stops the unit, has systemd forget that it failed, and removes the task's files", async () => {
    expect(await stop("web")).toEqual({ code: 0, stdout: "", stderr: "stop-task: web is stopped\n" });

    expect(sandbox.calls("systemctl")).toEqual([
      ["--quiet", "disable", "--now", UNIT],
      ["reset-failed", UNIT],
    ]);
    expect(left()).toEqual([]);
  });

  it("does not mind a unit that never failed", async () => {
    sandbox.command("systemctl", '[[ $1 != reset-failed ]] || { echo "not loaded" >&2; exit 1; }');

    expect(await stop("web")).toEqual({ code: 0, stdout: "", stderr: "stop-task: web is stopped\n" });
    expect(left()).toEqual([]);
  });

  it("fails when the unit cannot be stopped, and still knows the task", async () => {
    sandbox.command("systemctl", '[[ $* != *disable* ]] || { echo "timed out" >&2; exit 5; }');

    expect(await stop("web")).toEqual({ code: 5, stdout: "", stderr: "timed out\n" });
    expect(left()).toEqual(["launcher/tasks/web.json", "run/web"]);
  });

  it("asks nothing of a systemd that has no such units", async () => {
    rmSync(sandbox.path("etc"), { recursive: true });

    expect((await stop("web")).code).toBe(0);
    expect(sandbox.calls("systemctl")).toEqual([]);
    expect(left()).toEqual([]);
  });

  it("stops several at once", async () => {
    expect((await stop("web", "db")).stderr).toBe("stop-task: web is stopped\nstop-task: db is stopped\n");

    expect(sandbox.calls("systemctl")[0]).toEqual([
      "--quiet",
      "disable",
      "--now",
      UNIT,
      "mesos-task@db.service",
    ]);
    expect(left()).toEqual([]);
  });

  it("stops none when one has no name", async () => {
    expect((await stop("web", "../db")).code).toBe(1);
    expect(sandbox.calls("systemctl")).toEqual([]);
  });

  it("says how it is used", async () => {
    expect(await stop()).toMatchObject({ code: 2, stderr: "usage: stop-task TASK...\n" });
  });
});
