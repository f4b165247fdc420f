import { programsFolder } from "./machines/prepare";
import { TestLab } from "./machines/test-lab";
import { comesTrue, TestMachine, TestProgram } from "./machines/test-machine";

/** What is different about a router. */
interface Launch {
  readonly peers?: readonly TestMachine[];
  readonly init?: string;
  readonly password?: string;
  readonly mtu?: string;
  readonly range?: string;
  readonly extra?: readonly string[];
}

const API = "http://127.0.0.1:6784";

function launch(machine: TestMachine, options: Launch) {
  const { peers = [], init = "observer", password, mtu, range: cidr = "10.32.0.0/12", extra = [] } = options;
  const own = ["--no-dns", "--no-restart", "--proxy=false", "--plugin=false", ...extra];
  const range = ["--ipalloc-range", cidr, "--ipalloc-init", init];
  const args = [...own, ...range, ...peers.map(({ address }) => address)];
  const env = { WEAVE_PASSWORD: password, WEAVE_MTU: mtu, WEAVEDB: "/var/lib/weavedb" };
  return machine.start("/usr/lib/weave/router/weaver", args, env);
}

/** Names of the machines a router can reach, with those each of them is connected to. */
async function mesh(machine: TestMachine): Promise<Record<string, string[]>> {
  const filter =
    ".Router.Peers | map({key: .NickName, value: [.Connections[].NickName] | sort}) | from_entries";
  return JSON.parse((await machine.shell(`curl -s ${API}/report | jq -c '${filter}'`)) || "{}") as never;
}

async function meshBecomes(machine: TestMachine, wanted: Record<string, string[]>): Promise<void> {
  let seen: unknown;
  await comesTrue(
    async () => JSON.stringify((seen = await mesh(machine))) === JSON.stringify(wanted),
    () => JSON.stringify(seen),
  );
}

/** Gives the machine itself an address, within a time in seconds. */
const expose = (machine: TestMachine, seconds = 20) =>
  machine.shell(`curl --silent --max-time ${seconds} --request POST ${API}/expose || echo none`);

/** Puts a network namespace of this name on the network, as an agent does. */
const attach = (machine: TestMachine, name: string, config: object) =>
  machine.shell(
    `ip netns add ${name}; ip -n ${name} link set lo up; CNI_COMMAND=ADD CNI_CONTAINERID=${name} CNI_NETNS=/run/netns/${name} CNI_IFNAME=eth0 ` +
      `CNI_PATH=/opt/cni/bin PATH=/opt/cni/bin /opt/cni/bin/weave-net <<<'${JSON.stringify(config)}'`,
  );

const CONFIG = {
  cniVersion: "0.2.0",
  name: "weave",
  type: "weave-net",
  hairpinMode: true,
  dns: { nameservers: ["10.77.0.12"], search: ["mesos-executeinstance.weave.local"] },
};

