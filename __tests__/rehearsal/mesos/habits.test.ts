import { BAD_HABITS, Habits } from "../../../tools/rehearsal/mesos/habits";
import { ModelCluster, ModelOptions, taskOf } from "./model";

/** A cluster with one task that runs. */
function running(options: ModelOptions = {}, info = {}) {
  const cluster = new ModelCluster(options);
  const process = cluster.execute(taskOf("web"), info);
  cluster.run(process);
  return { cluster, process };
}

/** Mesos as it is, or without one of its habits. */
const mesos = (habit: keyof Habits, isAsItIs: boolean): Habits =>
  isAsItIs ? BAD_HABITS : { ...BAD_HABITS, [habit]: false };

const states = (statuses: readonly { state: string }[] = []) => statuses.map(({ state }) => state);

describe("a bad habit, and what is different without it", () => {
  it.each([
    [true, 1],
    [false, 2],
  ])("offersWholeAgents %p: an agent is offered to %i of two at a time", (offersWholeAgents, served) => {
    const cluster = new ModelCluster({ habits: mesos("offersWholeAgents", offersWholeAgents), agents: 0 });
    for (const id of ["a", "b"]) cluster.execute(taskOf(id));

    cluster.addAgent("agent");

    expect([...cluster.executions.values()].filter(({ state }) => state.launched)).toHaveLength(served);
  });

  it.each([
    [true, false],
    [false, true],
  ])("suppressesForGood %p: a larger offer later is taken %p", (suppressesForGood, launched) => {
    const cluster = new ModelCluster({ habits: mesos("suppressesForGood", suppressesForGood), agents: 0 });
    const process = cluster.execute(taskOf("big", "cpus:4;mem:32"));
    cluster.addAgent("small");
    cluster.addAgent("large", "cpus:8;mem:1024");

    cluster.pass(10);

    expect(cluster.execution(process).state.launched).toBe(launched);
  });

  it.each([
    [true, 0],
    [false, 1],
  ])("exitsZero %p: a failed task gives exit code %i", (exitsZero, code) => {
    const { cluster, process } = running({ habits: mesos("exitsZero", exitsZero) });

    cluster.report(process, "TASK_FAILED");

    expect(cluster.execution(process).exit).toBe(code);
  });

  it.each([
    [true, 0],
    [false, 1],
  ])("frameworkDiesWithProcess %p: after a kill %i frameworks live", (frameworkDiesWithProcess, alive) => {
    const { cluster, process } = running({
      habits: mesos("frameworkDiesWithProcess", frameworkDiesWithProcess),
    });

    cluster.happen({ kind: "disconnect", process });

    expect(cluster.state.frameworks).toHaveLength(alive);
    expect(cluster.done.filter(({ kind }) => kind === "shutdown")).toHaveLength(1 - alive);
  });

  it.each([
    [true, [{ recovered: true, active: false }]],
    [false, []],
  ])("keepsOrphans %p: the next leader lists %j", (keepsOrphans, listed) => {
    const { cluster } = running({ habits: mesos("keepsOrphans", keepsOrphans), masters: ["a", "b", "c"] });

    cluster.happen({ kind: "masterDown", address: "a", nextId: "next" });
    cluster.pass(100);

    expect(cluster.state.leader).toMatchObject({ address: "b", id: "next" });
    expect(cluster.state.frameworks).toMatchObject(listed);
  });

  it.each([
    [true, [["web"], ["web"]]],
    [false, [["web"], []]],
  ])("allowsTwoCopies %p: the tasks are %j", (allowsTwoCopies, tasks) => {
    const { cluster } = running({ habits: mesos("allowsTwoCopies", allowsTwoCopies) });

    const process = cluster.execute(taskOf("web"));

    const seen = cluster.state.frameworks.map(({ tasks }) => tasks.map(({ info }) => info.task_id.value));
    expect([...seen, []].slice(0, 2)).toEqual(tasks);
    expect(cluster.execution(process).lines.join("\n").includes("TASK_ERROR")).toBe(!allowsTwoCopies);
  });

  it.each([
    [true, ["TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED", "TASK_KILLED"]],
    [false, ["TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED"]],
  ])("killsTheDead %p: a finished task's statuses are %j", (killsTheDead, seen) => {
    const { cluster, process } = running({ habits: mesos("killsTheDead", killsTheDead) });

    cluster.report(process, "TASK_FINISHED");

    const task = cluster.state.removed[0]?.completed[0];
    expect(states(task?.statuses)).toEqual(seen);
    expect(task?.state).toBe("TASK_FINISHED");
  });

  it.each([
    [true, 0],
    [false, 1],
  ])("forgetsRefusedTasks %p: %i refused tasks are listed", (forgetsRefusedTasks, listed) => {
    const cluster = new ModelCluster({ habits: mesos("forgetsRefusedTasks", forgetsRefusedTasks) });

    cluster.execute(taskOf("a/b"));

    expect(cluster.state.removed.flatMap(({ completed }) => completed)).toHaveLength(listed);
  });

  it.each([
    [true, undefined, "TASK_UNREACHABLE"],
    [false, 0, "TASK_LOST"],
  ])("waitsForLostAgents %p: exit %p after %s", (waitsForLostAgents, exit, state) => {
    const { cluster, process } = running(
      { habits: mesos("waitsForLostAgents", waitsForLostAgents) },
      { partitionAware: true },
    );
    cluster.happen({ kind: "agentDown", machine: "agent-0" });

    cluster.happen({ kind: "agentLost", agent: "L1-S0", downSince: cluster.now });

    expect(cluster.execution(process).exit).toBe(exit);
    expect(cluster.execution(process).lines).toContain(`Received status update ${state} for task 'web'`);
  });

  it.each([
    [true, 0],
    [false, undefined],
  ])("losesWithoutCheckpoint %p: exit %p at once", (losesWithoutCheckpoint, exit) => {
    const { cluster, process } = running(
      { habits: mesos("losesWithoutCheckpoint", losesWithoutCheckpoint) },
      { checkpoint: false },
    );

    cluster.happen({ kind: "agentDown", machine: "agent-0" });

    expect(cluster.execution(process).exit).toBe(exit);
  });

  it.each([
    [true, 1],
    [false, undefined],
  ])("refusesRemovedFrameworks %p: exit %p after a teardown", (refusesRemovedFrameworks, exit) => {
    const { cluster, process } = running({
      habits: mesos("refusesRemovedFrameworks", refusesRemovedFrameworks),
    });
    cluster.happen({ kind: "teardown", framework: "L1-0000" });

    cluster.subscribe(process);

    expect(cluster.execution(process).exit).toBe(exit);
  });
});
