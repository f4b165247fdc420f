import { NodeSandbox } from "./node-sandbox";

const MASTERS = ["10.0.0.4", "10.0.0.20", "10.0.0.36"];
const AGENTS = ["10.0.1.7", "10.0.1.8"];

/** A mesh of all these machines, but for the links that are given by their ends. */
function mesh(names: string[], ...broken: [string, string][]): object {
  const isBroken = (a: string, b: string) => broken.some((link) => link.includes(a) && link.includes(b));
  return {
    Peers: names.map((name) => ({
      Name: `mac-${name}`,
      NickName: name,
      Connections: names
        .filter((other) => other !== name)
        .map((other) => ({ Name: `mac-${other}`, NickName: other, Established: !isBroken(name, other) })),
    })),
    Connections: AGENTS.map((address) => ({ State: "established", Address: `${address}:6783` })),
  };
}

describe("cluster-status", () => {
  let sandbox: NodeSandbox;
  let slaves: object[];
  let router: object;
  let entries: object[];
  let silent: string[];

  beforeEach(() => {
    sandbox = new NodeSandbox("master");
    sandbox.settings({ MASTER_ID: "1", NODE_ADDRESS: "10.0.0.4" });
    sandbox.write("etc/cdktf-mesos/secrets/curl", "");
    sandbox.program("opt/cdktf-mesos/bin/node-weave", `echo "$@" >>'${sandbox.path("weave")}'`);
    slaves = AGENTS.map((hostname) => ({ hostname, active: true }));
    router = mesh(["m1", "m2", "m3", "a1", "a2"]);
    entries = [{ Peer: "mac-m1", IsKnownPeer: true }];
    silent = [];
  });

  afterEach(() => sandbox.remove());

  function status(...args: string[]) {
    sandbox.write("slaves.json", JSON.stringify({ slaves }));
    sandbox.write("report.json", JSON.stringify({ Router: router, IPAM: { Entries: entries } }));
    sandbox.command(
      "curl",
      `case "$*" in
         ${silent.map((host) => `*${host}:5050*) exit 7 ;;`).join(" ")}
         *5050/health) ;;
         *--config*--location-trusted*5050/slaves) cat '${sandbox.path("slaves.json")}' ;;
         *6784/report) cat '${sandbox.path("report.json")}' ;;
         *) exit 22 ;;
       esac`,
    );
    return sandbox.node("cluster-status", ...args, "2", "3");
  }

  async function lines(): Promise<string[]> {
    const { code, stdout } = await status();
    return [
      String(code),
      ...stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.replace(/ +/g, " ")),
    ];
  }

  it("is content when all are there", async () => {
    expect(await lines()).toEqual([
      "0",
      "ok mesos-master 3 of 3 answer: 10.0.0.4 10.0.0.20 10.0.0.36",
      "ok agents 2 of 2 are registered: 10.0.1.7 10.0.1.8",
      "ok weave 5 of 5 machines: a1 a2 m1 m2 m3",
    ]);
  });

  it("says the same as JSON", async () => {
    const { stdout } = await status("--json");

    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      checks: [{ name: "mesos-master" }, { name: "agents" }, { name: "weave" }],
    });
  });

  it("counts the masters this one knows of", async () => {
    sandbox.settings({ MASTER_ID: "1", NODE_ADDRESS: "10.0.0.4", MASTERS: "10.0.0.4 10.0.0.20" });

    expect(await lines()).toContain("waiting mesos-master 2 of 3 answer: 10.0.0.4 10.0.0.20");
  });

  it("names masters that do not answer, and asks the others", async () => {
    silent = ["10.0.0.4", "10.0.0.36"];

    expect(await lines()).toEqual([
      "1",
      "waiting mesos-master no answer from 10.0.0.4 10.0.0.36",
      "ok agents 2 of 2 are registered: 10.0.1.7 10.0.1.8",
      "ok weave 5 of 5 machines: a1 a2 m1 m2 m3",
    ]);
  });

  it("says so when nobody leads", async () => {
    silent = MASTERS;

    expect(await lines()).toContain("waiting agents no master leads");
  });

  it.each([
    ["is not registered", [{ hostname: "10.0.1.8", active: true }]],
    [
      "is not active",
      [
        { hostname: "10.0.1.7", active: false },
        { hostname: "10.0.1.8", active: true },
      ],
    ],
  ])("names the machine whose agent %s", async (_, registered) => {
    slaves = registered;

    expect(await lines()).toContain(
      "waiting agents 1 of 2 are registered: 10.0.1.8; without an agent that is registered: 10.0.1.7",
    );
  });

  it("waits for machines that are not in Weave's mesh", async () => {
    router = mesh(["m1", "m2", "m3", "a2"]);

    expect(await lines()).toContain("waiting weave 4 of 5 machines: a2 m1 m2 m3");
  });

  it("waits for those that are gone to leave it", async () => {
    router = mesh(["m1", "m2", "m3", "a1", "a2", "a3"]);

    expect(await lines()).toContain("waiting weave 6 of 5 machines: a1 a2 a3 m1 m2 m3");
  });

  it("names the connections the mesh lacks", async () => {
    router = mesh(["m1", "m2", "m3", "a1", "a2"], ["a1", "a2"]);

    expect(await lines()).toContain(
      "waiting weave 5 of 5 machines: a1 a2 m1 m2 m3; a1 is not connected to a2; a2 is not connected to a1",
    );
  });

  it("shows in the end what Weave and the master have written here", async () => {
    router = mesh([]);
    silent = MASTERS;
    sandbox.command("systemctl", `[[ $* != *agents* ]]`);
    const { stderr } = await status("--wait", "60");

    expect(stderr.split("\n").filter((line) => line !== "")).toEqual([
      "last lines of mesos-master.service:",
      "last lines of weave.service:",
    ]);
  });

  describe("addresses of machines that are gone", () => {
    beforeEach(() => {
      entries = [
        { Peer: "mac-m1", IsKnownPeer: true },
        { Peer: "mac-old", IsKnownPeer: false },
        { Peer: "mac-old", IsKnownPeer: false },
      ];
    });

    it("are taken back, once all that are declared are there", async () => {
      expect(await status()).toMatchObject({ code: 0 });
      expect(sandbox.read("weave")).toBe("rmpeer mac-old\n");
    });

    it("stay while one that is declared is not there: it may be the one", async () => {
      router = mesh(["m1", "m2", "m3", "a2"]);

      expect(await status()).toMatchObject({ code: 1 });
      expect(sandbox.snapshot(".")).not.toHaveProperty("weave");
    });

    it("are taken back by the first master alone", async () => {
      sandbox.settings({ MASTER_ID: "2" });

      expect(await status()).toMatchObject({ code: 0 });
      expect(sandbox.snapshot(".")).not.toHaveProperty("weave");
    });
  });

  it("says how it is used", async () => {
    expect(await sandbox.node("cluster-status", "3")).toMatchObject({
      code: 2,
      stderr: "usage: cluster-status [--json] [--wait SECONDS] AGENTS MASTERS\n",
    });
  });
});
