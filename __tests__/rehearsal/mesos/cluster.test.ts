import fc from "fast-check";
import type { ClusterEvent } from "../../../tools/rehearsal/mesos/cluster-event";
import { ClusterState, freeOf, liveTasks } from "../../../tools/rehearsal/mesos/cluster-state";
import { ModelCluster, taskOf } from "./model";

const launched = (cluster: ModelCluster) =>
  [...cluster.executions.values()].filter(({ state }) => state.launched).length;

describe("a cluster", () => {
  it("says of a finished task what a real one says", () => {
    const cluster = new ModelCluster();
    const process = cluster.execute(taskOf("done"));
    cluster.run(process);
    cluster.report(process, "TASK_FINISHED");

    expect(cluster.execution(process)).toMatchObject({
      exit: 0,
      lines: [
        "Subscribed with ID L1-0000",
        "Submitted task 'done' to agent 'L1-S0'",
        "Received status update TASK_STARTING for task 'done'",
        "  source: SOURCE_EXECUTOR",
        "Received status update TASK_RUNNING for task 'done'",
        "  source: SOURCE_EXECUTOR",
        "Received status update TASK_FINISHED for task 'done'",
        "  source: SOURCE_EXECUTOR",
      ],
    });
  });

  it("leaves who declined an offer in silence, until it subscribes again", () => {
    const cluster = new ModelCluster();
    const process = cluster.execute(taskOf("big", "cpus:50"));
    cluster.addAgent("large", "cpus:64;mem:1024");
    cluster.pass(20);
    expect(cluster.execution(process).lines).toEqual(["Subscribed with ID L1-0000"]);

    cluster.subscribe(process);
    cluster.pass(6);

    expect(cluster.execution(process).lines.at(-1)).toBe("Submitted task 'big' to agent 'L1-S1'");
  });

  it("gives a host port of an agent to one task, and lands three copies on three agents", () => {
    const cluster = new ModelCluster({ agents: 3 });

    for (let copy = 0; copy < 4; copy++) cluster.execute(taskOf(`edge-${copy}`, "cpus:0.1;ports:[80-80]"));
    cluster.pass(30);

    const agents = liveTasks(cluster.state).map(({ agent }) => agent);
    expect(agents.sort()).toEqual(["L1-S0", "L1-S1", "L1-S2"]);
  });

  it.each([["0.3"], ["0.1"]])(
    "brings up 14 tasks of %s cpu side by side on 3 agents, whatever the order",
    (cpus) => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const cluster = new ModelCluster({ agents: 3, seed, lags: true });
          for (let task = 0; task < 14; task++) cluster.execute(taskOf(`t${task}`, `cpus:${cpus};mem:32`));
          cluster.pass(30);
          expect(launched(cluster)).toBe(14);
        }),
        { numRuns: 50 },
      );
    },
  );

  it("starves some of 14 tasks of 0.4 cpu started side by side, and none started in turn", () => {
    const run = (seed: number, between: number, after: number) => {
      const cluster = new ModelCluster({ agents: 3, seed, lags: true });
      for (let task = 0; task < 14; task++) {
        cluster.execute(taskOf(`t${task}`, "cpus:0.4;mem:32"));
        cluster.pass(between);
      }
      cluster.pass(after);
      return launched(cluster);
    };
    const seeds = Array.from({ length: 300 }, (_, seed) => seed * 7919);

    expect(Math.min(...seeds.slice(0, 20).map((seed) => run(seed, 0, 30)))).toBeLessThan(14);
    expect(seeds.map((seed) => run(seed, 1, 1))).toEqual(seeds.map(() => 14));
  });

  it("keeps a task running through a change of the leader when its process is there", () => {
    const cluster = new ModelCluster({ masters: ["a", "b", "c"] });
    const process = cluster.execute(taskOf("keep"));
    cluster.run(process);

    cluster.happen({ kind: "masterDown", address: "a", nextId: "next" });
    cluster.subscribe(process);

    expect(cluster.state.frameworks).toMatchObject([
      { id: "L2-0000", process, active: true, recovered: false, tasks: [{ state: "TASK_RUNNING" }] },
    ]);
    expect(cluster.execution(process).lines.at(-1)).toBe("Subscribed with ID L2-0000");
  });

  it("has no leader without a majority", () => {
    const cluster = new ModelCluster({ masters: ["a", "b", "c"] });
    cluster.happen({ kind: "masterDown", address: "c", nextId: "x" });
    expect(cluster.state.leader?.address).toBe("a");

    cluster.happen({ kind: "masterDown", address: "b", nextId: "y" });

    expect(cluster.state.leader).toBeUndefined();
  });

  it("loses the tasks of an agent that is silent for too long, and no task of one that came back", () => {
    const cluster = new ModelCluster();
    const process = cluster.execute(taskOf("web"));
    cluster.run(process);
    cluster.happen({ kind: "agentDown", machine: "agent-0" });
    const downSince = cluster.now;
    expect(cluster.done.at(-1)).toEqual({
      kind: "later",
      afterSec: 75,
      event: { kind: "agentLost", agent: "L1-S0", downSince },
    });
    cluster.now += 1;
    cluster.addAgent("agent-0");
    cluster.happen({ kind: "agentLost", agent: "L1-S0", downSince });
    expect(cluster.execution(process).exit).toBeUndefined();

    cluster.happen({ kind: "agentDown", machine: "agent-0" });
    cluster.happen({ kind: "agentLost", agent: "L1-S0", downSince: cluster.now });

    expect(cluster.execution(process).lines.slice(-4)).toEqual([
      "Received status update TASK_LOST for task 'web'",
      "  message: 'health check timed out'",
      "  source: SOURCE_MASTER",
      "  reason: REASON_AGENT_REMOVED",
    ]);
  });

  it.each([
    [true, "TASK_GONE_BY_OPERATOR", "REASON_AGENT_REMOVED_BY_OPERATOR"],
    [false, "TASK_LOST", "REASON_AGENT_REMOVED"],
  ])(
    "ends the tasks of an agent that is given up; partition-aware %p: %s",
    (partitionAware, state, reason) => {
      const cluster = new ModelCluster({ agents: 1 });
      const process = cluster.execute(taskOf("web"), { partitionAware });
      cluster.run(process);

      cluster.happen({ kind: "agentGone", agent: "L1-S0" });

      expect(cluster.execution(process)).toMatchObject({ exit: 0 });
      expect(cluster.execution(process).lines.slice(-4)).toEqual([
        `Received status update ${state} for task 'web'`,
        "  message: 'Agent has been marked gone'",
        "  source: SOURCE_MASTER",
        `  reason: ${reason}`,
      ]);
      expect(cluster.done).toContainEqual({ kind: "shutdown", machine: "agent-0", framework: "L1-0000" });
      expect(cluster.state.agents).toEqual([]);
    },
  );

  it("empties an agent: its tasks are killed, it is offered to nobody, and given up once all have heard", () => {
    const cluster = new ModelCluster({ agents: 1 });
    const process = cluster.execute(taskOf("web"));
    cluster.run(process);

    cluster.happen({ kind: "agentDrain", agent: "L1-S0", markGone: true });

    expect(cluster.done.at(-1)).toEqual({
      kind: "kill",
      machine: "agent-0",
      framework: "L1-0000",
      task: "web",
    });
    const other = cluster.execute(taskOf("other"));
    expect(cluster.state.offers).toEqual([]);
    expect(cluster.state.agents).toHaveLength(1);
    const update = { state: "TASK_KILLED", source: "SOURCE_EXECUTOR" } as const;
    cluster.happen({ kind: "status", framework: "L1-0000", task: "web", update });
    expect(cluster.execution(process)).toMatchObject({ exit: 0 });
    expect(cluster.state.agents).toEqual([]);
    expect(cluster.execution(other).exit).toBeUndefined();
  });

  it("does not give up an agent with a task whose end nobody hears of", () => {
    const cluster = new ModelCluster({ masters: ["a", "b", "c"], agents: 1 });
    cluster.run(cluster.execute(taskOf("web")));
    cluster.happen({ kind: "masterDown", address: cluster.state.leader?.address ?? "", nextId: "L2" });
    const [agent] = cluster.state.agents.map(({ id }) => id);
    const [framework] = cluster.state.frameworks;
    expect(framework).toMatchObject({ process: undefined, tasks: [{ agent }] });
    cluster.happen({ kind: "agentDrain", agent: agent ?? "", markGone: true });
    const update = { state: "TASK_KILLED", source: "SOURCE_EXECUTOR" } as const;
    cluster.happen({ kind: "status", framework: framework?.id ?? "", task: "web", update });
    expect(cluster.state.agents).toMatchObject([{ id: agent, draining: { markGone: true } }]);
  });

  it("kills the tasks of a removed framework that nobody has heard the end of, and those that may come back", () => {
    const last = (info: object, lose: (cluster: ModelCluster) => void) => {
      const cluster = new ModelCluster();
      const process = cluster.execute(taskOf("web"), info);
      cluster.run(process);
      cluster.happen({ kind: "agentDown", machine: "agent-0" });
      lose(cluster);
      cluster.happen({ kind: "disconnect", process });
      const task = cluster.state.removed[0]?.completed[0];
      return [task?.state, task?.statuses.at(-1)?.state];
    };
    const wait = (cluster: ModelCluster) =>
      cluster.happen({ kind: "agentLost", agent: "L1-S0", downSince: cluster.now });

    expect(last({ checkpoint: false }, () => undefined)).toEqual(["TASK_LOST", "TASK_LOST"]);
    expect(last({}, wait)).toEqual(["TASK_LOST", "TASK_KILLED"]);
    expect(last({ partitionAware: true }, wait)).toEqual(["TASK_KILLED", "TASK_KILLED"]);
  });

  it("registers agents that came before there was a leader", () => {
    const cluster = new ModelCluster({ masters: [], agents: 1 });
    expect(cluster.state.leader).toBeUndefined();

    cluster.happen({ kind: "masterUp", address: "a", id: "L" });

    expect(cluster.state.agents).toMatchObject([{ id: "L-S0", reregisteredAt: undefined }]);
  });

  it("hears nobody while its masters are silent", () => {
    const cluster = new ModelCluster();
    cluster.happen({ kind: "silence", forSec: 20 });
    const process = cluster.execute(taskOf("web"));
    cluster.pass(10);
    expect(cluster.execution(process).lines).toEqual([]);

    cluster.pass(10);
    cluster.subscribe(process);

    expect(cluster.execution(process).state.launched).toBe(true);
  });
});

