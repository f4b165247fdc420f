import { join } from "node:path";

import { Sandbox } from "./sandbox";

describe("if-leading", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
    sandbox.write("launcher/bin/script", '#!/bin/bash\necho "ran with $*"; exit 3', 0o755);
  });
  afterEach(() => sandbox.remove());

  const run = (...args: string[]) => sandbox.run(join(root, "bin/if-leading"), args);

  it("runs the script on the master that leads, and ends as it does", async () => {
    sandbox.mesosRuns();

    expect(await run("script", "a", "b c")).toEqual({ code: 3, stdout: "ran with a b c\n", stderr: "" });
  });

  it("does nothing on another", async () => {
    sandbox.mesosRuns();
    sandbox.command("ip", "echo '192.0.2.1 via 10.0.0.1 dev ens5 src 10.0.0.5 uid 0 \\    cache'");

    expect(await run("script")).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("does nothing while none leads", async () => {
    expect(await run("script")).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("says how it is used", async () => {
    expect(await run()).toMatchObject({ code: 2, stderr: "usage: if-leading SCRIPT [ARGUMENT...]\n" });
  });
});