describe("weave", () => {
  let lab: TestLab;
  let machines: TestMachine[];
  const start = async (machine: number, options: Launch): Promise<TestProgram> => {
    const program = launch(at(machine), options);
    await program.says("Listening for HTTP control messages");
    return program;
  };
  const at = (machine: number) => machines[machine] as TestMachine;

  beforeEach(async () => {
    lab = await TestLab.open(programsFolder());
    machines = await Promise.all([lab.boot(), lab.boot(), lab.boot()]);
    for (const machine of machines)
      await machine.shell("mkdir -p /run/netns; mount -t tmpfs tmpfs /run/netns");
  });
  afterEach(() => lab.close());

  it("connects all machines, those too of which only others know, and their containers both ways", async () => {
    await start(0, { init: "consensus=1", password: "p" });
    for (const machine of [1, 2]) await start(machine, { peers: [at(0)], password: "p", mtu: "1400" });
    const all = { node1: ["node2", "node3"], node2: ["node1", "node3"], node3: ["node1", "node2"] };
    for (const machine of machines) {
      await comesTrue(
        async () => Object.values(await mesh(machine)).flat().length === 6,
        () => "a mesh",
      );
      const seen = Object.entries(await mesh(machine)).sort(([a], [b]) => (a < b ? -1 : 1));
      expect(Object.fromEntries(seen)).toEqual(all);
    }
    const addresses = await Promise.all(machines.map((machine) => expose(machine)));
    expect(new Set(addresses).size).toBe(3);
    const results = await Promise.all([1, 2].map((machine) => attach(at(machine), "c", CONFIG)));
    const [one, two] = results.map((result) => JSON.parse(result) as { ip4: { ip: string }; dns: object });
    expect(one).toMatchObject({
      ip4: { ip: expect.stringMatching(/^10\.\d+\.\d+\.\d+\/12$/) },
      dns: CONFIG.dns,
    });
    await Promise.all([1, 2].map((machine) => serveIn(at(machine), "c")));
    const ask = (machine: number, result: typeof one) =>
      at(machine).shell(
        `ip netns exec c curl --silent --max-time 5 http://${result?.ip4.ip.split("/")[0]}:8080/`,
      );
    expect(await ask(1, two)).toBe("node3");
    expect(await ask(2, one)).toBe("node2");
    expect(
      await at(1).shell("cat /sys/class/net/weave/mtu; ip netns exec c cat /sys/class/net/eth0/mtu"),
    ).toBe("1400\n1400");
  });

  it("never connects machines whose passwords differ", async () => {
    await start(0, { init: "consensus=1", password: "right" });
    await start(1, { peers: [at(0)], password: "wrong" });
    await start(2, { peers: [at(0)] });
    const state = () =>
      at(1).shell(`curl -s ${API}/report | jq -r '.Router.Connections[] | .State + " " + .Info'`);
    await comesTrue(
      async () => /^failed wrong password/.test(await state()),
      () => "a failed connection",
    );
    expect(await mesh(at(0))).toEqual({ node1: [] });
    expect(await expose(at(1), 2)).toBe("none");
    expect(await expose(at(2), 2)).toBe("none");
  });

  it("shares no addresses between machines that were told another range, nor over a restart", async () => {
    const first = await start(0, { init: "consensus=1" });
    expect(await expose(at(0))).toMatch(/^10\.32\./);
    await start(1, { peers: [at(0)], range: "10.96.0.0/12" });
    const state = () => at(1).shell(`curl -s ${API}/report | jq -r '.Router.Connections[].Info'`);
    await comesTrue(
      async () => (await state()).includes("Incompatible IP allocation ranges"),
      () => "a connection that failed",
    );
    expect(await expose(at(1), 2)).toBe("none");
    await first.stop();
    await start(0, { init: "consensus=1", range: "10.96.0.0/12" });
    expect(await expose(at(0))).toMatch(/^10\.96\./);
  });

  it("gives no address before a quorum of its masters has met", async () => {
    await start(0, { init: "consensus=3", peers: [at(1), at(2)] });
    expect(await expose(at(0), 5)).toBe("none");
    const waiting = expose(at(0));
    await comesTrue(
      async () =>
        (await at(0).shell(`curl -s ${API}/status`)).includes("awaiting consensus (quorum: 2, known: 1)"),
      () => "a status that says so",
    );
    await start(1, { init: "consensus=3", peers: [at(0), at(2)] });
    expect(await waiting).toMatch(/^10\./);
  });

  it("keeps addresses over a restart, and takes those of a machine that is gone for good", async () => {
    const first = await start(0, { init: "consensus=1" });
    const second = await start(1, { peers: [at(0)] });
    const address = await expose(at(0));
    await expose(at(1));
    await first.stop();
    await start(0, { init: "consensus=1" });
    expect(await expose(at(0))).toBe(address);
    await second.stop();
    await meshBecomes(at(0), { node1: [] });
    const entries = () =>
      at(0).shell(`curl -s ${API}/report | jq -c '[.IPAM.Entries[].IsKnownPeer] | unique'`);
    expect(await entries()).toBe("[false,true]");
    const gone = await at(0).shell(
      `curl -s ${API}/report | jq -r '.IPAM.Entries[] | select(.IsKnownPeer | not).Peer'`,
    );
    expect(await at(0).shell(`curl -s -X DELETE ${API}/peer/${gone}`)).toMatch(/^\d+ IPs taken over from/);
    expect(await entries()).toBe("[true]");
  });

  it("gives an address back when a container goes", async () => {
    await start(0, { init: "consensus=1" });
    await expose(at(0));
    const before = await attach(at(0), "one", CONFIG);
    await at(0).shell(
      `CNI_COMMAND=DEL CNI_CONTAINERID=one CNI_NETNS=/run/netns/one CNI_IFNAME=eth0 CNI_PATH=/opt/cni/bin /opt/cni/bin/weave-net <<<'${JSON.stringify(CONFIG)}'`,
    );
    const after = await attach(at(0), "two", CONFIG);
    expect((JSON.parse(after) as { ip4: object }).ip4).toEqual((JSON.parse(before) as { ip4: object }).ip4);
  });

  it.each([
    [true, "1"],
    [false, "0"],
  ])("lets a container reach itself by its bridge where the file says so: %s", async (hairpinMode, mode) => {
    await start(0, { init: "consensus=1" });
    await expose(at(0));
    await attach(at(0), "c", { ...CONFIG, hairpinMode });
    expect(await at(0).shell("cat /sys/class/net/weave/brif/*/hairpin_mode | sort -u")).toContain(mode);
  });

  it("answers in the form of CNI 0.3.1 where the file asks for it, which Mesos cannot read", async () => {
    await start(0, { init: "consensus=1" });
    await expose(at(0));
    const result = JSON.parse(await attach(at(0), "c", { ...CONFIG, cniVersion: "0.3.1" })) as object;
    expect(result).toHaveProperty("ips");
    expect(result).not.toHaveProperty("ip4");
  });

  it.each([
    [["--no-such-flag"], "Unknown option '--no-such-flag'"],
    [["--ipalloc-range", "10.32.0.1/12"], "invalid CIDR address: 10.32.0.1/12"],
    [["--ipalloc-init", "somehow"], "Unable to parse initialization mode 'somehow'"],
  ])("does not start with %j", async (args, text) => {
    const { code, output } = await at(0).run("/usr/lib/weave/router/weaver", args);
    expect(output).toContain(text);
    expect(code).toBe(1);
  });
});

/** Answers requests on port 8080 of a network namespace with the machine's name. */
async function serveIn(machine: TestMachine, namespace: string): Promise<void> {
  const script = `require("http").createServer((_, response) => response.end(require("os").hostname())).listen(8080)`;
  machine.start("ip", ["netns", "exec", namespace, "node", "-e", script]);
  await comesTrue(
    async () =>
      (await machine.shell(`ip netns exec ${namespace} curl -s http://127.0.0.1:8080/`)) === machine.name,
    () => "a server",
  );
}
