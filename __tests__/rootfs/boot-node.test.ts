import { existsSync } from "node:fs";

import { NodeSandbox } from "./node-sandbox";

const STATE = "var/lib/cdktf-mesos";
const STEPS = ["check-image", "install-node", "configure-node"];

describe("boot-node", () => {
  let sandbox: NodeSandbox;

  beforeEach(() => {
    sandbox = new NodeSandbox("agent");
    sandbox.settings();
    for (const name of STEPS) step(name, `echo ${name} >>'${sandbox.path("order")}'`);
    for (const name of ["docker", "weaveImages", "weave", "mesosDns", "mesos"])
      sandbox.write(`${STATE}/artifacts/${name}`, "onImage\n");
  });

  afterEach(() => sandbox.remove());

  function step(name: string, body: string): void {
    sandbox.program(`opt/cdktf-mesos/bin/${name}`, body);
  }

  function verdict(): { ok: boolean; generation: string; checks: Record<string, string>[] } {
    return JSON.parse(sandbox.read(`${STATE}/verdict.json`));
  }

  it("takes the steps in order, and ends in a verdict that waits for the secrets", async () => {
    const { code, stdout } = await sandbox.node("boot-node");

    expect(code).toBe(0);
    expect(sandbox.read("order")).toBe("check-image\ninstall-node\nconfigure-node\n");
    expect(stdout.split("\n").map((line) => line.replace(/ +/g, " "))).toEqual([
      "ok settings agent of demo, generation 0123456789ab",
      "ok check-image went well",
      "ok install-node went well",
      "ok configure-node went well",
      "ok artifacts docker by onImage;weaveImages by onImage;weave by onImage;mesosDns by onImage;mesos by onImage",
      "waiting secrets not handed over yet; Terraform does it, by join-node",
      "",
    ]);
    expect(verdict()).toMatchObject({ ok: false, generation: "0123456789ab" });
    expect(sandbox.calls("systemctl")).toEqual([]);
  });

  it("ends at a step that fails, with its last words, whatever they hold", async () => {
    step(
      "install-node",
      String.raw`echo some log >&2; printf 'install-node: cannot: "a\\b"\tc\n' >&2; exit 1`,
    );

    const { code, stderr, stdout } = await sandbox.node("boot-node");

    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toContain("some log\n");
    expect(sandbox.read("order")).toBe("check-image\n");
    expect(verdict()).toEqual({
      generation: "0123456789ab",
      ok: false,
      checks: expect.arrayContaining([
        { name: "install-node", outcome: "failed", detail: String.raw`cannot: "a\b" c` },
        { name: "configure-node", outcome: "waiting", detail: "not done yet" },
      ]),
    });
  });

  it("tells of a step that ends without a word", async () => {
    step("check-image", "exit 7");

    await sandbox.node("boot-node");

    expect(verdict().checks).toContainEqual({
      name: "check-image",
      outcome: "failed",
      detail: "ended with exit code 7",
    });
  });

  it("says that the disk is full, which programs seldom do, and has room left to say it", async () => {
    const reserve = sandbox.path(STATE, "reserve");
    step(
      "install-node",
      `stat --format='%s bytes' '${reserve}'; echo 'install-node: dpkg failed' >&2; exit 1`,
    );
    sandbox.command("df", "echo Avail; echo 12");
    sandbox.command("apt-get", "");

    const { stdout } = await sandbox.node("boot-node");

    expect(stdout).toContain("131072 bytes\n");
    expect(existsSync(reserve)).toBe(false);
    expect(sandbox.calls("apt-get")).toEqual([["clean"]]);
    expect(JSON.parse(sandbox.machineWords(JSON.stringify(verdict().checks)))).toContainEqual({
      name: "install-node",
      outcome: "failed",
      detail:
        "/var has only 12 MiB left; take a larger volume, or remove what fills it and run boot-node again: " +
        "install-node: dpkg failed",
    });
  });

  it("begins also where there is no room at all, so that its first step says so", async () => {
    sandbox.command("head", "exit 1");
    step("check-image", "echo '/var must have 8192 MiB free, got 0' >&2; exit 1");

    expect((await sandbox.node("boot-node")).code).toBe(1);
    expect(verdict().checks).toContainEqual({
      name: "check-image",
      outcome: "failed",
      detail: "/var must have 8192 MiB free, got 0",
    });
  });

  it("fails where no verdict could be written", async () => {
    sandbox.program("opt/cdktf-mesos/bin/node-status", "exit 1");

    expect((await sandbox.node("boot-node")).code).toBe(1);
  });

  it("forgets a failure once the step goes well", async () => {
    step("check-image", "exit 7");
    await sandbox.node("boot-node");
    step("check-image", "");

    expect((await sandbox.node("boot-node")).code).toBe(0);
    expect(verdict().checks).toContainEqual({ name: "check-image", outcome: "ok", detail: "went well" });
  });

  it("forgets that later steps went well when one fails", async () => {
    await sandbox.node("boot-node");
    step("install-node", "exit 1");
    await sandbox.node("boot-node");

    expect(verdict().checks).toContainEqual({
      name: "configure-node",
      outcome: "waiting",
      detail: "not done yet",
    });
  });

  it("writes nothing when run again", async () => {
    await sandbox.node("boot-node");
    const before = sandbox.snapshot("etc", "opt", STATE);

    await sandbox.node("boot-node");

    expect(sandbox.snapshot("etc", "opt", STATE)).toEqual(before);
  });

  it("starts the services of a node that has its secrets", async () => {
    sandbox.write("etc/cdktf-mesos/secrets/joined", "");
    sandbox.command("curl", "exit 7");

    await sandbox.node("boot-node");

    expect(sandbox.calls("systemctl")[0]).toEqual(["start", "--no-block", "cdktf-mesos.target"]);
  });

  it("starts nothing after a step that failed", async () => {
    sandbox.write("etc/cdktf-mesos/secrets/joined", "");
    sandbox.command("curl", "exit 7");
    step("configure-node", "exit 1");

    await sandbox.node("boot-node");

    expect(sandbox.calls("systemctl").filter(([command]) => command === "start")).toEqual([]);
  });

  it("has a verdict where jq is not installed", async () => {
    sandbox.command("jq", "exit 127");
    step("install-node", "exit 1");

    expect((await sandbox.node("boot-node")).code).toBe(1);
    expect(sandbox.calls("jq")).toEqual([]);
    expect(verdict().ok).toBe(false);
  });
});
