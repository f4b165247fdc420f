import { type SynthResults, synthTables, synthVerdicts } from "../../tools/bench/synth-report";

describe("the report on synths", () => {
  it("compares every way with ours, and every number of agents and of tasks by the piece", () => {
    expect(synthTables(results())).toBe(
      [
        "| way | time | time, ratio to ours | peak memory | memory, ratio to ours |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| ours | 0.50 s | 1.0 × | 100 MiB | 1.0 × |",
        "| stock | 10.00 s | 20.0 × | 1500 MiB | 15.0 × |",
        "",
        "| agents | time | time an agent | peak memory |",
        "| --- | ---: | ---: | ---: |",
        "| 100 | 1.00 s | 10.0 ms | 120 MiB |",
        "| 1000 | 4.00 s | 4.0 ms | 230 MiB |",
        "",
        "| `MesosTask`s | time | time a task | peak memory |",
        "| --- | ---: | ---: | ---: |",
        "| 100 | 0.80 s | 8.0 ms | 110 MiB |",
        "| 1000 | 2.00 s | 2.0 ms | 150 MiB |",
      ].join("\n"),
    );
  });

  it("finds all goals met", () => {
    expect(synthVerdicts(results(), "stock").map(({ reached, met }) => [reached, met])).toEqual([
      ["20.0", true],
      ["15.0", true],
      ["4.00", true],
      ["230.0", true],
      ["2.50", true],
      ["150.0", true],
    ]);
  });

  it.each([
    ["a slower synth", { ours: [0.9, 100] }, "at least 12 times faster than the stock way"],
    ["more memory", { ours: [0.5, 151] }, "at least 10 times less memory than the stock way"],
    ["agents on a bend", { agents: [12.1, 230] }, "at most 12 times the time of 100 agents for 1000"],
    ["a thousand agents too large", { agents: [4, 401] }, "at most 400 MiB for 1000 agents"],
    ["tasks on a bend", { tasks: [9.7, 150] }, "at most 12 times the time of 100 `MesosTask`s for 1000"],
    ["a thousand tasks too large", { tasks: [2, 513] }, "at most 512 MiB for 1000 `MesosTask`s"],
  ])("sees %s", (_, changed, goal) => {
    const missed = synthVerdicts(results(changed), "stock").filter(({ met }) => !met);

    expect(missed.map((verdict) => verdict.goal)).toEqual([goal]);
  });
});

/** Results that meet all goals but for what is changed: time and memory, of a thousand agents or tasks. */
function results(changed: { ours?: number[]; agents?: number[]; tasks?: number[] } = {}): SynthResults {
  const cost = ([seconds, peakMiB]: number[]) =>
    ({ seconds, peakMiB }) as { seconds: number; peakMiB: number };
  return {
    ways: new Map([
      ["ours", cost(changed.ours ?? [0.5, 100])],
      ["stock", cost([10, 1500])],
    ]),
    ourWay: "ours",
    agents: new Map([
      [100, cost([1, 120])],
      [1000, cost(changed.agents ?? [4, 230])],
    ]),
    tasks: new Map([
      [100, cost([0.8, 110])],
      [1000, cost(changed.tasks ?? [2, 150])],
    ]),
  };
}
