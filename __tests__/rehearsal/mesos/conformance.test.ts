import fc from "fast-check";
import { comparable, Observation } from "./conformance/observation";
import { recording } from "./conformance/recording";
import {
  isHealthy,
  isRunning,
  isSuppressed,
  play,
  recordingOf,
  Situation,
  tearDown,
  terminate,
  timeOver,
} from "./conformance/situation";
import { ClusterOptions, Execution, StandInCluster, StandInMachines } from "./conformance/stand-in-cluster";
import { expectEventually, processesWith } from "../support";
import { runAsides, World, WORLDS } from "./conformance/world";

/** What the agents had where it was recorded. */
const AGENT = "disk:20000;mem:4096;cpus:2;ports:[31000-32000]";
const AGENT_OF_THREE = "disk:1000;mem:2048;cpus:2;ports:[31000-32000]";

/** What is chosen depends on it. */
const SEED = 20_261_123;

/** How many worlds a situation is played in. */
const RUNS = 3;

describe("what a real Mesos did, the stand-in does", () => {
  let machines: StandInMachines;
  beforeAll(async () => {
    const third = fc.sample(fc.nat(250), { seed: SEED, numRuns: 3 });
    machines = await StandInMachines.boot(third.map((octet, n) => `10.${n}.${octet}.4`));
  });
  afterAll(() => machines.close());

  const form = (world: World, options: Partial<ClusterOptions> = {}) =>
    machines.form({
      ...{ name: world.cluster, masters: world.masters, agents: world.agents, resources: AGENT },
      ...options,
    });
  const inManyWorlds = (check: (world: World) => Promise<void>) =>
    fc.assert(fc.asyncProperty(WORLDS, check), { seed: SEED, numRuns: RUNS, endOnFailure: true });

  it.each<Situation>([
    { folder: "01-finished", task: "done" },
    { folder: "02-failed", task: "fails" },
    { folder: "03-running-image-cni-health", task: "web", image: "busybox", until: isHealthy },
    { folder: "04-unhealthy", task: "sick", image: "busybox", fault: "unhealthy" },
    { folder: "05-image-missing", task: "noimage", image: "absent:9", isImageMissing: true },
    { folder: "06-network-unknown", task: "nonet", image: "busybox" },
    { folder: "07-offer-too-small", task: "big", until: isSuppressed },
    { folder: "08-task-error", task: "a/b" },
    { folder: "09-teardown-by-hand", task: "torn", until: isRunning, end: tearDown },
    { folder: "10-sigterm", task: "termed", until: isRunning, end: terminate },
    { folder: "11-oom", task: "oom", fault: "out-of-memory" },
    { folder: "12-two-copies", task: "twin", until: isRunning, copies: 2 },
  ])("$folder", async (situation) => {
    await inManyWorlds(async (world) => {
      const recorded = recordingOf(situation);
      // two copies were on one agent
      const stand = form(world, situation.copies === undefined ? {} : { agents: 1 });

      const played = await play(situation, recorded, stand, world);

      expect(comparable(played)).toEqual(comparable(recorded));
    });
  });

  it("13-agent-lost-checkpoint-partition-aware", async () => {
    await inManyWorlds(async (world) => {
      const [master] = world.masters;
      const stand = form(world, { masters: [master], agentTimeoutSec: 0.01 });
      const execution = await run(stand, world, ["--checkpoint"]);
      stand.loseAgents();
      await stand.until(({ frameworks }) => frameworks.some(({ unreachable }) => unreachable.length > 0));
      stand.cluster.masterDown(master);
      stand.cluster.masterUp(master);
      await execution.says("Subscribed with ID", 2);

      const played = await overOf(stand, execution, world);

      const recorded = recording("13-agent-lost-checkpoint-partition-aware", { pa: "TASK" });
      expect(comparable(played)).toEqual(comparable(recorded));
    });
  });

  it("14-agent-lost-checkpoint-no-partition-aware", async () => {
    await inManyWorlds(async (world) => {
      const stand = form(world, { agentTimeoutSec: 0.01 });
      const execution = await run(stand, world, ["--checkpoint", "--no-partition_aware"]);
      stand.loseAgents();

      const played = await observe(execution, world);

      const recorded = recording("14-agent-lost-checkpoint-no-partition-aware", { npa: "TASK" });
      expect(comparable(played)).toEqual(comparable(recorded));
    });
  });

  it("15-leader-and-launcher-died, and the orphan ends by a teardown on the new leader", async () => {
    await inManyWorlds(async (world) => {
      const [leader, next, follower] = world.masters;
      const stand = form(world, { resources: AGENT_OF_THREE, agents: 1 });
      const kill = new AbortController();
      const orphan = await runAside(stand, world, "orphan", kill.signal);
      const keep = await runAside(stand, world, "keep");
      await runAsides(stand, world.before, world);
      stand.cluster.masterDown(leader);
      kill.abort();
      await stand.until(({ frameworks }) => frameworks.some(({ id, active }) => id === keep && active));

      const played = {
        outputs: [],
        state: await stand.json("/state"),
        frameworks: [orphan, keep],
        names: {
          [`${world.task}-orphan`]: "ORPHAN",
          [`${world.task}-keep`]: "KEEP",
          [world.cluster]: "CLUSTER",
        },
      };

      const names = {
        orphan: "ORPHAN",
        keep: "KEEP",
        ha: "CLUSTER",
        5052: "5050",
        5061: "5051",
        5062: "5051",
      };
      const recorded = recording("15-leader-and-launcher-died", names);
      const { frameworks } = recorded.state as { frameworks: { id: string }[] };
      expect(comparable(played)).toEqual(
        comparable({ ...recorded, frameworks: frameworks.map(({ id }) => id) }),
      );

      const tearDownAt = (master: string) =>
        stand.ask(
          `http://${master}:5050/teardown`,
          ...["--data", `frameworkId=${orphan}`, "--write-out", "%{http_code} %{redirect_url}"],
        );
      expect(await tearDownAt(follower)).toBe(`307 http://${next}:5050/teardown`);
      expect(await tearDownAt(next)).toBe("200 ");
      expect(stand.state.frameworks.map(({ id }) => id)).not.toContain(orphan);
      await expectEventually(() => processesWith(sleepOf(`${world.task}-orphan`)).length === 0);
      expect(processesWith(sleepOf(`${world.task}-keep`))).not.toEqual([]);
      expect(stand.state.frameworks.find(({ id }) => id === keep)?.tasks).toMatchObject([
        { state: "TASK_RUNNING" },
      ]);
    });
  });

  it("16-master-failover-launcher-survived", async () => {
    await inManyWorlds(async (world) => {
      const stand = form(world);
      const execution = await run(stand, world, ["--checkpoint", "--no-partition_aware"], zooKeeper(world));
      const [first, next] = world.masters;
      stand.cluster.masterDown(first);
      await execution.says("Subscribed with ID", 2);

      const played = await overOf(stand, execution, world);

      const names = { keep: "TASK", 5051: "5050", 5052: "5050" };
      const recorded = recording("16-master-failover-launcher-survived", names);
      expect(comparable({ ...played, exit: undefined })).toEqual(comparable(recorded));
      expect(execution.output).toContain(`New master detected at master@${next}:5050`);
    });
  });
});

