import { NodeSandbox } from "../../rootfs/node-sandbox";
import { commandLine, FlagValues, get, SECRETS, writeSecrets } from "./machines/cluster";
import { programsFolder } from "./machines/prepare";
import { TestLab } from "./machines/test-lab";
import { comesTrue, TestMachine, TestProgram } from "./machines/test-machine";

const TASK = "web.mesos-executeinstance.weave.local";

describe("mesos-dns", () => {
  let lab: TestLab;
  let master: TestMachine;
  let agent: TestMachine;
  let program: TestProgram | undefined;

  const config = () => ({
    masters: [`${master.address}:5050`],
    IPSources: ["netinfo"],
    refreshSeconds: 1,
    ttl: 5,
    timeout: 1,
    httpon: false,
    SOAMname: "ns1.weave.local",
    SOARname: "root.ns1.weave.local",
    domain: "weave.local",
    listener: agent.address,
    port: 53,
    resolvers: [`${master.address}:5300`],
    mesosAuthentication: "basic",
    mesosCredentials: { principal: "mesos-dns", secret: SECRETS["mesos-dns"] },
  });
  const start = async (changes: Record<string, unknown> = {}) => {
    await agent.write("/etc/test/mesos-dns.json", JSON.stringify({ ...config(), ...changes }));
    program = agent.start("mesos-dns", ["-config=/etc/test/mesos-dns.json"]);
  };
  /** What a name's address is; empty when there is none. */
  const lookUp = (name: string, server = agent.address, port = 53) => {
    const script = `
      const resolver = new (require("dns").promises.Resolver)({ timeout: 1000, tries: 1 });
      resolver.setServers(["${server}:${port}"]);
      resolver.resolve4("${name}").then((all) => console.log(all.join(" ")), () => undefined);`;
    return agent.run("node", ["-e", script]).then(({ output }) => output.trim());
  };
  const becomes = (name: string, address: string) =>
    comesTrue(
      async () => (await lookUp(name)) === address,
      () => `${name} is ${address}`,
    );

  beforeAll(async () => {
    lab = await TestLab.open(programsFolder());
    [master, agent] = await Promise.all([lab.boot(), lab.boot()]);
    for (const machine of [master, agent]) await writeSecrets(machine, [master]);
    const flags = { ip: master.address, work_dir: "/var/lib/mesos/master", authenticate_http_readonly: true };
    const credentials = "file:///etc/test/credentials.json";
    await master.start("mesos-master", commandLine({ ...flags, credentials } as FlagValues)).says("Starting");
    const isolation = "filesystem/linux,docker/runtime,cgroups/cpu,cgroups/mem";
    const own = { master: `${master.address}:5050`, ip: agent.address, work_dir: "/var/lib/mesos/agent" };
    const resources = "cpus:2;mem:1000";
    await agent.start("mesos-agent", commandLine({ ...own, isolation, resources })).says("New master");
    const task = {
      master: `${master.address}:5050`,
      name: "web",
      command: "sleep 1000",
      resources: "cpus:0.1;mem:32",
    };
    await master.start("mesos-execute", commandLine(task)).says("TASK_RUNNING");
    const resolver = `
      const { decode, encode } = require("${require.resolve("dns-packet")}");
      const socket = require("dgram").createSocket("udp4");
      socket.on("message", (message, { port, address }) => {
        const { id, questions } = decode(message);
        const answers = [{ type: "A", name: questions[0].name, ttl: 1, data: "192.0.2.1" }];
        socket.send(encode({ type: "response", id, questions, answers }), port, address);
      });
      socket.bind(5300, "${master.address}");`;
    master.start("node", ["-e", resolver]);
  });
  afterEach(() => program?.stop());
  afterAll(() => lab.close());

  it("answers names of running tasks and of the leader, and asks resolvers for all else", async () => {
    await start();
    await becomes(TASK, agent.address);
    expect(await lookUp("leader.weave.local")).toBe(master.address);
    expect(await lookUp("nobody.mesos-executeinstance.weave.local")).toBe("");
    expect(await lookUp("example.org")).toBe("192.0.2.1");
  });

  /** The whole answer to a question. */
  const ask = (type: string, name: string) => {
    const script = `
      const { decode, encode } = require("${require.resolve("dns-packet")}");
      const socket = require("dgram").createSocket("udp4");
      socket.on("message", (message) => { console.log(JSON.stringify(decode(message).answers)); socket.close(); });
      socket.send(encode({ type: "query", questions: [{ type: "${type}", name: "${name}" }] }), 53, "${agent.address}");
      setTimeout(() => process.exit(), 4000).unref();`;
    return agent.run("node", ["-e", script]).then(({ output }) => output.trim());
  };

  it("has exactly the keys that are written on agents", async () => {
    const sandbox = new NodeSandbox("agent");
    sandbox.settings();
    const secrets = ["WEAVE_PASSWORD", "MESOS_AGENT_SECRET", "MESOS_OPERATOR_SECRET", "MESOS_DNS_SECRET"];
    const lines = secrets.map((name) => `${name}="${"0".repeat(64)}"\n`).join("");
    await sandbox.node("join-node", sandbox.write("join.env", lines));
    const written = JSON.parse(sandbox.read("etc/cdktf-mesos/secrets/mesos-dns.json")) as object;
    sandbox.remove();

    expect(Object.keys(config()).sort()).toEqual(Object.keys(written).sort());
    expect(Object.keys(written)).toHaveLength(14);
  });

  it.each([
    [{}, 5],
    [{ ttl: 7 }, 7],
  ])("with %j, lets answers be kept for %d seconds", async (changes, ttl) => {
    await start(changes);
    await becomes(TASK, agent.address);
    expect(JSON.parse(await ask("A", TASK))).toMatchObject([{ ttl, data: agent.address }]);
  });

  it.each([
    [{}, "ns1.weave.local", "root.ns1.weave.local"],
    [{ SOAMname: "ns2.weave.local" }, "ns2.weave.local", "root.ns1.weave.local"],
    [{ SOARname: "me.weave.local" }, "ns1.weave.local", "me.weave.local"],
  ])("with %j, says who answers for its domain: %s, %s", async (changes, mname, rname) => {
    await start(changes);
    await becomes(TASK, agent.address);
    expect(JSON.parse(await ask("SOA", "weave.local"))).toMatchObject([{ data: { mname, rname } }]);
  });

  it.each([
    [{}, 0],
    [{ httpon: true }, 200],
  ])("with %j, its API answers %d", async (changes, status) => {
    await start(changes);
    await becomes(TASK, agent.address);
    expect((await get(agent, "127.0.0.1:8123/v1/version")).status).toBe(status);
  });

  it("asks the next resolver when one is silent for longer than its timeout", async () => {
    const resolvers = ["10.77.0.250:53", `${master.address}:5300`];
    await start({ resolvers });
    await becomes(TASK, agent.address);
    expect(await ask("A", "example.org")).toContain("192.0.2.1");
    await program?.stop();
    await start({ resolvers, timeout: 30 });
    await becomes(TASK, agent.address);
    expect(await ask("A", "example.org")).toBe("");
  });

  it("learns of new tasks as often as it is told", async () => {
    await start({ refreshSeconds: 600 });
    await becomes(TASK, agent.address);
    const late = {
      master: `${master.address}:5050`,
      name: "late",
      command: "sleep 1000",
      resources: "cpus:0.1;mem:32",
    };
    await master.start("mesos-execute", commandLine(late)).says("TASK_RUNNING");
    await agent.shell("sleep 2");
    expect(await lookUp("late.mesos-executeinstance.weave.local")).toBe("");
    await program?.stop();
    await start();
    await becomes("late.mesos-executeinstance.weave.local", agent.address);
  });

  it.each([
    ["mesosCredentials", undefined],
    ["mesosCredentials", { principal: "mesos-dns", secret: "wrong" }],
    ["mesosAuthentication", undefined],
  ])("knows no task with %s %j", async (key, value) => {
    await start({ [key]: value });
    await program?.says("401 Unauthorized");
    expect(await lookUp(TASK)).toBe("");
  });

  it("knows no task of a master that is not there", async () => {
    await start({ masters: ["10.77.0.250:5050"] });
    await program?.says("no master: 10.77.0.250:5050");
    expect(await lookUp(TASK)).toBe("");
  });

  it("does not start without a master, or without resolvers for other names", async () => {
    await start({ masters: [] });
    expect(await program?.ended).toMatchObject({ code: 1 });
    await start({ resolvers: [] });
    expect(await program?.ended).toMatchObject({ code: 1 });
  });

  it("listens only where it is told", async () => {
    await start({ listener: "127.0.0.1" });
    await comesTrue(
      async () => (await lookUp(TASK, "127.0.0.1")) === agent.address,
      () => "an answer on loopback",
    );
    expect(await lookUp(TASK)).toBe("");
    await program?.stop();
    await start({ port: 5353 });
    await comesTrue(
      async () => (await lookUp(TASK, agent.address, 5353)) === agent.address,
      () => "an answer on the other port",
    );
    expect(await lookUp(TASK)).toBe("");
  });

  it("has names below the domain it is told only", async () => {
    await start({ domain: "other.local" });
    await becomes("web.mesos-executeinstance.other.local", agent.address);
    expect(await lookUp(TASK)).toBe("192.0.2.1");
  });

  it("takes addresses only from where it is told", async () => {
    await start({ IPSources: ["docker"] });
    await becomes("leader.weave.local", master.address);
    expect(await lookUp(TASK)).toBe("");
  });
});
