import { median, medianOf } from "../../tools/bench/median";
import { type Results, resultTables, verdicts } from "../../tools/bench/report";

describe("median", () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[10, 9], 9.5],
    [[7], 7],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("fails without a value", () => {
    expect(() => median([])).toThrow("a median needs at least one value, got []");
  });

  it("takes time and memory each by itself", () => {
    const runs = [
      { seconds: 1, peakMiB: 30 },
      { seconds: 3, peakMiB: 10 },
      { seconds: 2, peakMiB: 20 },
    ];

    expect(medianOf(runs)).toEqual({ seconds: 2, peakMiB: 20 });
  });
});

describe("report", () => {
  it("compares every way with ours, and every number of agents by the agent", () => {
    expect(resultTables(results())).toBe(
      [
        "Machine: a machine.",
        "",
        "| way | time | time, ratio to ours | peak memory | memory, ratio to ours |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| ours | 0.50 s | 1.0 × | 100 MiB | 1.0 × |",
        "| stock | 10.00 s | 20.0 × | 1500 MiB | 15.0 × |",
        "",
        "| agents | time | time an agent | peak memory |",
        "| --- | ---: | ---: | ---: |",
        "| 100 | 1.00 s | 10.0 ms | 120 MiB |",
        "| 1000 | 4.00 s | 4.0 ms | 230 MiB |",
      ].join("\n"),
    );
  });

  it("finds all goals met", () => {
    expect(verdicts(results(), "stock").map(({ reached, met }) => [reached, met])).toEqual([
      ["20.0", true],
      ["15.0", true],
      ["4.0", true],
      ["230.0", true],
    ]);
  });

  it.each([
    ["a slower synth", { ours: [0.9, 100] }, "at least 12 times faster than the stock way"],
    ["more memory", { ours: [0.5, 151] }, "at least 10 times less memory than the stock way"],
    ["a curve that bends", { thousand: [12.1, 230] }, "at most 12 times the time of 100 agents for 1000"],
    ["a thousand agents too large", { thousand: [4, 401] }, "at most 400 MiB for 1000 agents"],
  ])("sees %s", (_, changed, goal) => {
    const missed = verdicts(results(changed), "stock").filter(({ met }) => !met);

    expect(missed.map((verdict) => verdict.goal)).toEqual([goal]);
  });
});

function results(changed: { ours?: number[]; thousand?: number[] } = {}): Results {
  const cost = ([seconds, peakMiB]: number[]) =>
    ({ seconds, peakMiB }) as { seconds: number; peakMiB: number };
  return {
    machine: "a machine",
    ways: new Map([
      ["ours", cost(changed.ours ?? [0.5, 100])],
      ["stock", cost([10, 1500])],
    ]),
    ourWay: "ours",
    curve: new Map([
      [100, cost([1, 120])],
      [1000, cost(changed.thousand ?? [4, 230])],
    ]),
  };
}
