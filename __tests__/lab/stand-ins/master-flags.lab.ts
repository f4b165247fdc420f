import {
  agentFlags,
  commandLine,
  FlagValues,
  get,
  masterFlags,
  SECRETS,
  sessionsEnd,
  startZooKeeper,
  stateBecomes,
  unitFlags,
  writeSecrets,
  zkUrl,
} from "./machines/cluster";
import { programsFolder } from "./machines/prepare";
import { TestLab } from "./machines/test-lab";
import { comesTrue, TestMachine, TestProgram } from "./machines/test-machine";

let lab: TestLab;
let master: TestMachine;
let agent: TestMachine;
const started: TestProgram[] = [];

/** Not one of ours: it only makes the tests faster. */
const SHORT: FlagValues = { zk_session_timeout: "2secs" };

/** Starts a master whose flags differ from ours. */
function startMaster(changes: FlagValues): TestProgram {
  const program = master.start("mesos-master", commandLine({ ...masterFlags(master), ...SHORT, ...changes }));
  started.push(program);
  return program;
}

/** Starts an agent whose flags differ from ours. */
function startAgent(changes: FlagValues = {}): TestProgram {
  const program = agent.start("mesos-agent", commandLine({ ...agentFlags(agent, [master]), ...changes }));
  started.push(program);
  return program;
}

const ask = (path: string, principal?: keyof typeof SECRETS) =>
  get(agent, `${master.address}:5050${path}`, principal);
const answers = (path: string, status: number, principal?: keyof typeof SECRETS) =>
  comesTrue(
    async () => (await ask(path, principal)).status === status,
    () => `${path} with ${status}`,
  );

/** Fails to start, in the words of the real one. */
const refuses = (text: string) => async (changes: FlagValues) => {
  expect(await startMaster(changes).ended).toMatchObject({ code: 1, output: expect.stringContaining(text) });
};

/** Runs mesos-execute for a task that ends at once. */
const execute = (extra: FlagValues) =>
  master.run(
    "mesos-execute",
    commandLine({
      master: `${master.address}:5050`,
      name: "t",
      command: "true",
      resources: "cpus:0.1;mem:32",
      ...extra,
    }),
  );

const AS_LAUNCHER = { principal: "launcher", secret: "file:///etc/test/launcher-secret" };

const PRINCIPALS = ["agent", "launcher", "operator", "mesos-dns"] as const;

/** Every flag of ours, and what is different without it. */
const WITHOUT: Readonly<Record<string, (changes: FlagValues) => Promise<void>>> = {
  zk: async (changes) => {
    await startMaster(changes).says("Starting Mesos master");
    const program = startAgent();
    await program.says("Recovered 0 executors");
    await answers("/state", 200, "operator");
    expect(program.output).not.toContain("New master detected");
  },
  quorum: refuses("Need to specify --quorum for replicated log based registry when using ZooKeeper"),
  work_dir: refuses("--work_dir needed for replicated log based registry"),
  credentials: refuses("No credentials provided for the default 'basic' HTTP authenticator"),
  http_framework_authenticators: refuses("Missing `--http_framework_authenticators` flag"),
  cluster: async (changes) => {
    startMaster(changes);
    expect((await stateBecomes(agent, master, () => true)).cluster).toBeUndefined();
  },
  ip: async (changes) => {
    await startMaster(changes).says("Starting Mesos master");
    expect((await ask("/health")).status).toBe(0);
  },
  // the one of the address takes its place
  hostname: async (changes) => {
    startMaster({ ...changes, hostname: "elsewhere" });
    const { leader_info: leader } = await stateBecomes(agent, master, () => true);
    expect(leader.hostname).toBe("elsewhere");
  },
  port: async (changes) => {
    await startMaster({ ...changes, port: "5055" }).says(":5055");
    expect((await ask("/health")).status).toBe(0);
  },
  authenticate_agents: async (changes) => {
    startMaster(changes);
    startAgent({ credential: undefined });
    await stateBecomes(agent, master, ({ slaves }) => slaves.length === 1);
  },
  authenticate_http_readonly: async (changes) => {
    startMaster(changes);
    await answers("/state", 200);
  },
  authenticate_http_readwrite: async (changes) => {
    startMaster(changes);
    await answers("/state", 200, "operator");
    expect((await ask("/api/v1")).status).toBe(405);
  },
  authenticate_http_frameworks: async (changes) => {
    startMaster(changes);
    startAgent();
    await stateBecomes(agent, master, ({ slaves }) => slaves.length === 1);
    expect((await execute({})).output).toContain("TASK_FINISHED");
  },
};

