import { differences, type MesosState, served } from "../../tools/drills/cluster-state";

type Task = MesosState["frameworks"][number]["tasks"][number];

function task(name: string, change: Partial<Task> = {}): Task {
  const statuses = [{ state: "TASK_RUNNING" }];
  return { id: `${name}-1`, name, slave_id: "S0", state: "TASK_RUNNING", statuses, ...change };
}

function state(...tasks: readonly (readonly [connected: boolean, task: Task])[]): MesosState {
  const frameworks = tasks.map(([connected, one], index) => ({ id: `F${index}`, connected, tasks: [one] }));
  return { slaves: [], frameworks };
}

const checked = { health_check: { http: { port: 80 } } };

describe("served", () => {
  it.each<[string, boolean, Task, number]>([
    ["that runs and nobody looks at", true, task("web"), 1],
    ["that starts", true, task("web", { state: "TASK_STARTING" }), 0],
    ["whose launcher is gone", false, task("web"), 0],
    ["that nobody has looked at yet", true, task("web", checked), 0],
    [
      "that is well",
      true,
      task("web", { ...checked, statuses: [{ state: "TASK_RUNNING", healthy: true }] }),
      1,
    ],
    [
      "that was well",
      true,
      task("web", {
        ...checked,
        statuses: [
          { state: "TASK_RUNNING", healthy: true },
          { state: "TASK_RUNNING", healthy: false },
        ],
      }),
      0,
    ],
  ])("counts a task %s", (_, connected, one, count) => {
    expect(served(state([connected, one])).web ?? 0).toBe(count);
  });

  it("counts the copies of a service together", () => {
    expect(served(state([true, task("web")], [true, task("web")], [true, task("db")]))).toEqual({
      web: 2,
      db: 1,
    });
  });
});

describe("differences", () => {
  it("are none when exactly the same serve", () => {
    expect(differences(state([true, task("web")], [true, task("db")]), { web: 1, db: 1 })).toEqual([]);
  });

  it("name who serves too often, too seldom, or should not at all", () => {
    const now = state([true, task("web")], [true, task("web")], [true, task("new")]);

    expect(differences(now, { web: 1, db: 1 })).toEqual([
      "db: 0 of 1 serve",
      "new: 1 of 0 serve",
      "web: 2 of 1 serve",
    ]);
  });

  it("name tasks that take room and do not serve", () => {
    const now = state(
      [true, task("web")],
      [false, task("web")],
      [true, task("web", { state: "TASK_STAGING" })],
    );

    expect(differences(now, { web: 1 })).toEqual([
      "web-1 is TASK_RUNNING, and nobody minds its framework F1",
      "web-1 is TASK_STAGING",
    ]);
  });
});
