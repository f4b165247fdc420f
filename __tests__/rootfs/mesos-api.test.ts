import { readFileSync } from "node:fs";

import { MESOS_MASTER_PORT } from "../../lib/mesos/ports";
import { Sandbox, shipped } from "./sandbox";

describe("the launcher's questions to Mesos", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
  });

  afterEach(() => sandbox.remove());

  function call(expression: string) {
    const script = sandbox.write(
      "call",
      `set -euo pipefail\nsource '${root}/lib/launcher.sh'\nsource '${root}/lib/mesos.sh'\n${expression}\n`,
    );
    return sandbox.run(script, []);
  }

  it("go to the port of the table", () => {
    expect(readFileSync(shipped("mesos/launcher/lib/mesos.sh"), "utf8")).toContain(
      `\nMESOS_MASTER_PORT=${MESOS_MASTER_PORT}\n`,
    );
  });

  it.each([
    ["zk://10.0.0.4:2181/mesos", ["10.0.0.4:5050"]],
    [
      "zk://10.0.0.20:2181,10.0.0.36:2181,10.0.0.52:2181/mesos",
      ["10.0.0.20:5050", "10.0.0.36:5050", "10.0.0.4:5050", "10.0.0.52:5050"],
    ],
    ["zk://mesos:se@cret@zoo.internal:2181/a/b", ["10.0.0.4:5050", "zoo.internal:5050"]],
    ["10.0.0.7:15050", ["10.0.0.7:15050"]],
    ["master@10.0.0.7:5050", ["10.0.0.7:5050"]],
  ])("go, for %s, to each host of it and to this one", async (url, masters) => {
    sandbox.write("launcher/etc/master", url);

    expect(await call("mesos_masters")).toEqual({
      code: 0,
      stdout: masters.map((master) => `${master}\n`).join(""),
      stderr: "",
    });
  });

  it("are put to one master after another until one answers, each with a limit", async () => {
    sandbox.write("launcher/etc/master", "zk://10.0.0.20:2181,10.0.0.36:2181/mesos");
    sandbox.command("curl", `[[ $* == *10.0.0.36* ]] && echo '{"answer":1}' || exit 28`);

    expect(await call("mesos_ask /state")).toMatchObject({ code: 0, stdout: '{"answer":1}\n' });
    const limits = ["--connect-timeout", "2", "--max-time", "5"];
    expect(sandbox.calls("curl")).toEqual(
      ["10.0.0.20", "10.0.0.36"].map((host) => [
        "--fail",
        "--silent",
        "--location-trusted",
        ...limits,
        `http://${host}:5050/state`,
      ]),
    );
  });

  it("give name and password where there are some, in a file", async () => {
    const config = sandbox.write("secrets/curl", 'user = "operator:secret"\n');
    sandbox.command("curl", "echo {}");
    await call("mesos_ask /state; mesos_read http://10.0.1.5:5051/files/read .");

    const calls = sandbox.calls("curl").map((args) => args.slice(args.indexOf("--config"), -1));
    expect(calls).toEqual([
      ["--config", config],
      ["--config", config],
    ]);
  });

  it("fail when no master answers", async () => {
    expect(await call("mesos_ask /state")).toMatchObject({ code: 1, stdout: "" });
  });
});