describe("mesos-master", () => {
  beforeAll(async () => {
    lab = await TestLab.open(programsFolder());
    [master, agent] = await Promise.all([lab.boot(), lab.boot()]);
    for (const machine of [master, agent]) await writeSecrets(machine, [master]);
    await agent.shell("mkdir -p /etc/test/cni /opt/cni/bin");
    await startZooKeeper([master]);
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((program) => program.stop()));
    await agent.shell("rm -rf /var/lib/mesos");
    await sessionsEnd(master);
  });
  afterAll(() => lab.close());

  it("refuses whoever does not know a secret, as long as all flags are there", async () => {
    startMaster({});
    await answers("/state", 200, "operator");
    expect((await ask("/state")).status).toBe(401);
    expect((await ask("/api/v1")).status).toBe(401);
    expect((await ask("/flags")).status).toBe(401);
    expect((await ask("/health")).status).toBe(200);
    const stranger = startAgent({ credential: undefined });
    await stranger.says("Agent is not authenticated");
    expect((await execute({})).output).toContain("Received unexpected '401 Unauthorized' () for SUBSCRIBE");
  });

  it.each(Object.entries(WITHOUT))("is another one without --%s", (name, outcome) =>
    outcome({ [name]: undefined }),
  );

  it("has each flag of our unit in the table above", () => {
    expect(Object.keys(WITHOUT).sort()).toEqual(unitFlags("master"));
    expect(Object.keys(masterFlags(master)).sort()).toEqual(unitFlags("master"));
  });

  it("does not lead without a quorum of masters", async () => {
    startMaster({ quorum: "2", work_dir: "/var/lib/mesos/other" });
    await answers("/state", 503, "operator");
    expect((await ask("/state", "operator")).body).toBe("Master has not finished recovery");
  });

  it.each(
    PRINCIPALS.flatMap((principal) => [
      [principal, "do not name it", []] as const,
      [principal, "know another secret of it", [{ principal, secret: "another" }]] as const,
      [
        principal,
        "know its secret under another name",
        [{ principal: "x", secret: SECRETS[principal] }],
      ] as const,
    ]),
  )("refuses %s when the credentials %s", async (principal, _, instead) => {
    const others = PRINCIPALS.filter((name) => name !== principal);
    const credentials = [...others.map((name) => ({ principal: name, secret: SECRETS[name] })), ...instead];
    await master.write("/etc/test/fewer.json", JSON.stringify({ credentials }));
    startMaster({ credentials: "file:///etc/test/fewer.json" });
    const other = principal === "operator" ? "mesos-dns" : "operator";
    await answers("/state", 200, other);
    if (principal === "agent") await startAgent().says("Agent is not authenticated");
    else if (principal === "launcher")
      expect((await execute(AS_LAUNCHER)).output).toContain("401 Unauthorized");
    else expect((await ask("/state", principal)).status).toBe(401);
  });

  it("cannot join others in ZooKeeper with a wrong password", async () => {
    await master.write("/etc/test/wrong-url", zkUrl([master], "mesos:wrong@"));
    await refuses("not authenticated")({ zk: "file:///etc/test/wrong-url" });
  });

  it.each([
    ["zk://127.0.0.1:2181", "Expecting a (chroot) path for ZooKeeper ('/' is not supported)"],
    ["127.0.0.1:2181/mesos", "Failed to parse '127.0.0.1:2181/mesos'"],
  ])("does not take %s for ZooKeeper", (zk, text) => refuses(text)({ zk }));

  it("ends itself when it leads and ZooKeeper is gone", async () => {
    const alone = await lab.boot();
    await writeSecrets(alone, [alone]);
    const [zooKeeper] = await startZooKeeper([alone]);
    const program = alone.start("mesos-master", commandLine({ ...masterFlags(alone), ...SHORT }));
    await program.says("Successfully recovered registrar");
    await zooKeeper?.stop();
    expect(await program.ended).toMatchObject({
      code: 1,
      output: expect.stringContaining("Lost candidacy as a leader"),
    });
  });
});
