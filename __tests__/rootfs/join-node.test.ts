import { createHash } from "node:crypto";
import { existsSync, renameSync } from "node:fs";

import { NodeSandbox } from "./node-sandbox";

const SECRETS = "etc/cdktf-mesos/secrets";
const OF_AGENTS = ["WEAVE_PASSWORD", "MESOS_AGENT_SECRET", "MESOS_OPERATOR_SECRET", "MESOS_DNS_SECRET"];
const OF_MASTERS = [...OF_AGENTS, "ZOOKEEPER_SECRET", "MESOS_LAUNCHER_SECRET"];

function secret(name: string, cluster = "demo"): string {
  return createHash("sha256").update(`${name}:${cluster}`).digest("hex");
}

describe("join-node", () => {
  let sandbox: NodeSandbox;

  afterEach(() => sandbox.remove());

  function machine(role: "master" | "agent"): void {
    sandbox = new NodeSandbox(role);
    sandbox.settings();
  }

  function handOver(values: Record<string, string>): string {
    const lines = Object.entries(values).map(([key, value]) => `${key}="${value}"\n`);
    return sandbox.write("home/join.env", lines.join(""));
  }

  function ofRole(cluster?: string): Record<string, string> {
    const names = sandbox.role === "master" ? OF_MASTERS : OF_AGENTS;
    return Object.fromEntries(names.map((name) => [name, secret(name, cluster)]));
  }

  const join = (values = ofRole()) => sandbox.node("join-node", handOver(values));
  const json = (name: string) => JSON.parse(sandbox.read(`${SECRETS}/${name}`));

  it("gives a master its files", async () => {
    machine("master");

    expect(await join()).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(sandbox.read(`${SECRETS}/weave`)).toBe(`WEAVE_PASSWORD="${secret("WEAVE_PASSWORD")}"\n`);
    expect(sandbox.read(`${SECRETS}/zk-url`)).toBe(
      `zk://mesos:${secret("ZOOKEEPER_SECRET")}@10.0.0.4:2181,10.0.0.20:2181,10.0.0.36:2181/mesos`,
    );
    expect(json("credentials.json")).toEqual({
      credentials: [
        { principal: "agent", secret: secret("MESOS_AGENT_SECRET") },
        { principal: "launcher", secret: secret("MESOS_LAUNCHER_SECRET") },
        { principal: "operator", secret: secret("MESOS_OPERATOR_SECRET") },
        { principal: "mesos-dns", secret: secret("MESOS_DNS_SECRET") },
      ],
    });
    expect(sandbox.read(`${SECRETS}/launcher-secret`)).toBe(secret("MESOS_LAUNCHER_SECRET"));
    expect(sandbox.read(`${SECRETS}/curl`)).toBe(`user = "operator:${secret("MESOS_OPERATOR_SECRET")}"\n`);
    expect(Object.keys(sandbox.snapshot(SECRETS)).sort()).toEqual(
      ["credentials.json", "curl", "joined", "launcher-secret", "weave", "zk-url"].map(
        (name) => `${SECRETS}/${name}`,
      ),
    );
  });

  it("gives an agent its files, and none of a master's secrets", async () => {
    machine("agent");
    await join();

    expect(json("agent-credential.json")).toEqual({
      principal: "agent",
      secret: secret("MESOS_AGENT_SECRET"),
    });
    expect(json("http-credentials.json")).toEqual({
      credentials: [{ principal: "operator", secret: secret("MESOS_OPERATOR_SECRET") }],
    });
    expect(json("docker.json")).toEqual({ auths: {} });
    expect(json("mesos-dns.json")).toEqual({
      masters: ["10.0.0.4:5050", "10.0.0.20:5050", "10.0.0.36:5050"],
      IPSources: ["netinfo"],
      refreshSeconds: 2,
      ttl: 5,
      timeout: 3,
      domain: "weave.local",
      listener: "10.0.1.7",
      port: 53,
      resolvers: ["169.254.169.253"],
      httpon: false,
      SOAMname: "ns1.weave.local",
      SOARname: "root.ns1.weave.local",
      mesosAuthentication: "basic",
      mesosCredentials: { principal: "mesos-dns", secret: secret("MESOS_DNS_SECRET") },
    });
    expect(Object.keys(sandbox.snapshot(SECRETS)).sort()).toEqual(
      [
        "agent-credential.json",
        "curl",
        "docker.json",
        "http-credentials.json",
        "joined",
        "mesos-dns.json",
        "weave",
      ].map((name) => `${SECRETS}/${name}`),
    );
  });

  it("gives an agent the accounts of registries it was handed", async () => {
    machine("agent");
    const accounts = { auths: { "https://index.docker.io/v1/": { auth: "dTpw" } } };
    await join({ ...ofRole(), REGISTRY_AUTH_JSON: Buffer.from(JSON.stringify(accounts)).toString("base64") });

    expect(json("docker.json")).toEqual(accounts);
  });

  it("shows its files to nobody else, and leaves no other copy", async () => {
    machine("master");
    await join();

    expect(sandbox.mode(SECRETS)).toBe("700");
    const modes = Object.keys(sandbox.snapshot(SECRETS)).map((file) => sandbox.mode(file));
    expect(new Set(modes)).toEqual(new Set(["600"]));
    expect(existsSync(sandbox.path("home/join.env"))).toBe(false);
  });

  it("puts no secret into an argument", async () => {
    machine("master");
    sandbox.command("jq", 'exec /usr/bin/env PATH=/usr/local/bin:/usr/bin:/bin jq "$@"');
    sandbox.command("install", 'exec /usr/bin/env PATH=/usr/local/bin:/usr/bin:/bin install "$@"');
    await join();

    const all = ["jq", "install", "systemctl"].flatMap((name) => sandbox.calls(name)).flat();
    expect(all).not.toHaveLength(0);
    for (const name of OF_MASTERS) expect(all.join(" ")).not.toContain(secret(name));
  });

  it("starts the services of the node", async () => {
    machine("agent");
    await join();

    expect(sandbox.calls("systemctl")).toEqual([["start", "--no-block", "cdktf-mesos.target"]]);
  });

  it("changes and restarts nothing when it is handed the same again", async () => {
    machine("agent");
    await join();
    const before = sandbox.snapshot("etc", "var");
    await join();

    expect(sandbox.snapshot("etc", "var")).toEqual(before);
    expect(sandbox.calls("systemctl").slice(1)).toEqual([["start", "--no-block", "cdktf-mesos.target"]]);
  });

  it.each([
    ["agent", "MESOS_AGENT_SECRET", ["mesos-agent"]],
    ["agent", "MESOS_DNS_SECRET", ["mesos-dns"]],
    ["agent", "MESOS_OPERATOR_SECRET", ["mesos-agent"]],
    ["agent", "WEAVE_PASSWORD", ["weave"]],
    ["master", "MESOS_AGENT_SECRET", ["mesos-master"]],
    ["master", "ZOOKEEPER_SECRET", ["mesos-master"]],
    ["master", "WEAVE_PASSWORD", ["weave"]],
  ] as const)("restarts on a %s whose %s is another one exactly %j", async (role, name, units) => {
    machine(role);
    await join();
    await join({ ...ofRole(), [name]: secret(name, "other") });

    expect(sandbox.calls("systemctl").slice(1)).toEqual([
      ["try-restart", "--no-block", ...units],
      ["start", "--no-block", "cdktf-mesos.target"],
    ]);
  });

  it.each([
    ["lacks a secret", { MESOS_DNS_SECRET: "" }, "must hold 64 hex digits as MESOS_DNS_SECRET, got none"],
    [
      "has one of another kind",
      { WEAVE_PASSWORD: "hunter2" },
      "must hold 64 hex digits as WEAVE_PASSWORD, got none",
    ],
    [
      "has one that is cut off",
      { WEAVE_PASSWORD: "0123456789abcdef" },
      "must hold 64 hex digits as WEAVE_PASSWORD, got none",
    ],
    [
      "has one of another role",
      { ZOOKEEPER_SECRET: "0" },
      "must hold secrets of the role agent, got ZOOKEEPER_SECRET",
    ],
    ["has what no secret may hold", { WEAVE_PASSWORD: "$(id)" }, 'must hold lines KEY="value", got another'],
  ])("refuses a file that %s, without telling what it holds", async (_, changed, message) => {
    machine("agent");
    const { code, stderr } = await join({ ...ofRole(), ...changed });

    expect([code, sandbox.machineWords(stderr)]).toEqual([1, `join-node: /home/join.env ${message}\n`]);
    expect(existsSync(sandbox.path(SECRETS))).toBe(false);
  });

  it("refuses to join a node that is not set up, or without a file", async () => {
    machine("agent");
    expect((await sandbox.node("join-node", "/nowhere")).stderr).toBe(
      "join-node: there is no file /nowhere\n",
    );
    sandbox.settings({ NODE_ADDRESS: undefined });

    expect(sandbox.machineWords((await join()).stderr)).toBe(
      "join-node: this node is not set up yet; see: sudo /opt/cdktf-mesos/bin/node-status\n",
    );
  });

  it("waits for a boot that goes on, and then knows what that has written", async () => {
    machine("agent");
    const facts = sandbox.path("etc/cdktf-mesos/facts.env");
    renameSync(facts, `${facts}.later`);
    sandbox.command("flock", `mv '${facts}.later' '${facts}'`);

    expect(await join()).toMatchObject({ code: 0, stderr: "" });
  });

  it("says how it is used", async () => {
    machine("agent");

    expect(await sandbox.node("join-node")).toMatchObject({ code: 2, stderr: "usage: join-node FILE\n" });
  });
});
