import { Testing } from "cdktf";

import { MesosTask, type MesosTaskProps } from "../../lib/mesos/mesos-task";
import type { MesosClusterAttributes } from "../../lib/mesos/imported-cluster";
import { UpdateStrategy } from "../../lib/mesos/update-strategy";
import { importedCluster, testCluster, testStack } from "../support/stacks";

type Tasks = Record<string, Partial<MesosTaskProps>>;

const AGENTS = { agentCount: 3, agentResources: { cpus: 2, memoryMiB: 6144 } };

function declare(tasks: Tasks, attributes: Partial<MesosClusterAttributes> = AGENTS) {
  const stack = testStack();
  const cluster = importedCluster(stack, attributes);
  for (const [taskName, props] of Object.entries(tasks)) {
    new MesosTask(stack, taskName, { cluster, taskName, image: "nginx", ...props });
  }
  return { stack, cluster };
}

/** What a synth of the tasks is refused with. */
function refusal(tasks: Tasks, attributes?: Partial<MesosClusterAttributes>): string[] {
  const { stack } = declare(tasks, attributes);
  try {
    Testing.synth(stack, true);
  } catch (error) {
    return (error as Error).message.split("\n").filter((line) => line.startsWith("  ["));
  }
  return [];
}

function warnings(tasks: Tasks): string[] {
  const { stack, cluster } = declare(tasks);
  Testing.synth(stack, true);
  return cluster.node.metadata.map(({ data }) => data as string);
}

describe("the tasks of a cluster", () => {
  it("are refused at synth, each for itself, when their links lead nowhere", () => {
    expect(refusal({ web: { links: [{ taskName: "db", port: 1 }] }, db: { ports: [3306] } })).toEqual([
      "  [test/Cluster] test/web: 'links' must name a port of the other task, got 1 of \"db\", which has 3306; " +
        "correct the link or that task's 'ports'",
    ]);
  });

  it("may be linked to at a port of the agent", () => {
    const links = [{ taskName: "router", port: 80 }];

    expect(refusal({ web: { links }, router: { hostPorts: [80] } })).toEqual([]);
  });

  it("are refused when they wait for each other, before Terraform sees a circle", () => {
    const after = (taskName: string) => ({ ports: [1], links: [{ taskName, port: 1, startAfter: true }] });

    expect(refusal({ a: after("b"), b: after("a") })).toEqual([
      "  [test/Cluster] test/a: 'links' must not make tasks wait for each other, got a → b → a; " +
        "take 'startAfter' out of one of them",
    ]);
  });

  it("are refused when the agents cannot hold them", () => {
    expect(refusal({ web: { cpus: 1.95 }, api: { replicas: 5, cpus: 1 } })).toEqual([
      "  [test/Cluster] test/web: 'cpus' must be at most 1.9, as an agent has 2 and Mesos' executor takes 0.1, " +
        "got 1.95; use less, or larger agents",
      "  [test/Cluster] test/Cluster: the tasks must fit on the agents, got 8.9 cpus of tasks, " +
        "1.95 of them while the largest is updated, for 6 cpus of 3 agents; use fewer or smaller tasks, or more or larger agents",
    ]);
  });

  it("are refused when a port is taken by more copies than there are agents", () => {
    expect(
      refusal({ a: { hostPorts: [80], replicas: 3 }, b: { hostPorts: [80] } }, { agentCount: 3 }),
    ).toEqual([
      '  [test/Cluster] test/Cluster: port 80 of an agent can be taken once, got 4 copies of "a" and "b" for 3 ' +
        "agents; use fewer copies, another port, or more agents",
    ]);
  });

  it("may be anything where the agents are not known", () => {
    expect(refusal({ web: { cpus: 64, hostPorts: [80], replicas: 9 } }, {})).toEqual([]);
  });

  it("know the agents of a cluster of ours", () => {
    const stack = testStack();
    const cluster = testCluster(stack, { agentCount: 2, agentType: "t3.medium" });
    new MesosTask(stack, "Web", { cluster, taskName: "web", image: "nginx", memoryMiB: 2529 });

    new MesosTask(stack, "Dns", { cluster, taskName: "dns", image: "nginx", hostPorts: [53] });

    expect(() => Testing.synth(stack, true)).toThrow(
      "test/Dns: 'hostPorts' must be ports the agents offer, 80 and 31000 to 32000, got 53",
    );
    expect(() => Testing.synth(stack, true)).toThrow(
      "test/Web: 'memoryMiB' must be at most 2528, as an agent has 2560 and Mesos' executor takes 32, got 2529",
    );
  });

  it("are warned of when their sums fit, but no way to place them is found", () => {
    expect(warnings({ web: { replicas: 4, cpus: 1.5, updateStrategy: UpdateStrategy.STOP_FIRST } })).toEqual([
      "the tasks fit on 3 agents of 2 cpus and 6144 MiB by their sums, but no way was found to place them all: " +
        'nothing is left for "web", which may wait for an offer for ever; use smaller tasks, or more or larger agents',
    ]);
    expect(warnings({ web: { replicas: 14, cpus: 0.4 } })).toEqual([]);
  });

  it("are warned of when an update finds no place for a second copy of the largest", () => {
    expect(warnings({ web: { replicas: 3, cpus: 1.5 } })).toEqual([
      expect.stringContaining('nothing is left for "web"'),
    ]);
  });
});
