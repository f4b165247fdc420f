import { ClusterState, emptyCluster } from "../../../../../tools/rehearsal/mesos/cluster-state";
import { missingTasks, reregister } from "../../../../../tools/lab/stand-ins/mesos/master/registration";
import { awaitedAgent } from "../../../../../tools/lab/stand-ins/mesos/master/registry";
import { NOTHING } from "../../../../../tools/rehearsal/mesos/resources";
import type { Registration, ReportedTask } from "../../../../../tools/lab/stand-ins/mesos/messages";

const INFO = { user: "root", role: "*", checkpoint: true, partitionAware: false };

function reported(framework: string, task: string): ReportedTask {
  return {
    framework,
    info: INFO,
    task: {
      name: task,
      task_id: { value: task },
      agent_id: { value: "" },
      resources: [{ name: "cpus", type: "SCALAR", scalar: { value: 0.5 } }],
    },
    container: `container of ${task}`,
    state: "TASK_RUNNING",
    statuses: [],
  };
}

function registration(tasks: readonly ReportedTask[]): Registration {
  return {
    id: "S0",
    address: "10.0.1.4",
    port: 5051,
    hostname: "10.0.1.4",
    resources: "cpus:2;mem:100",
    attributes: { zone: "a" },
    tasks,
  };
}

const register = (state: ClusterState, tasks: readonly ReportedTask[]) =>
  reregister(state, registration(tasks), "S0", 7);

describe("an agent that registers again", () => {
  it("is the agent it was, and its frameworks are known as recovered", () => {
    const { state, effects } = register(emptyCluster(1), [reported("F1", "a"), reported("F2", "b")]);
    expect(effects).toEqual([]);
    expect(state.agents).toMatchObject([
      { id: "S0", address: "10.0.1.4", attributes: { zone: "a" }, reregisteredAt: 7 },
    ]);
    expect(state.frameworks).toMatchObject([
      { id: "F1", recovered: true, active: false, tasks: [{ agent: "S0", state: "TASK_RUNNING" }] },
      { id: "F2", recovered: true, active: false, tasks: [{ container: "container of b" }] },
    ]);
  });

  it("is there once, however often it registers", () => {
    const once = register(emptyCluster(1), [reported("F1", "a")]).state;
    const twice = register(once, [reported("F1", "a")]).state;
    expect(twice).toEqual(once);
  });

  it("is not waited for any more, as others are", () => {
    const recovered = ["S0", "S1"].map((id) => awaitedAgent({ id, address: "10.0.1.4", total: NOTHING }, 3));
    const { state } = register({ ...emptyCluster(1), recovered }, []);
    expect(state.agents).toMatchObject([{ id: "S0" }]);
    expect(state.recovered).toMatchObject([{ agent: { id: "S1" } }]);
  });

  it("has to end what belongs to a framework that was removed", () => {
    const known = register(emptyCluster(1), [reported("F1", "a")]).state;
    const removed = { ...known, frameworks: [], removed: known.frameworks };
    const { state, effects } = register(removed, [reported("F1", "a")]);
    expect(effects).toEqual([{ kind: "shutdown", machine: "10.0.1.4:5051", framework: "F1" }]);
    expect(state.frameworks).toEqual([]);
  });

  it("brings back tasks that were out of reach", () => {
    const known = register(emptyCluster(1), [reported("F1", "a")]).state;
    const [framework] = known.frameworks;
    if (framework === undefined) throw new Error("the framework is there");
    const lost = { ...known, frameworks: [{ ...framework, tasks: [], unreachable: framework.tasks }] };
    expect(register(lost, [reported("F1", "a")]).state.frameworks).toMatchObject([
      { tasks: [{ agent: "S0" }], unreachable: [] },
    ]);
  });

  it("has lost the tasks it does not name", () => {
    const known = register(emptyCluster(1), [reported("F1", "a"), reported("F2", "b")]).state;
    const missing = missingTasks(known, registration([reported("F2", "b")]), "S0");
    expect(missing.map(({ info }) => info.name)).toEqual(["a"]);
  });
});
