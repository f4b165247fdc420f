import type { ClusterState } from "../../../tools/rehearsal/mesos/cluster-state";
import { liveTasks, runningAnywhere } from "../../../tools/rehearsal/mesos/cluster-state";
import { stateJson } from "../../../tools/rehearsal/mesos/http/state-json";
import { ModelCluster, taskOf } from "./model";

const FAIL_OVER = { electionSec: 10, reregisterSec: 3, reregisterTimeoutSec: 600 };

function threeMasters(): { cluster: ModelCluster; process: number } {
  const cluster = new ModelCluster({ masters: ["a", "b", "c"], failOver: FAIL_OVER });
  const process = cluster.execute(taskOf("web"));
  cluster.run(process);
  return { cluster, process };
}

function killLeader(cluster: ModelCluster): void {
  cluster.happen({ kind: "masterDown", address: cluster.state.leader?.address ?? "", nextId: "next" });
}

/** What the leader says of agents and frameworks. */
function seen(state: ClusterState) {
  const { leader } = state;
  if (leader === undefined) return undefined;
  const json = stateJson(state, leader, undefined);
  const frameworks = json.frameworks as unknown as { connected: boolean; tasks: { state: string }[] }[];
  return {
    slaves: (json.slaves as unknown[]).length,
    recovered: (json.recovered_slaves as { id: string }[]).map(({ id }) => id),
    frameworks: frameworks.map(({ connected, tasks }) => [connected, ...tasks.map((task) => task.state)]),
  };
}

describe("a change of the leader", () => {
  it("takes as long as an election, and as long as agents take to register again", () => {
    const { cluster } = threeMasters();
    killLeader(cluster);
    cluster.pass(9);
    expect(cluster.state.leader).toBeUndefined();

    cluster.pass(1);
    expect(cluster.state.leader?.address).toBe("b");
    expect(seen(cluster.state)).toEqual({ slaves: 0, recovered: ["L2-S0"], frameworks: [] });

    cluster.pass(3);
    expect(seen(cluster.state)).toEqual({ slaves: 1, recovered: [], frameworks: [[false, "TASK_RUNNING"]] });
  });

  it("waits for an election until there is a majority", () => {
    const { cluster } = threeMasters();
    killLeader(cluster);
    cluster.happen({ kind: "masterDown", address: "c", nextId: "none" });
    cluster.pass(30);
    expect(cluster.state.leader).toBeUndefined();

    cluster.happen({ kind: "masterUp", address: "a", id: "again" });

    expect(cluster.state.leader?.address).toBe("b");
  });

  it("has agents register again one after another", () => {
    const cluster = new ModelCluster({ masters: ["a", "b", "c"], agents: 3, failOver: FAIL_OVER });
    killLeader(cluster);
    cluster.pass(10);
    const slaves = [0, 1, 1, 1].map((seconds) => {
      cluster.pass(seconds);
      return seen(cluster.state)?.slaves;
    });

    expect(slaves).toEqual([0, 1, 2, 3]);
  });

  it("gives a framework that subscribes before its agent is back its task when the agent is", () => {
    const { cluster, process } = threeMasters();
    killLeader(cluster);
    cluster.pass(10);
    cluster.subscribe(process);
    expect(seen(cluster.state)?.frameworks).toEqual([[true]]);

    cluster.pass(3);

    expect(seen(cluster.state)?.frameworks).toEqual([[true, "TASK_RUNNING"]]);
  });

  it("ends on its agent what a framework ran that has been removed meanwhile", () => {
    const { cluster, process } = threeMasters();
    killLeader(cluster);
    cluster.pass(10);
    cluster.subscribe(process);
    cluster.happen({ kind: "disconnect", process });

    cluster.pass(3);

    expect(cluster.done).toContainEqual({ kind: "shutdown", machine: "agent-0", framework: "L2-0000" });
    expect(runningAnywhere(cluster.state)).toEqual([]);
  });

  it.each([
    ["nobody leads", 5],
    ["the agent is not back", 11],
  ])("tells of the end of a task while %s as soon as somebody can hear it", (_, seconds) => {
    const { cluster, process } = threeMasters();
    killLeader(cluster);
    cluster.pass(seconds);
    cluster.report(process, "TASK_FAILED");
    cluster.pass(13 - seconds);
    expect(liveTasks(cluster.state)).toEqual([]);
    expect(cluster.execution(process).exit).toBeUndefined();

    cluster.subscribe(process);

    expect(cluster.execution(process)).toMatchObject({ exit: 0 });
    expect(cluster.execution(process).lines).toContain("Received status update TASK_FAILED for task 'web'");
  });

  it("loses what an agent ran that does not come back, without a word to anybody", () => {
    const { cluster, process } = threeMasters();
    cluster.happen({ kind: "agentDown", machine: "agent-0" });
    killLeader(cluster);
    cluster.pass(10);
    cluster.subscribe(process);
    cluster.pass(599);
    expect(seen(cluster.state)).toEqual({ slaves: 0, recovered: ["L2-S0"], frameworks: [[true]] });

    cluster.pass(1);

    expect(seen(cluster.state)).toEqual({ slaves: 0, recovered: [], frameworks: [[true]] });
    expect(cluster.execution(process).exit).toBeUndefined();
    expect(cluster.execution(process).lines.at(-1)).toBe("Subscribed with ID L2-0000");
  });

  it("lets an agent that comes late be back with its id and its tasks", () => {
    const { cluster } = threeMasters();
    cluster.happen({ kind: "agentDown", machine: "agent-0" });
    killLeader(cluster);
    cluster.pass(60);

    cluster.addAgent("agent-0");

    expect(cluster.state.agents).toMatchObject([{ id: "L2-S0", downSince: undefined }]);
    expect(seen(cluster.state)).toEqual({ slaves: 1, recovered: [], frameworks: [[false, "TASK_RUNNING"]] });
  });

  it("keeps an orphan's task that has ended in the list of its tasks, since nobody hears of its end", () => {
    const { cluster, process } = threeMasters();
    killLeader(cluster);
    cluster.pass(13);

    cluster.report(process, "TASK_FAILED");

    expect(seen(cluster.state)?.frameworks).toEqual([[false, "TASK_FAILED"]]);
  });
});
