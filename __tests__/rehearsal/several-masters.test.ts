import { liveTasks, type Task } from "../../tools/rehearsal/mesos/cluster-state";
import { NodeCluster } from "./node-cluster";
import { expectEventually } from "./support";

const FAIL_OVER = { electionSec: 0.5, reregisterSec: 0.3, reregisterTimeoutSec: 60 };
const [FIRST, SECOND, THIRD] = ["10.0.0.4", "10.0.0.5", "10.0.0.6"] as const;
const EXECUTE =
  `exec mesos-execute --master=zk://${FIRST}:2181,${SECOND}:2181,${THIRD}:2181/mesos --checkpoint ` +
  "--no-partition_aware --command='exec sleep infinity' --resources='cpus:0.1;mem:32'";

describe("three masters of a rehearsal", () => {
  let cluster: NodeCluster;
  const boot = async (agentTimeoutSec = 60) => {
    const patience = { agentTimeoutSec, failOver: FAIL_OVER };
    cluster = new NodeCluster({ masters: 3, agents: 2, resources: "cpus:2;mem:1024", patience });
    await cluster.boot();
    await expectEventually(() => cluster.leader !== undefined && cluster.state.agents.length === 2);
  };
  beforeEach(() => boot());
  afterEach(() => cluster.close());

  const leader = () => cluster.leader as string;
  const follower = () => cluster.masters.find((address) => address !== cluster.leader) as string;
  const state = (from: string, of: string) =>
    cluster.mustRun(from, `curl --silent --dump-header - http://${of}:5050/state`);
  const task = (name: string): Task | undefined =>
    liveTasks(cluster.state).find(({ info }) => info.name === name);
  const launch = async (address: string, name: string) => {
    const command = cluster.instance(address).machine.start(["bash", "-c", `${EXECUTE} --name=${name} 2>&1`]);
    command.child.stdout.resume();
    await expectEventually(() => task(name)?.state === "TASK_RUNNING");
    return command;
  };

  it("have one leader, which answers, and to which the others send", async () => {
    expect(await state(FIRST, leader())).toMatch(/^HTTP\/1.1 200 OK/);
    expect(await state(FIRST, follower())).toMatch(
      new RegExp(`^HTTP/1.1 307 Temporary Redirect\r\nLocation: //${leader()}:5050/state\r\n`),
    );
  });

  it("elect another leader when the leader's process ends, and their launchers go on with it", async () => {
    const before = leader();
    await launch(before, "kept");
    const { framework } = task("kept") as Task;

    cluster.instance(before).stopMesos();
    await expectEventually(() => task("kept") !== undefined && cluster.leader !== before);
    await expectEventually(() => cluster.state.frameworks[0]?.process !== undefined);

    expect(task("kept")).toMatchObject({ framework, state: "TASK_RUNNING" });
  });

  it("keep an orphan of a leader that died with its launcher until it is torn down", async () => {
    const before = leader();
    await launch(before, "orphan");
    await cluster.cutPower(before);
    await expectEventually(() => task("orphan") !== undefined);
    const [framework] = cluster.state.frameworks;
    expect(framework).toMatchObject({ recovered: true, process: undefined });

    const teardown = `curl --fail --silent --data frameworkId=${framework?.id} http://${leader()}:5050/teardown`;
    await cluster.mustRun(leader(), teardown);

    expect(cluster.state.frameworks).toEqual([]);
  });

  it("end what was launched on a master that dies and does not lead", async () => {
    await launch(follower(), "gone");

    await cluster.cutPower(follower());

    await expectEventually(() => cluster.state.frameworks.length === 0);
  });

  it("come back from their disks and start what is enabled there", async () => {
    const address = follower();
    const unit = "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n";
    cluster.write(address, "/etc/systemd/system/kept.service", unit);
    cluster.write(address, "/run/gone", "");
    await cluster.mustRun(address, "systemctl enable kept");
    await cluster.cutPower(address);

    await cluster.powerOn(address);

    const look = "until systemctl is-active --quiet kept; do sleep 0.1; done; ls /run";
    expect(await cluster.mustRun(address, look)).not.toContain("gone");
    expect(cluster.state.up.map((master) => master.address)).toContain(address);
  });

  it("tell who lost a task whose agent's machine came back without it", async () => {
    const execution = await launch(FIRST, "web");
    const { machine } = task("web") as Task;
    const address = machine.replace("i-", "");
    await cluster.cutPower(address);

    await cluster.powerOn(address);

    expect(await execution.exited).toEqual({ code: 0 });
    expect(cluster.state.removed.at(-1)?.completed[0]).toMatchObject({
      state: "TASK_LOST",
      statuses: [{}, {}, { reason: "REASON_RECONCILIATION" }],
    });
  });

  it("lose the task of an agent that is cut off for too long, and end it when the agent is back", async () => {
    await cluster.close();
    await boot(1);
    const execution = await launch(FIRST, "web");
    const { machine } = task("web") as Task;
    const agent = cluster.instance(machine.replace("i-", ""));
    const processes = async () => (await agent.machine.run(["pgrep", "--full", "sleep infinity"])).stdout;
    agent.stopMesos();
    await execution.exited;
    expect(await processes()).not.toBe("");

    agent.startMesos();

    let left = "?";
    while (left !== "") left = await processes();
  });

  it("keep the task of an agent that is restarted in time", async () => {
    await launch(FIRST, "web");
    const { machine, framework } = task("web") as Task;
    const agent = cluster.instance(machine.replace("i-", ""));

    agent.stopMesos();
    agent.startMesos();

    expect(task("web")).toMatchObject({ framework, state: "TASK_RUNNING" });
    expect(cluster.state.agents.every(({ downSince }) => downSince === undefined)).toBe(true);
  });
});
