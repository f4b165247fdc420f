import { symlinkSync } from "node:fs";
import { join } from "node:path";

import { Sandbox } from "./sandbox";

describe("install-launcher", () => {
  let sandbox: Sandbox;

  beforeEach(() => (sandbox = new Sandbox()));
  afterEach(() => sandbox.remove());

  it("names everything the host lacks, before it changes anything", async () => {
    const root = sandbox.launcher();
    symlinkSync("/usr/bin/dirname", sandbox.path("bin/dirname"));
    for (const command of ["curl", "flock", "install", "sed", "systemctl"])
      sandbox.command(command, "exit 9");

    const run = sandbox.start(join(root, "bin/install-launcher"), [sandbox.path("opt")], {
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

  it("says how it is used", async () => {
    expect(await sandbox.run(join(sandbox.launcher(), "bin/install-launcher"), [])).toMatchObject({
      code: 2,
      stderr: "usage: install-launcher DIRECTORY\n",
    });
  });
});