const RESOURCES = "--resources=cpus:0.1;mem:32";
const COMMAND = "--command=exec sleep 300";

/** Starts a task that goes on, and waits for it. */
async function run(
  stand: StandInCluster,
  { masters, task }: World,
  flags: readonly string[],
  master = `${masters[0]}:5050`,
): Promise<Execution> {
  const execution = stand.execute([`--master=${master}`, `--name=${task}`, COMMAND, RESOURCES, ...flags]);
  await execution.reached(stand, isRunning);
  return execution;
}

/** Starts a task that goes on, and whose output nobody needs; settles with its framework. */
async function runAside(
  stand: StandInCluster,
  world: World,
  name: string,
  gone?: AbortSignal,
): Promise<string> {
  const known = stand.state.frameworks.map(({ id }) => id);
  const id = `${world.task}-${name}`;
  const flags = [`--command=${sleepOf(id)}`, RESOURCES, "--checkpoint", "--no-partition_aware"];
  void stand.executeAside([`--master=${zooKeeper(world)}`, `--name=${id}`, ...flags], gone);
  const own = () => stand.state.frameworks.find(({ id }) => !known.includes(id));
  await stand.until(() => own()?.tasks[0]?.state === "TASK_RUNNING");
  return own()?.id ?? "";
}

/** A command that goes on, and can be told from all others of this host. */
function sleepOf(task: string): string {
  return `: ${task} ${process.pid}; exec sleep 300`;
}

function zooKeeper({ masters }: World): string {
  return `zk://${masters.map((host) => `${host}:2181`).join(",")}/mesos`;
}

async function overOf(stand: StandInCluster, execution: Execution, world: World): Promise<Observation> {
  await timeOver(stand, execution);
  return observe(execution, world);
}

async function observe(execution: Execution, { task }: World): Promise<Observation> {
  return { exit: await execution.exit(), outputs: [execution.output], names: { [task]: "TASK" } };
}
