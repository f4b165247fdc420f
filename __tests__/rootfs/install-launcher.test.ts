import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { Sandbox, shipped } from "./sandbox";
import { Turns } from "./turns";

describe("install-launcher", () => {
  let sandbox: Sandbox;

  beforeEach(() => (sandbox = new Sandbox()));
  afterEach(() => sandbox.remove());

  it("names everything the host lacks, before it changes anything", async () => {
    const root = sandbox.launcher();
    symlinkSync("/usr/bin/dirname", sandbox.path("bin/dirname"));
    for (const command of ["curl", "flock", "install", "sed", "systemctl"])
      sandbox.command(command, "exit 9");

    const run = sandbox.start(join(root, "bin/install-launcher"), [sandbox.path("opt"), "1"], {
      PATH: sandbox.path("bin"),
    });

    expect(await run.ended).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "install-launcher: this host lacks: jq mesos-execute; a launcher needs sshd, sudo, systemd, bash 4 or newer, " +
        "curl, jq and mesos-execute\n",
    });
    expect([sandbox.calls("install"), sandbox.calls("systemctl")]).toEqual([[], []]);
  });

  describe("on a host that has all it needs", () => {
    let root: string;

    beforeEach(() => {
      root = sandbox.launcher();
      sandbox.write("launcher/etc/master", "10.0.0.4:5050");
      for (const path of ["/run/", "/etc/systemd/system"]) {
        sandbox.relocate("launcher/bin/install-launcher", path);
        mkdirSync(sandbox.path(path), { recursive: true });
      }
      for (const command of ["mesos-execute", "systemctl"]) sandbox.command(command, "");
    });

    const install = () => sandbox.run(join(root, "bin/install-launcher"), [sandbox.path("opt"), "3"]);

    it("installs the launcher and its unit", async () => {
      expect(await install()).toMatchObject({
        code: 0,
        stderr: `install-launcher: installed in ${sandbox.path("opt")}\n`,
      });
      expect(readdirSync(sandbox.path("opt/bin"))).toEqual(readdirSync(join(root, "bin")));
      expect(readdirSync(sandbox.path("opt/lib"))).toEqual(readdirSync(join(root, "lib")));
      expect(sandbox.read("opt/etc/master")).toBe("10.0.0.4:5050");
      expect(sandbox.read("opt/etc/launchers")).toBe("3\n");
      expect(sandbox.read("etc/systemd/system/mesos-task@.service")).toContain(
        `\nExecStart=${sandbox.path("opt")}/bin/run-task %i\n`,
      );
      expect(sandbox.calls("systemctl")).toEqual([["daemon-reload"]]);
    });

    it("waits for another one that installs, before it touches a file", async () => {
      const turns = new Turns(sandbox);
      turns.noted("install");
      sandbox.command("systemctl", turns.last());

      const both = await Promise.all([install(), install()]);

      expect(both.map(({ code }) => code)).toEqual([0, 0]);
      expect(turns.taken()).toEqual(["install", "begin", "end", "install", "begin", "end"]);
    });
  });

  it("says how it is used", async () => {
    expect(await sandbox.run(join(sandbox.launcher(), "bin/install-launcher"), [])).toMatchObject({
      code: 2,
      stderr: "usage: install-launcher DIRECTORY LAUNCHERS\n",
    });
  });

  it("has a unit that is started again after every end but the refusal of its definition, and ends whole", () => {
    const unit = readFileSync(shipped("mesos/launcher/systemd/mesos-task@.service"), "utf8");
    const settings = unit.split("\n").filter((line) => /^[A-Z]\w+=/.test(line));

    expect(settings).toEqual([
      "Description=Mesos task %i, kept running by mesos-execute",
      "After=network-online.target",
      "Wants=network-online.target",
      "StartLimitIntervalSec=0",
      "ExecStart=@LAUNCHER_ROOT@/bin/run-task %i",
      "Restart=always",
      "RestartSec=10",
      "RestartPreventExitStatus=78",
      "KillMode=control-group",
      "TimeoutStopSec=30",
      "SyslogIdentifier=mesos-task-%i",
      "WantedBy=multi-user.target",
    ]);
  });
});
