import { NodeSandbox } from "./node-sandbox";

const OURS = "1=10.0.0.4 2=10.0.0.20 3=10.0.0.36";
const WAY_OUT = "'masterCount' is not changed on a live cluster, make a new one";

/** What ZooKeeper answers to `conf`. */
function conf(serverId: number, ...servers: string[]): string {
  const lines = servers.map((host, index) => `server.${index + 1}=${host}:2888:3888:participant`);
  return [`clientPort=2181`, `serverId=${serverId}`, "membership: ", ...lines].join("\n");
}

describe("check-ensemble", () => {
  let sandbox: NodeSandbox;

  beforeEach(() => {
    sandbox = new NodeSandbox("master");
    sandbox.settings();
    sandbox.write("etc/cdktf-mesos/secrets/curl", "");
    others(conf(1, "10.0.0.4", "10.0.0.20", "10.0.0.36"), 2);
  });

  afterEach(() => sandbox.remove());

  /** What the other masters answer, by ZooKeeper and by Mesos. */
  function others(zooKeeper: string | undefined, quorum?: number): void {
    sandbox.command("timeout", zooKeeper === undefined ? "exit 1" : `printf '%s' '${zooKeeper}'`);
    sandbox.command("curl", quorum === undefined ? "exit 7" : `echo '{"flags":{"quorum":"${quorum}"}}'`);
  }

  const check = () => sandbox.node("check-ensemble");

  it("is content when the others say the same", async () => {
    expect(await check()).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(sandbox.calls("timeout").map((args) => args.at(-2))).toEqual(["10.0.0.4", "10.0.0.36"]);
  });

  it("is content when nobody answers: somebody has to be the first", async () => {
    others(undefined);

    expect((await check()).code).toBe(0);
  });

  it("refuses where another master refuses the password", async () => {
    sandbox.write("etc/cdktf-mesos/secrets/curl", "");
    sandbox.command("curl", "case $* in *--write-out*10.0.0.36:5050/flags) printf 401 ;; *) exit 22 ;; esac");

    expect(await check()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^check-ensemble: 10\.0\.0\.36 refuses this machine's password; all machines/,
      ),
    });
  });

  it.each([403, 404, 503])("takes the answer %d for no refusal of the password", async (code) => {
    sandbox.command("curl", `case $* in *--write-out*) printf ${code} ;; *) exit 22 ;; esac`);

    expect((await check()).code).toBe(0);
  });

  it.each([
    ["fewer servers", conf(1, "10.0.0.4"), "1=10.0.0.4"],
    ["other servers", conf(1, "10.0.0.4", "10.0.0.20", "10.0.0.99"), "1=10.0.0.4 2=10.0.0.20 3=10.0.0.99"],
    [
      "the same in another order",
      conf(1, "10.0.0.20", "10.0.0.4", "10.0.0.36"),
      "1=10.0.0.20 2=10.0.0.4 3=10.0.0.36",
    ],
    ["one server alone", conf(0), "itself"],
  ])("refuses %s", async (_, answer, theirs) => {
    others(answer, 2);

    expect(await check()).toMatchObject({
      code: 1,
      stderr: `check-ensemble: 10.0.0.4 says ZooKeeper is on ${theirs}, this machine was told ${OURS}; ${WAY_OUT}\n`,
    });
  });

  it("takes a ZooKeeper that is too old to tell its servers as it is", async () => {
    others("clientPort=2181\nserverId=1\n", 2);

    expect((await check()).code).toBe(0);
  });

  it("takes one that serves nobody yet as it is", async () => {
    others("This ZooKeeper instance is not currently serving requests", 2);

    expect((await check()).code).toBe(0);
  });

  it("refuses another quorum", async () => {
    others(undefined, 1);

    expect(await check()).toMatchObject({
      code: 1,
      stderr: `check-ensemble: 10.0.0.4 says the quorum is 1, this machine was told 2; ${WAY_OUT}\n`,
    });
  });

  it("does not ask Mesos before it has the operator's secret", async () => {
    sandbox.remove();
    sandbox = new NodeSandbox("master");
    sandbox.settings();
    others(undefined, 1);

    expect((await check()).code).toBe(0);
    expect(sandbox.calls("curl")).toEqual([]);
  });
});

describe("create-zookeeper-root", () => {
  const WAITING = "create-zookeeper-root: waiting for a ZooKeeper that serves\n";
  const OWN_ACL = "'digest,'mesos:x\n: cdrwa\n'world,'anyone\n: r";
  let sandbox: NodeSandbox;

  beforeEach(() => {
    sandbox = new NodeSandbox("master");
    sandbox.settings();
    sandbox.write("etc/cdktf-mesos/secrets/zk-url", "zk://mesos:s3cret@10.0.0.4:2181,10.0.0.20:2181/mesos");
    sandbox.command("timeout", `if [[ $* == *srvr ]]; then echo 'Mode: leader'; else exec "\${@:2}"; fi`);
  });

  afterEach(() => sandbox.remove());

  function zkCli(output: string): void {
    sandbox.program(
      "usr/share/zookeeper/bin/zkCli.sh",
      `echo "$@" >'${sandbox.path("zkCli.args")}'; cat >'${sandbox.path("zkCli.in")}'; cat <<'OUT'\n${output}\nOUT`,
    );
  }

  const create = () => sandbox.node("create-zookeeper-root");

  it("creates /mesos for masters alone, and tells the secret to nobody's arguments", async () => {
    zkCli(`Created /mesos\n${OWN_ACL}`);

    expect(await create()).toEqual({ code: 0, stdout: "", stderr: WAITING });
    expect(sandbox.read("zkCli.in")).toBe(
      "addauth digest mesos:s3cret\n" +
        'create /mesos "" auth::cdrwa,world:anyone:r\n' +
        "setAcl /mesos auth::cdrwa,world:anyone:r\n" +
        "getAcl /mesos\n",
    );
    expect(sandbox.read("zkCli.args")).toBe("-server 127.0.0.1:2181\n");
    expect(sandbox.calls("timeout").flat().join(" ")).not.toContain("s3cret");
  });

  it("is content with what it has made before", async () => {
    zkCli(`Node already exists: /mesos\n${OWN_ACL}`);

    expect((await create()).code).toBe(0);
  });

  it.each(["Insufficient permission : /mesos", "Authentication is not valid : /mesos"])(
    "ends where another secret has made it: %s",
    async (words) => {
      zkCli(`Node already exists: /mesos\n${words}\n${OWN_ACL}`);

      expect(await create()).toMatchObject({
        code: 1,
        stderr:
          WAITING +
          "create-zookeeper-root: /mesos in ZooKeeper belongs to another secret; " +
          "only the one it was made with opens it\n",
      });
    },
  );

  it("ends where it is not there afterwards, with ZooKeeper's last words", async () => {
    zkCli("Connecting\nKeeperErrorCode = ConnectionLoss for /mesos");

    expect(await create()).toMatchObject({
      code: 1,
      stderr:
        WAITING +
        "create-zookeeper-root: could not create /mesos in ZooKeeper: KeeperErrorCode = ConnectionLoss for /mesos\n",
    });
  });

  it("ends where ZooKeeper has no majority", async () => {
    sandbox.command("timeout", "exit 1");

    expect(await create()).toMatchObject({
      code: 1,
      stderr:
        WAITING + "create-zookeeper-root: ZooKeeper serves nobody: fewer than half of the masters are up\n",
    });
  });
});
