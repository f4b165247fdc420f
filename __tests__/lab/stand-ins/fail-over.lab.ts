import {
  agentFlags,
  commandLine,
  get,
  masterFlags,
  startZooKeeper,
  stateBecomes,
  writeSecrets,
} from "./machines/cluster";
import { programsFolder } from "./machines/prepare";
import { TestLab } from "./machines/test-lab";
import { comesTrue, type TestMachine, type TestProgram } from "./machines/test-machine";

describe("three masters and an agent", () => {
  let lab: TestLab;
  let masters: TestMachine[];
  let agent: TestMachine;
  let agentProgram: TestProgram;
  let launch: TestProgram;
  const programs = new Map<TestMachine, TestProgram>();

  const startMaster = (machine: TestMachine) =>
    programs.set(machine, machine.start("mesos-master", commandLine(masterFlags(machine, 2))));
  const startAgent = () =>
    (agentProgram = agent.start("mesos-agent", commandLine(agentFlags(agent, masters))));
  const isKept = {
    connected: true,
    recovered: false,
    tasks: [expect.objectContaining({ state: "TASK_RUNNING" })],
  };
  /** A leader that is new hears of tasks from their agents, and of frameworks from themselves. */
  const isBack: Parameters<typeof stateBecomes>[2] = ({ frameworks: [first] }) =>
    first?.connected === true && first.tasks.length > 0;
  const running = () => agent.shell("pgrep --full '^sleep 4242'");

  beforeAll(async () => {
    lab = await TestLab.open(programsFolder());
    masters = await Promise.all([lab.boot(), lab.boot(), lab.boot()]);
    agent = await lab.boot();
    await Promise.all([...masters, agent].map((machine) => writeSecrets(machine, masters)));
    await agent.shell("mkdir -p /etc/test/cni /opt/cni/bin");
    await startZooKeeper(masters);
    for (const machine of masters) startMaster(machine);
    // an agent that comes first would leave their place in ZooKeeper open to all
    await comesTrue(
      async () => (await get(agent, `${launcher().address}:5050/state`, "operator")).status === 200,
      () => "a leader",
    );
    startAgent();
  });
  afterAll(() => lab.close());

  const launcher = () => masters[0] as TestMachine;
  const seen = (isRight: Parameters<typeof stateBecomes>[2]) => stateBecomes(agent, launcher(), isRight);

  it("elect a leader, with whom the agent registers", async () => {
    const { slaves, leader_info: leader } = await seen(({ slaves: all }) => all.some(({ active }) => active));
    expect(slaves).toMatchObject([
      { hostname: agent.address, attributes: { zone: "a", instance_type: "t3.large" } },
    ]);
    expect(masters.map(({ address }) => address)).toContain(leader.hostname);
  });

  it("let only masters change what they have in ZooKeeper, and everybody read it", async () => {
    const acl = await launcher().shell(
      `/usr/share/zookeeper/bin/zkCli.sh -server ${launcher().address}:2181 getAcl /mesos 2>/dev/null | tail -n 4`,
    );
    expect(acl.replace(/\s+/g, " ")).toMatch(/'world,'anyone : r 'digest,'mesos:\S+ : cdrwa/);
  });

  it("run a task of mesos-execute, which names itself", async () => {
    const flags = {
      master: "file:///etc/test/zk-url",
      principal: "launcher",
      secret: "file:///etc/test/launcher-secret",
      checkpoint: true,
      name: "keep",
      command: "sleep 4242",
      resources: "cpus:0.1;mem:32",
    } as const;
    launch = launcher().start("mesos-execute", [...commandLine(flags), "--no-partition_aware"]);
    await launch.says("Received status update TASK_RUNNING for task 'keep'");
    expect((await seen(() => true)).frameworks).toMatchObject([{ ...isKept, principal: "launcher" }]);
  });

  it("keep it when the agent's process is killed and started again", async () => {
    const before = await running();
    expect(before).not.toBe("");
    await agentProgram.stop();
    await seen(({ slaves }) => slaves.every(({ active }) => !active));
    startAgent();
    const { frameworks } = await seen(({ slaves }) => slaves.every(({ active }) => active));
    expect(frameworks).toMatchObject([isKept]);
    expect(await running()).toBe(before);
  });

  it("keep it when the leader is killed, and agents and mesos-execute find the next one", async () => {
    const before = await seen(() => true);
    const leader = masters.find(({ address }) => address === before.leader_info.hostname) as TestMachine;
    const other = masters.find((machine) => machine !== leader) as TestMachine;
    await programs.get(leader)?.stop();
    const after = await stateBecomes(agent, other, isBack);
    expect(after.leader_info.hostname).not.toBe(leader.address);
    expect(after.frameworks).toMatchObject([{ ...isKept, id: before.frameworks[0]?.id }]);
    expect(launch.output).toContain("Re-detecting master");
    startMaster(leader);
  });

  it("wait for an agent that the last leader knew, and say nothing of its task until it is back", async () => {
    const before = await seen(({ slaves }) => slaves.length === 1);
    const leader = masters.find(({ address }) => address === before.leader_info.hostname) as TestMachine;
    const other = masters.find((machine) => machine !== leader) as TestMachine;
    await agentProgram.stop();
    await programs.get(leader)?.stop();
    const after = await stateBecomes(
      agent,
      other,
      ({ leader_info: next }) => next.hostname !== leader.address,
    );
    expect(after.recovered_slaves).toMatchObject([{ id: before.slaves[0]?.id }]);
    expect(after.slaves).toEqual([]);
    startAgent();
    const back = await stateBecomes(agent, other, isBack);
    expect(back.recovered_slaves).toEqual([]);
    expect(back.slaves).toMatchObject([{ id: before.slaves[0]?.id }]);
    expect(back.frameworks).toMatchObject([{ ...isKept, id: before.frameworks[0]?.id }]);
    startMaster(leader);
  });

  it("end it when mesos-execute goes", async () => {
    await launch.stop("SIGTERM");
    await seen(({ frameworks }) => frameworks.length === 0);
    await comesTrue(
      async () => (await running()) === "",
      () => "the task's end",
    );
  });
});
