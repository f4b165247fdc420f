import type { LabMachine } from "../lab/machine";
import { within } from "../lab/within";
import { type Drill, recovery } from "./drill";
import { bash, type LabCluster, mustSucceed } from "./lab-cluster";

/** As long as a cluster may take to notice that its leader is gone: sessions of ZooKeeper end, and Linux gives a peer up. */
const ELECTION_SEC = 120;

/** Every process of ours whose end a machine must bear: role, unit. */
const PROCESSES = [
  ["master", "mesos-master"],
  ["master", "zookeeper"],
  ["master", "weave"],
  ["master", "docker"],
  ["agent", "mesos-agent"],
  ["agent", "mesos-dns"],
  ["agent", "weave"],
  ["agent", "docker"],
] as const;

/** Cuts a machine from all others, and the way back. */
const CUT = "iptables -I INPUT -i eth0 -j DROP && iptables -I OUTPUT -o eth0 -j DROP";
const UNCUT = "iptables -D INPUT -i eth0 -j DROP && iptables -D OUTPUT -o eth0 -j DROP";

/** What a cluster of any size recovers from. */
const OF_ANY: readonly Drill[] = [
  ...PROCESSES.map(([role, unit]) =>
    recovery(
      `${role}-${unit}-killed`,
      `the process of ${unit} is killed on ${role === "agent" ? "an agent" : "a master"}`,
      async (cluster) => killProcess(cluster[`${role}s`][0] as LabMachine, unit),
    ),
  ),
  recovery("agent-loses-power", "an agent loses its power and gets it back", async ({ agents: [agent] }) =>
    losePower([agent as LabMachine]),
  ),
  recovery("agent-reboots", "an agent reboots", async ({ agents: [agent] }) => reboot([agent as LabMachine])),
  recovery("master-reboots", "a master reboots", async ({ masters: [master] }) =>
    reboot([master as LabMachine]),
  ),
  recovery("master-loses-power", "a master loses its power and gets it back", async ({ masters: [master] }) =>
    losePower([master as LabMachine]),
  ),
  recovery("all-lose-power", "all machines lose their power at once and get it back", ({ all }) =>
    losePower(all),
  ),
  recovery("all-reboot", "all machines reboot at once", ({ all }) => reboot(all), { short: false }),
];

/** What only several masters recover from. */
const OF_SEVERAL: readonly Drill[] = [
  recovery(
    "leader-killed",
    "the process of the leading Mesos master is killed",
    async (cluster) => killProcess((await cluster.leading()).master, "mesos-master"),
    { masters: 3 },
  ),
  recovery(
    "leader-loses-power",
    "the leading master loses its power; another leads and all serve; then it comes back",
    async (cluster) => {
      const { master } = await cluster.leading();
      await master.pullPlug();
      await cluster.untilServing();
      await master.switchOn();
    },
    { masters: 3, short: false },
  ),
  recovery(
    "follower-loses-power",
    "a master that does not lead loses its power; all serve; then it comes back",
    async (cluster) => {
      const master = await follower(cluster);
      await master.pullPlug();
      await cluster.untilServing();
      await master.switchOn();
    },
    { masters: 3, short: false },
  ),
  recovery(
    "leader-cut-off",
    "the leading master is cut off: it ends itself, another leads and all serve; then it is back on the network",
    async (cluster) => {
      const { master } = await cluster.leading();
      const before = await mainProcess(master, "mesos-master");
      await mustSucceed(master, "bash", "-c", CUT);
      try {
        await cluster.untilServing(master);
        await untilEnded(master, "mesos-master", before);
      } finally {
        await bash(master, UNCUT);
      }
    },
    { masters: 3, short: false },
  ),
  recovery(
    "zookeeper-stops",
    "ZooKeeper stops beside the leading master; all serve; then it starts again",
    async (cluster) => {
      const { master } = await cluster.leading();
      await mustSucceed(master, "systemctl", "stop", "zookeeper");
      await cluster.untilServing();
      await mustSucceed(master, "systemctl", "start", "zookeeper");
    },
    { masters: 3, short: false },
  ),
];

/** All that a cluster must recover from by itself. */
export const RECOVERIES: readonly Drill[] = [...OF_ANY, ...OF_SEVERAL];

function mainProcess(machine: LabMachine, unit: string): Promise<string> {
  return mustSucceed(machine, "systemctl", "show", "--property=MainPID", "--value", `${unit}.service`);
}

/** Waits until a process has ended; another one may be there then. */
async function untilEnded(machine: LabMachine, unit: string, before: string): Promise<void> {
  await within(ELECTION_SEC, `${unit} on ${machine.address}`, async () => {
    if ((await mainProcess(machine, unit)) === before) throw new Error("it goes on");
  });
}

async function killProcess(machine: LabMachine, unit: string): Promise<void> {
  const before = await mainProcess(machine, unit);
  if (Number(before) === 0) throw new Error(`${unit} does not run on ${machine.address}`);
  await mustSucceed(machine, "systemctl", "kill", "--signal=SIGKILL", "--kill-whom=main", `${unit}.service`);
  await within(60, `${unit} on ${machine.address}`, async () => {
    const now = await mainProcess(machine, unit);
    if (Number(now) === 0 || now === before) throw new Error("it has not started again");
  });
}

async function losePower(machines: readonly LabMachine[]): Promise<void> {
  await Promise.all(machines.map((machine) => machine.pullPlug()));
  await Promise.all(machines.map((machine) => machine.switchOn()));
}

async function reboot(machines: readonly LabMachine[]): Promise<void> {
  const before = machines.map(bootOf);
  await Promise.all(machines.map((machine) => machine.run(["systemctl", "reboot"])));
  await within(120, "reboot", async () => {
    const waiting = machines.filter((machine, index) => [undefined, before[index]].includes(bootOf(machine)));
    if (waiting.length > 0)
      throw new Error(`${waiting.map(({ address }) => address).join(", ")} not up again`);
  });
}

/** What of a machine is another after each boot. */
function bootOf(machine: LabMachine): string | undefined {
  try {
    return machine.enter()[2];
  } catch {
    return undefined;
  }
}

async function follower(cluster: LabCluster): Promise<LabMachine> {
  const { master } = await cluster.leading();
  return cluster.masters.find(({ id }) => id !== master.id) as LabMachine;
}
