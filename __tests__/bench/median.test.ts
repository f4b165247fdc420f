import { median, medianOf } from "../../tools/bench/median";

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

  it("takes each figure by itself", () => {
    const runs = [
      { seconds: 1, peakMiB: 30 },
      { seconds: 3, peakMiB: 10 },
      { seconds: 2, peakMiB: 20 },
    ];

    expect(medianOf(runs)).toEqual({ seconds: 2, peakMiB: 20 });
  });
});
