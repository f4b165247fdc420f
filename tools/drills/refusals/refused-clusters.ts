import type { LabCommandResult } from "../../lab/index";
import { type DeclaredCluster, type PlannedMachine, planMachines } from "./planned-machines";
import type { Refusal, RefusalWorld } from "./refusal";
import { BOOT_SEC, expectJoined, expectReady, READY_SEC, standInSources } from "./refused-boot";
import { RefusedMachine } from "./refused-machine";

/** As long as is waited for what will not come, in seconds. */
const IN_VAIN_SEC = 45;

const [SECRET, OTHER_SECRET] = ["of one cluster", "of another cluster"];

/** A master that never comes, while the two others are a quorum. */
const MASTER_MISSING: Refusal = {
  name: "master-missing",
  title: "one of three masters never boots",
  play: (world) => {
    const named = plan(world, [{ masterCount: 3 }]);
    const planned = {
      first: named("demo-master-1"),
      second: named("demo-master-2"),
      agent: named("demo-agent-1"),
    };
    return withMachines(world, planned, async ({ first, second, agent }) => {
      await expectJoined(first, SECRET);
      expectRefusal(first, await first.status(IN_VAIN_SEC), [
        /^waiting +zookeeper +serves nobody; 2 of 3 masters must be up, no answer from 10\.\d+\.\d+\.\d+ 10\./m,
      ]);
      await expectReady(second, SECRET);
      await expectReady(first, SECRET);
      await expectReady(agent, SECRET);
      const missing = `10\\.${world.range}\\.0\\.5`;
      expectRefusal(first, await first.clusterStatus(1, 3, IN_VAIN_SEC), [
        new RegExp(`^waiting +mesos-master +no answer from ${missing}$`, "m"),
        /^waiting +weave +3 of 4 machines: /m,
        /^last lines of mesos-master\.service:$/m,
      ]);
    });
  },
};

/** A master made for more masters than there are. */
const OTHER_LIST: Refusal = {
  name: "other-list",
  title: "a master that was told of three, beside one that was told of itself",
  play: (world) => {
    const planned = {
      alone: plan(world, [{ masterCount: 1 }])("demo-master-1"),
      second: plan(world, [{ masterCount: 3 }])("demo-master-2"),
    };
    return withMachines(world, planned, async ({ alone, second }) => {
      await expectReady(alone, SECRET);
      await expectJoined(second, SECRET);
      expectRefusal(second, await second.status(IN_VAIN_SEC), [
        /^failed +ensemble +.*says ZooKeeper is on itself, this machine was told 1=.*'masterCount' is not changed on a live cluster/m,
      ]);
      const running = await second.services();
      if (running.some((unit) => unit !== "weave")) {
        throw second.complaint("neither ZooKeeper nor Mesos may run", running.join(", "));
      }
    });
  },
};

/** An agent that was handed another secret than its master. */
const OTHER_SECRET_OF_AGENT: Refusal = {
  name: "other-secret",
  title: "an agent with another cluster secret",
  play: (world) => {
    const named = plan(world, [{}]);
    const planned = { master: named("demo-master-1"), agent: named("demo-agent-1") };
    return withMachines(world, planned, async ({ master, agent }) => {
      await expectReady(master, SECRET);
      await expectJoined(agent, OTHER_SECRET);
      expectRefusal(agent, await agent.status(READY_SEC), [
        /^failed +password +10\.\d+\.0\.4 refuses this machine's password; .*'clusterSecret'/m,
      ]);
      expectRefusal(master, await master.clusterStatus(1, 1, IN_VAIN_SEC), [
        /^waiting +agents +0 of 1 are registered/m,
      ]);
    });
  },
};

/** Two clusters in one VPC, each of which becomes ready with its own machines. */
function neighbours(
  name: string,
  title: string,
  names: readonly string[],
  secrets: readonly string[],
): Refusal {
  return {
    name,
    title,
    play: (world) => {
      const named = plan(
        world,
        names.map((clusterName) => ({ clusterName })),
      );
      // of two by one name, the first and the second
      const [one = "", other = ""] = names;
      const second = one === other ? 1 : 0;
      const planned = {
        first: named(`${one}-master-1`),
        firstAgent: named(`${one}-agent-1`),
        second: named(`${other}-master-1`, second),
        secondAgent: named(`${other}-agent-1`, second),
      };
      return withMachines(world, planned, async ({ first, firstAgent, second, secondAgent }) => {
        await Promise.all([first, firstAgent].map((machine) => expectJoined(machine, secrets[0] as string)));
        await Promise.all(
          [second, secondAgent].map((machine) => expectJoined(machine, secrets[1] as string)),
        );
        for (const master of [first, second]) {
          const { code, stdout, stderr } = await master.clusterStatus(1, 1, READY_SEC);
          if (code !== 0) throw master.complaint("its cluster must be whole, and no larger", stdout + stderr);
        }
      });
    },
  };
}

/** Machines of several, and what they make of each other. */
export const REFUSED_CLUSTERS: readonly Refusal[] = [
  MASTER_MISSING,
  OTHER_LIST,
  OTHER_SECRET_OF_AGENT,
  neighbours("neighbours", "a second cluster in the same VPC", ["one", "other"], [SECRET, OTHER_SECRET]),
  neighbours(
    "namesakes",
    "two clusters of the same name and secret in one VPC",
    ["same", "same"],
    [SECRET, SECRET],
  ),
];

/** Finds declared machines by name; of several of one name, the first, or one of those after it. */
function plan(
  world: RefusalWorld,
  clusters: readonly DeclaredCluster[],
): (name: string, after?: number) => PlannedMachine {
  const artifacts = standInSources(world);
  const machines = planMachines(
    world.range,
    clusters.map((cluster) => ({ artifacts, ...cluster })),
  );
  return (name, after = 0) => {
    const found = machines.filter((machine) => machine.name === name)[after];
    if (found === undefined) throw new Error(`lab: no machine ${name} is declared`);
    return found;
  };
}

/** Boots machines side by side, and takes them away at the end. */
async function withMachines<K extends string>(
  { lab }: RefusalWorld,
  planned: Readonly<Record<K, PlannedMachine>>,
  look: (machines: Readonly<Record<K, RefusedMachine>>) => Promise<void>,
): Promise<void> {
  const booting = Object.entries<PlannedMachine>(planned).map(
    async ([key, machine]) => [key, await RefusedMachine.boot(lab, machine)] as const,
  );
  const machines = Object.fromEntries(await Promise.all(booting)) as Record<K, RefusedMachine>;
  const all = Object.values<RefusedMachine>(machines);
  try {
    await Promise.all(all.map((machine) => machine.booted(BOOT_SEC)));
    await look(machines);
  } finally {
    await Promise.all(all.map((machine) => machine.remove()));
  }
}

function expectRefusal(
  machine: RefusedMachine,
  { code, stdout, stderr }: LabCommandResult,
  says: readonly RegExp[],
): void {
  const said = `${stdout}${stderr}`;
  if (code === 1 && says.every((words) => words.test(said))) return;
  throw machine.complaint(`it must end with 1 and say ${says.join(" and ")}`, `${code}: ${said}`);
}
