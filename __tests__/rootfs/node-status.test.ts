import { NodeSandbox } from "./node-sandbox";

const STATE = "var/lib/cdktf-mesos";

interface Check {
  readonly name: string;
  readonly outcome: string;
  readonly detail: string;
}

describe("node-status", () => {
  let sandbox: NodeSandbox;

  afterEach(() => sandbox.remove());

  /** A node that has joined, whose services answer as they should. */
  function machine(role: "master" | "agent", answers: Record<string, string> = {}): void {
    sandbox = new NodeSandbox(role);
    sandbox.settings();
    for (const step of ["check-image", "install-node", "configure-node"])
      sandbox.write(`${STATE}/steps/${step}`, "");
    sandbox.write(`${STATE}/artifacts/mesos`, "apt https://repo.example.com/Ubuntu aventer-mesos\n");
    for (const name of ["docker", "weave", "weaveImages", role === "master" ? "zooKeeper" : "mesosDns"])
      sandbox.write(`${STATE}/artifacts/${name}`, "onImage\n");
    sandbox.write("etc/cdktf-mesos/secrets/joined", "");
    sandbox.write("etc/cdktf-mesos/secrets/curl", "");
    sandbox.command("systemctl", "echo active");
    sandbox.command("getent", "echo '10.0.0.36 STREAM leader.weave.local'");
    sandbox.command(
      "timeout",
      'if [[ $2 == getent ]]; then exec "${@:2}"; elif [[ $* == *srvr ]]; then echo "Mode: follower"; else exit 1; fi',
    );
    const served: Record<string, string> = {
      "6784/report": `echo '{"Router":{"Connections":[{"State":"established"},{"State":"failed"}]}}'`,
      "/redirect": "printf '307 http://10.0.0.36:5050/'",
      "--write-out*/state": "printf 401",
      "5051/state": `echo '{"id":"S1","master_hostname":"10.0.0.36"}'`,
      ...answers,
    };
    const cases = Object.entries(served).map(([url, body]) => `*${url}) ${body} ;;`);
    sandbox.command("curl", `case "$*" in ${cases.join(" ")} *) exit 7 ;; esac`);
  }

  async function checks(): Promise<Record<string, Omit<Check, "name">>> {
    const { stdout } = await sandbox.node("node-status", "--json");
    const found = JSON.parse(stdout).checks as Check[];
    return Object.fromEntries(found.map(({ name, ...rest }) => [name, rest]));
  }

  it("is content with a master that does its work", async () => {
    machine("master");
    const { code, stdout, stderr } = await sandbox.node("node-status");

    expect([code, stderr]).toEqual([0, ""]);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.replace(/ +/g, " ")),
    ).toEqual([
      "ok settings master of demo, generation 0123456789ab",
      "ok check-image went well",
      "ok install-node went well",
      "ok configure-node went well",
      "ok artifacts docker by onImage;weaveImages by onImage;weave by onImage;zooKeeper by onImage;" +
        "mesos by apt https://repo.example.com/Ubuntu aventer-mesos",
      "ok ensemble no master says otherwise",
      "ok secrets handed over",
      "ok weave connected to 1 peers",
      "ok zookeeper follower",
      "ok mesos-master the leader is 10.0.0.36",
    ]);
  });

  it("is content with an agent that does its work", async () => {
    machine("agent");

    expect((await sandbox.node("node-status")).code).toBe(0);
    expect(await checks()).toMatchObject({
      weave: { outcome: "ok", detail: "connected to 1 peers" },
      "mesos-dns": { outcome: "ok", detail: "leader.weave.local is 10.0.0.36" },
      "mesos-agent": { outcome: "ok", detail: "registered with 10.0.0.36" },
    });
  });

  it("ends an agent's wait when a master refuses its password, but not when none answers", async () => {
    machine("agent", { "--write-out*10.0.0.20:5050/flags": "printf 401" });
    expect((await sandbox.node("node-status")).code).toBe(1);
    expect((await checks()).password).toEqual({
      outcome: "failed",
      detail:
        "10.0.0.20 refuses this machine's password; all machines of a cluster need the same 'clusterSecret', " +
        "or else the same key file and cluster name",
    });

    machine("agent");
    expect(await checks()).not.toHaveProperty("password");
  });

  it("keeps what it found as the verdict", async () => {
    machine("agent");
    const { stdout } = await sandbox.node("node-status", "--json");

    expect(sandbox.read(`${STATE}/verdict.json`)).toBe(stdout);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, generation: "0123456789ab" });
  });

  it("asks as the operator, from a file", async () => {
    machine("agent");
    await sandbox.node("node-status");

    const config = ["--config", sandbox.path("etc/cdktf-mesos/secrets/curl")];
    const asked = sandbox.calls("curl").find((args) => args.includes("--config"));
    expect(asked).toEqual(expect.arrayContaining(config));
  });

  it.each([
    [
      "master",
      "mesos-master",
      { "--write-out*/state": "printf 200" },
      "/state must refuse strangers, got 200",
    ],
    ["master", "mesos-master", { "/redirect": "true" }, "no leader yet; 2 of 3 masters must be up"],
    ["agent", "mesos-agent", { "--write-out*/state": "printf 200" }, "/state must refuse strangers, got 200"],
    ["agent", "mesos-agent", { "5051/state": 'echo \'{"id":""}\'' }, "not registered yet"],
    ["agent", "mesos-agent", { "5051/state": "exit 22" }, "no answer"],
    ["agent", "weave", { "6784/report": "exit 7" }, "no answer"],
  ] as const)("waits, on a(n) %s, for %s where %j", async (role, name, answers, detail) => {
    machine(role, answers);

    expect((await checks())[name]).toEqual({ outcome: "waiting", detail });
    expect((await sandbox.node("node-status")).code).toBe(1);
  });

  it("misses what nothing says how it came", async () => {
    machine("agent");
    sandbox.write(`${STATE}/artifacts/mesosDns`, "");

    expect((await checks()).artifacts).toMatchObject({
      outcome: "waiting",
      detail: expect.stringContaining("weave by onImage;mesosDns by no way yet;mesos by apt"),
    });
  });

  it.each(["master", "agent"] as const)(
    "tells all it can of a %s whose settings lack the masters",
    async (role) => {
      machine(role);
      sandbox.settings({ MASTERS: undefined });

      expect(Object.keys(await checks())).toEqual(
        expect.arrayContaining(["settings", "check-image", "secrets", "weave", `mesos-${role}`]),
      );
    },
  );

  it("waits for ZooKeeper to serve", async () => {
    machine("master");
    sandbox.command(
      "timeout",
      'if [[ $* == *"10.0.0.4 srvr" ]]; then echo "This ZooKeeper instance is not currently serving requests"; else exit 1; fi',
    );

    expect((await checks()).zookeeper).toEqual({
      outcome: "waiting",
      detail: "serves nobody; 2 of 3 masters must be up, no answer from 10.0.0.20 10.0.0.36",
    });
  });

  it("waits for Mesos-DNS to be heard through the machine's own resolver", async () => {
    machine("agent");
    sandbox.command("getent", "exit 2");

    expect((await checks())["mesos-dns"]).toEqual({
      outcome: "waiting",
      detail: "leader.weave.local has no address",
    });
  });

  it("tells the last words of a unit that is not up", async () => {
    machine("agent");
    sandbox.command("systemctl", "[[ $* == *mesos-agent* ]] && echo activating || echo active");
    sandbox.command("journalctl", "echo 'prepare-agent: no master answers'");

    expect((await checks())["mesos-agent"]).toEqual({
      outcome: "waiting",
      detail: "activating, last words: prepare-agent: no master answers",
    });
    expect(sandbox.calls("journalctl")[0]).toContain("_SYSTEMD_UNIT=mesos-agent.service");
  });

  it("takes a different ensemble for a failure, also before the secrets come", async () => {
    machine("master");
    sandbox.program("opt/cdktf-mesos/bin/check-ensemble", "echo 'check-ensemble: another list' >&2; exit 1");
    sandbox.write("etc/cdktf-mesos/secrets/joined", "");

    expect((await checks()).ensemble).toEqual({ outcome: "failed", detail: "check-ensemble: another list" });
  });

  describe("--wait", () => {
    it("goes on until all is well", async () => {
      machine("agent");
      const tried = sandbox.path("tried");
      sandbox.command("getent", `[[ -e '${tried}' ]] || { touch '${tried}'; exit 2; }; echo 10.0.0.4`);

      expect(await sandbox.node("node-status", "--wait", "60")).toMatchObject({ code: 0, stderr: "" });
    });

    it("shows in the end the log of what is not well, and of nothing else", async () => {
      machine("agent", { "5051/state": "exit 7" });
      sandbox.command("systemctl", "echo active");
      sandbox.command("journalctl", `echo "log of $*"`);
      const { code, stderr } = await sandbox.node("node-status", "--wait", "60");

      expect(code).toBe(1);
      expect(stderr).toBe(
        "last lines of mesos-agent.service:\n" +
          "  log of --unit mesos-agent.service --lines 15 --no-pager --output short-iso\n",
      );
    });

    it("ends at once where something has failed for good", async () => {
      machine("agent");
      sandbox.write(`${STATE}/steps/install-node`, "install-node: no route\n");
      await sandbox.node("node-status", "--wait", "60");

      expect(sandbox.calls("getent")).toHaveLength(1);
    });
  });

  it.each([["--quickly"], ["--wait"]])("says how it is used, given %s", async (...args) => {
    machine("agent");

    expect(await sandbox.node("node-status", ...args)).toMatchObject({
      code: 2,
      stderr: "usage: node-status [--json] [--wait SECONDS]\n",
    });
  });
});