describe("a cluster, whatever happens to it", () => {
  it("never gives away what an agent has not, nor offers to who asked for silence, and forgets no live task", () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(anyStep(), { maxLength: 60 }), (seed, steps) => {
        const cluster = new ModelCluster({ masters: ["a", "b", "c"], agents: 2, seed });
        for (const step of steps) {
          const before = cluster.done.length;
          const suppressed = cluster.state.frameworks.filter((framework) => framework.suppressed);
          step(cluster);
          expectSound(cluster.state);
          const told = cluster.done
            .slice(before)
            .flatMap((effect) =>
              effect.kind === "tell" ? [[effect.process, effect.message.kind] as const] : [],
            );
          const heard = new Set(told.filter(([, kind]) => kind === "subscribed").map(([process]) => process));
          const offered = told.filter(([, kind]) => kind === "offers").map(([process]) => process);
          const still = new Set(
            cluster.state.frameworks.filter((framework) => framework.suppressed).map(({ id }) => id),
          );
          for (const { id, process = 0 } of suppressed) {
            if (still.has(id) && !heard.has(process)) expect(offered).not.toContain(process);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

type StepOf = (cluster: ModelCluster) => void;

function anyStep(): fc.Arbitrary<StepOf> {
  const some = (list: readonly number[], n: number) => list[n % Math.max(list.length, 1)];
  const process = (cluster: ModelCluster, n: number) =>
    some(
      [...cluster.executions].filter(([, { exit }]) => exit === undefined).map(([id]) => id),
      n,
    );
  const withProcess = (act: (cluster: ModelCluster, id: number) => void): fc.Arbitrary<StepOf> =>
    fc.nat(50).map((n) => (cluster: ModelCluster) => {
      const id = process(cluster, n);
      if (id !== undefined) act(cluster, id);
    });
  const happen =
    (event: ClusterEvent): StepOf =>
    (cluster) =>
      cluster.happen(event);
  const master = fc.constantFrom("a", "b", "c");
  const machine = fc.constantFrom("agent-0", "agent-1", "agent-2");
  return fc.oneof(
    fc
      .tuple(fc.constantFrom("0.3", "0.9", "1.7", "3"), fc.boolean(), fc.boolean())
      .map(([cpus, checkpoint, partitionAware]): StepOf => (cluster) => {
        cluster.execute(taskOf(`t${cluster.now}`, `cpus:${cpus};mem:64`), { checkpoint, partitionAware });
      }),
    withProcess((cluster, id) => cluster.run(id)),
    withProcess((cluster, id) => cluster.report(id, "TASK_FAILED")),
    withProcess((cluster, id) => cluster.happen({ kind: "disconnect", process: id })),
    withProcess((cluster, id) => cluster.subscribe(id)),
    withProcess((cluster, id) => {
      cluster.happen({ kind: "teardown", framework: cluster.execution(id).state.framework ?? "" });
    }),
    fc.nat(8).map(
      (rounds): StepOf =>
        (cluster) =>
          cluster.pass(rounds),
    ),
    master.map((address): StepOf => (cluster) => {
      cluster.happen({ kind: "masterUp", address, id: `${address}${cluster.now}` });
    }),
    master.map((address): StepOf => (cluster) => {
      cluster.happen({ kind: "masterDown", address, nextId: `${address}${(cluster.now += 1)}` });
    }),
    machine.map(
      (name): StepOf =>
        (cluster) =>
          cluster.addAgent(name),
    ),
    machine.map((name) => happen({ kind: "agentDown", machine: name })),
  );
}

function expectSound(state: ClusterState): void {
  for (const agent of state.agents) {
    expect(Object.values(freeOf(state, agent).scalars).every((left) => left >= 0)).toBe(true);
  }
  const ids = [...state.frameworks, ...state.removed].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(state.agents.map(({ id }) => id)).size).toBe(state.agents.length);
  expect(new Set(state.offers.map(({ id }) => id)).size).toBe(state.offers.length);
  for (const { tasks, completed } of state.removed) {
    expect(tasks).toEqual([]);
    expect(completed.filter(({ state: last }) => !/FINISHED|FAILED|KILLED|LOST|ERROR/.test(last))).toEqual(
      [],
    );
  }
}
