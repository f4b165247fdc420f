import { NodeSandbox } from "./node-sandbox";

const METADATA: Record<string, string> = {
  "local-ipv4": "10.0.1.7",
  "placement/availability-zone": "eu-west-1a",
  "instance-type": "t3.large",
};

describe("configure-node", () => {
  let sandbox: NodeSandbox;

  afterEach(() => sandbox.remove());

  function machine(role: "master" | "agent", metadata = METADATA): void {
    sandbox = new NodeSandbox(role);
    sandbox.settings({ NODE_ADDRESS: undefined });
    const answers = Object.entries(metadata).map(
      ([path, value]) => `*X-aws-ec2-metadata-token:*t0k*/meta-data/${path}) echo '${value}' ;;`,
    );
    sandbox.command(
      "curl",
      `case "$*" in *--request*PUT*/api/token) echo t0k ;; ${answers.join(" ")} *) exit 22 ;; esac`,
    );
  }

  const configure = () => sandbox.node("configure-node");

  it("notes what the metadata service says, asked with a token", async () => {
    machine("agent");

    expect(await configure()).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(sandbox.read("etc/cdktf-mesos/facts.env")).toBe(
      'NODE_ADDRESS="10.0.1.7"\nNODE_ZONE="eu-west-1a"\nNODE_TYPE="t3.large"\nVPC_RESOLVER="169.254.169.253"\n' +
        'MESOS_MASTERS_URL="zk://10.0.0.4:2181,10.0.0.20:2181,10.0.0.36:2181/mesos"\n',
    );
  });

  it("enables the units of its role, and starts none", async () => {
    machine("agent");
    await configure();

    expect(sandbox.calls("systemctl")).toEqual([
      ["try-restart", "systemd-resolved.service"],
      ["daemon-reload"],
      ["enable", "--quiet", "cdktf-mesos.target", "weave", "mesos-dns", "mesos-agent"],
    ]);
  });

  it("describes Weave to an agent's Mesos: in the format it reads, with the agent's own Mesos-DNS", async () => {
    machine("agent");
    await configure();

    expect(JSON.parse(sandbox.read("etc/cdktf-mesos/cni/weave.conf"))).toEqual({
      cniVersion: "0.2.0",
      name: "weave",
      type: "weave-net",
      hairpinMode: true,
      dns: { nameservers: ["10.0.1.7"], search: ["mesos-executeinstance.weave.local"] },
    });
    expect(Object.keys(sandbox.snapshot("etc/cdktf-mesos/cni"))).toEqual(["etc/cdktf-mesos/cni/weave.conf"]);
    expect(sandbox.mode("opt/cni/bin")).toBe("755");
  });

  it("has an agent's own resolver ask Mesos-DNS for the names of tasks", async () => {
    machine("agent");
    await configure();

    expect(sandbox.read("etc/systemd/resolved.conf.d/cdktf-mesos.conf")).toBe(
      "[Resolve]\nDNS=10.0.1.7\nDomains=~weave.local\nFallbackDNS=169.254.169.253\n",
    );
  });

  it("gives a master its place in the ensemble", async () => {
    machine("master");
    await configure();

    expect(sandbox.read("var/lib/zookeeper/myid")).toBe("2\n");
    expect(sandbox.read("etc/cdktf-mesos/zoo.cfg").split("\n")).toEqual([
      "tickTime=2000",
      "initLimit=10",
      "syncLimit=5",
      "dataDir=/var/lib/zookeeper",
      "clientPort=2181",
      "autopurge.snapRetainCount=3",
      "autopurge.purgeInterval=24",
      "admin.enableServer=false",
      "4lw.commands.whitelist=ruok,srvr,mntr,conf",
      "server.1=10.0.0.4:2888:3888",
      "server.2=10.0.0.20:2888:3888",
      "server.3=10.0.0.36:2888:3888",
      "",
    ]);
  });

  it("leaves the list of servers out where there is one", async () => {
    machine("master");
    sandbox.settings({ MASTERS: "10.0.0.4", MASTER_ID: "1", NODE_ADDRESS: undefined });
    await configure();

    expect(sandbox.read("etc/cdktf-mesos/zoo.cfg")).not.toContain("server.");
  });

  it("has a master notice peers that have vanished", async () => {
    machine("master");
    await configure();

    const file = sandbox.path("etc/sysctl.d/60-cdktf-mesos.conf");
    expect(sandbox.calls("sysctl")).toEqual([["--quiet", `--load=${file}`]]);
    expect(sandbox.read("etc/sysctl.d/60-cdktf-mesos.conf")).toMatch(/^net\.ipv4\.tcp_retries2 = 6$/m);
  });

  it.each(["master", "agent"] as const)("writes nothing on a %s when run again", async (role) => {
    machine(role);
    await configure();
    const before = sandbox.snapshot("etc", "var", "opt");
    await configure();

    expect(sandbox.snapshot("etc", "var", "opt")).toEqual(before);
    expect(sandbox.calls("systemctl").filter(([command]) => command === "try-restart")).toHaveLength(
      role === "agent" ? 1 : 0,
    );
  });

  it("ends where no metadata service answers", async () => {
    machine("agent");
    sandbox.command("curl", "exit 28");

    expect(await configure()).toMatchObject({
      code: 1,
      stderr: "configure-node: the metadata service at 169.254.169.254 does not answer; is it turned off?\n",
    });
  });

  it("ends where it does not say all, and leaves the old facts", async () => {
    machine("agent", { "local-ipv4": "10.0.1.7" });
    const before = sandbox.read("etc/cdktf-mesos/facts.env");
    const { code, stderr } = await configure();

    expect([code, stderr.split("\n")[0]]).toEqual([
      1,
      "configure-node: the metadata service does not say placement/availability-zone",
    ]);
    expect(sandbox.snapshot("etc/cdktf-mesos")["etc/cdktf-mesos/facts.env"]).toContain(before);
  });
});
