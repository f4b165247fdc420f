import type { LabMachine } from "../lab/machine";
import type { MesosTaskState } from "./cluster-state";
import type { Drill } from "./drill";
import { bash, inContainer, mustSucceed } from "./lab-cluster";

type PlacedTask = MesosTaskState & { readonly machine: LabMachine };

/** What nobody is told without a password. */
const CLOSED = ["5050/state", "5050/api/v1", "5050/teardown", "5050/master/flags"];

/** All that a second run of the boot command must leave alone. */
const FOOTPRINT = `
find /etc /opt/cdktf-mesos /var/lib/cdktf-mesos -xdev -type f ! -path '/var/lib/cdktf-mesos/verdict.json' \\
  -exec sha256sum {} + | sort -k 2 | sha256sum
for unit in docker weave zookeeper mesos-master mesos-dns mesos-agent; do
  systemctl show --property=Id,ExecMainStartTimestampMonotonic "$unit"
done`;

/** What is asked of a cluster that runs. */
export const CHECKS: readonly Drill[] = [
  check(
    "traffic",
    "every task that listens is reached by its name from containers on every other machine",
    async (cluster) => {
      const tasks = await cluster.tasks();
      const pairs = tasks.flatMap((from) => tasks.map((to) => [from, to] as const));
      const across = pairs.filter(([from, to]) => from.machine !== to.machine && portOf(to) !== undefined);
      const machines = new Set(across.map(([{ machine }]) => machine));
      if (machines.size < 2) throw new Error(`tasks must run on two machines, got ${machines.size}`);
      for (const [from, to] of firstOfEach(across)) await connects(from, to);
    },
  ),
  check("unknown-name", "a name that nobody has is not found inside a container", async (cluster) => {
    const [task] = await cluster.tasks();
    const { code } = await inside(
      task as PlacedTask,
      "getent",
      "ahostsv4",
      "nobody.mesos-executeinstance.weave.local",
    );
    if (code !== 2) throw new Error(`getent must end with 2, got ${code}`);
  }),
  check("no-password", "no master answers without a password", async ({ masters }) => {
    for (const { address } of masters)
      for (const where of CLOSED) {
        const ask = 'curl -s -o /dev/null -w "%{http_code}" -X POST -d x "$1"';
        const { stdout } = await bash(masters[0] as LabMachine, ask, `http://${address}:${where}`);
        if (stdout !== "401") throw new Error(`${address}:${where} must answer 401, got ${stdout}`);
      }
  }),
  check(
    "boot-again",
    "the boot command runs again on every machine, and changes nothing",
    async ({ all }) => {
      for (const machine of all) {
        const before = await mustSucceed(machine, "bash", "-c", FOOTPRINT);
        await mustSucceed(machine, "/opt/cdktf-mesos/bin/boot-node");
        const after = await mustSucceed(machine, "bash", "-c", FOOTPRINT);
        if (after !== before)
          throw new Error(`${machine.address} must be as it was:\n${before}\ngot:\n${after}`);
      }
    },
  ),
];

function check(name: string, title: string, play: Drill["play"]): Drill {
  return { name, title, masters: 1, short: true, play };
}

function portOf({ health_check: check }: MesosTaskState): number | undefined {
  return check?.http?.port ?? check?.tcp?.port;
}

/** One pair for each listening task and each other machine. */
function firstOfEach(pairs: readonly (readonly [PlacedTask, PlacedTask])[]) {
  return [...new Map(pairs.map((pair) => [`${pair[0].machine.id} ${pair[1].name}`, pair])).values()];
}

async function connects(from: PlacedTask, to: PlacedTask): Promise<void> {
  const name = `${to.name}.mesos-executeinstance.weave.local`;
  const open = 'timeout 10 bash -c \'exec 3<>"/dev/tcp/$1/$2"\' bash "$1" "$2"';
  const { code, stderr } = await inside(from, "bash", "-c", open, "bash", name, String(portOf(to)));
  if (code !== 0)
    throw new Error(`${from.id} must reach ${name}:${portOf(to)}, got exit code ${code}: ${stderr}`);
}

function inside({ machine, id }: PlacedTask, ...command: string[]) {
  return inContainer(machine, id, ...command);
}
