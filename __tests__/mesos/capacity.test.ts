import fc from "fast-check";

import { capacityProblems, type Demand, firstUnplaced } from "../../lib/mesos/capacity";

const AGENTS = { count: 3, resources: { cpus: 2, memoryMiB: 6144 } };

function demand(taskName: string, said: Partial<Demand> = {}): Demand {
  return {
    path: `shop/${taskName}`,
    taskName,
    copies: 1,
    cpus: 0.1,
    memoryMiB: 32,
    hostPorts: [],
    startsFirst: false,
    ...said,
  };
}

function problems(...demands: Demand[]): string[] {
  return capacityProblems("shop/Cluster", AGENTS, demands);
}

describe("capacityProblems", () => {
  it("are none for tasks that take all there is", () => {
    const web = demand("web", { copies: 3, cpus: 1.9, memoryMiB: 6112, hostPorts: [80] });

    expect(problems(web, demand("rest", { cpus: 0.3 }))).toEqual([]);
  });

  it("do not come from sums of fractions that are not exact", () => {
    expect(problems(demand("web", { copies: 60, cpus: 0.1 }))).toEqual([]);
    expect(problems(demand("web", { copies: 14, cpus: 0.4 }))).toEqual([]);
  });

  test.each<[Partial<Demand>, string]>([
    [
      { cpus: 1.91 },
      "'cpus' must be at most 1.9, as an agent has 2 and Mesos' executor takes 0.1, got 1.91; use less, or larger agents",
    ],
    [
      { memoryMiB: 6113 },
      "'memoryMiB' must be at most 6112, as an agent has 6144 and Mesos' executor takes 32, got 6113; " +
        "use less, or larger agents",
    ],
  ])("tell of a task that no agent holds: %j", (said, message) => {
    expect(problems(demand("web", said))).toEqual([`shop/web: ${message}`]);
  });

  test.each<[Partial<Demand>, string]>([
    [{ copies: 4, cpus: 1.501 }, "got 6.004 cpus of tasks for 6 cpus of 3 agents"],
    [{ copies: 3, memoryMiB: 6100 }, "got 18460 MiB of tasks for 18432 MiB of 3 agents"],
  ])("tell of a sum above what the agents have: %j", (said, got) => {
    const rest = said.cpus === undefined ? [demand("rest", { memoryMiB: 160 })] : [];

    expect(problems(demand("web", said), ...rest)).toEqual([
      `shop/Cluster: the tasks must fit on the agents, ${got}; use fewer or smaller tasks, or more or larger agents`,
    ]);
  });

  it("count one more of the largest that an update starts before it ends the old one", () => {
    const tasks = [
      demand("web", { cpus: 1.5, startsFirst: true }),
      demand("api", { cpus: 0.5, startsFirst: true }),
      demand("db", { cpus: 1.9, copies: 2 }),
    ];

    expect(problems(...tasks)).toEqual([
      "shop/Cluster: the tasks must fit on the agents, got 7.3 cpus of tasks, 1.5 of them while the largest is updated, " +
        "for 6 cpus of 3 agents; use fewer or smaller tasks, or more or larger agents",
    ]);
    expect(problems(...tasks.map((task) => ({ ...task, startsFirst: false })))).toEqual([]);
  });

  it("tell of a port that more copies want than there are agents", () => {
    const router = demand("router", { copies: 3, hostPorts: [80, 443] });

    expect(problems(router, demand("web", { hostPorts: [80] }), demand("api"))).toEqual([
      'shop/Cluster: port 80 of an agent can be taken once, got 4 copies of "router" and "web" for 3 agents; ' +
        "use fewer copies, another port, or more agents",
    ]);
  });

  it("tell of each port of a task that no agent offers", () => {
    const agents = { ports: [[80, 80] as const, [31000, 32000] as const] };
    const web = demand("web", { hostPorts: [80, 79, 31000, 32000, 32001] });

    expect(capacityProblems("c", agents, [web])).toEqual(
      [79, 32001].map(
        (port) =>
          `shop/web: 'hostPorts' must be ports the agents offer, 80 and 31000 to 32000, got ${port}; use one of those`,
      ),
    );
  });

  it("are looked for as far as the agents are known", () => {
    const large = [demand("web", { cpus: 64, copies: 9, hostPorts: [80] })];
    const { count, resources } = AGENTS;

    expect(capacityProblems("c", {}, large)).toEqual([]);
    expect(capacityProblems("c", { count }, large)).toEqual([expect.stringMatching(/^c: port 80 /)]);
    expect(capacityProblems("c", { resources }, large)).toEqual([
      expect.stringMatching(/^shop\/web: 'cpus' /),
    ]);
  });
});

describe("firstUnplaced", () => {
  test.each<[string, Demand[], string | undefined]>([
    ["4 × 1.5 cpus", [demand("web", { copies: 4, cpus: 1.5 })], "web"],
    ["3 × 1.5 cpus", [demand("web", { copies: 3, cpus: 1.5 })], undefined],
    ["14 × 0.4 cpus", [demand("web", { copies: 14, cpus: 0.4 })], undefined],
    ["3 × 1.5 cpus, updated", [demand("web", { copies: 3, cpus: 1.5, startsFirst: true })], "web"],
    [
      "small ones declared before large ones",
      [demand("small", { copies: 15, cpus: 0.1 }), demand("large", { copies: 3, cpus: 1.5 })],
      undefined,
    ],
    ["4 × 4 GiB", [demand("web", { copies: 4, memoryMiB: 4096 })], "web"],
    [
      "a port on each agent",
      [demand("router", { copies: 3, hostPorts: [80] }), demand("web", { hostPorts: [80] })],
      "web",
    ],
    [
      "a small one that must be on every agent",
      [demand("web", { copies: 10, cpus: 0.2 }), demand("router", { copies: 3, hostPorts: [80] })],
      undefined,
    ],
  ])("of %s on 3 × 2 cpus and 6 GiB", (_, demands, unplaced) => {
    expect(firstUnplaced(AGENTS, demands)?.taskName).toBe(unplaced);
  });

  it("is unknown where the agents are", () => {
    expect(firstUnplaced({ count: 1 }, [demand("web", { cpus: 64 })])).toBeUndefined();
  });

  it("is always found where the sums do not fit", () => {
    const amounts = fc.record({
      copies: fc.integer({ min: 1, max: 5 }),
      cpus: fc.integer({ min: 1, max: 190 }).map((hundredths) => hundredths / 100),
      memoryMiB: fc.integer({ min: 32, max: 6112 }),
      startsFirst: fc.constant(false),
    });

    fc.assert(
      fc.property(fc.array(amounts, { maxLength: 8 }), (all) => {
        const demands = all.map((amount, index) => demand(`t${index}`, amount));
        const fits = problems(...demands).length === 0;

        expect(fits || firstUnplaced(AGENTS, demands) !== undefined).toBe(true);
      }),
    );
  });
});
