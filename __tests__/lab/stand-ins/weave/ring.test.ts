import * as fc from "fast-check";
import { parseAddress } from "../../../../tools/lab/stand-ins/weave/router/address";
import {
  divide,
  donate,
  freeAddress,
  mergeRings,
  parseRange,
  richest,
  Ring,
  takeOver,
} from "../../../../tools/lab/stand-ins/weave/router/ring";

const RANGE = parseRange("10.32.0.0/24");

/** Whether every address of the range has exactly one owner. */
function isWhole(ring: Ring): boolean {
  let next = RANGE.start;
  for (const { start, size } of [...ring].sort((a, b) => a.start - b.start)) {
    if (start !== next) return false;
    next += size;
  }
  return next === RANGE.start + RANGE.size;
}

describe("ring", () => {
  it("reads a range, and refuses one that does not begin where its size says", () => {
    expect(parseRange("10.32.0.0/12")).toEqual({ start: parseAddress("10.32.0.0"), size: 2 ** 20, bits: 12 });
    expect(() => parseRange("10.32.0.1/12")).toThrow("invalid CIDR address: 10.32.0.1/12");
    expect(() => parseRange("10.32.0.0")).toThrow("invalid CIDR address: 10.32.0.0");
  });

  it("gives every peer the same number of addresses at first", () => {
    expect(divide(RANGE, ["b", "a"]).map(({ peer, size }) => [peer, size])).toEqual([
      ["a", 128],
      ["b", 128],
    ]);
  });

  it("never gives out the first and the last address, nor one that is taken", () => {
    const ring = divide(RANGE, ["a"]);
    const all: number[] = [];
    for (
      let free = freeAddress(ring, "a", all, RANGE);
      free !== undefined;
      free = freeAddress(ring, "a", all, RANGE)
    )
      all.push(free);
    expect(new Set(all).size).toBe(254);
    expect(Math.min(...all)).toBe(RANGE.start + 1);
    expect(freeAddress(ring, "b", [], RANGE)).toBeUndefined();
  });

  it("stays whole whoever gives and takes, and never gives away what is in use", () => {
    const peer = fc.constantFrom("a", "b", "c", "d");
    const step = fc.record({ kind: fc.constantFrom("donate", "takeOver", "take"), from: peer, to: peer });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let ring = divide(RANGE, ["a", "b"]);
        const taken: { address: number; by: string }[] = [];
        for (const { kind, from, to } of steps.filter((one) => one.from !== one.to)) {
          const own = taken.filter(({ by }) => by === from).map(({ address }) => address);
          if (kind === "donate") ring = donate(ring, from, to, own);
          else if (kind === "take") {
            const address = freeAddress(ring, from, own, RANGE);
            if (address !== undefined) taken.push({ address, by: from });
          } else if (own.length === 0) ring = takeOver(ring, from, to);
        }
        const owner = (address: number) =>
          ring.find(({ start, size }) => start <= address && address < start + size)?.peer;
        return isWhole(ring) && taken.every(({ address, by }) => owner(address) === by);
      }),
    );
  });

  it("is the same for all, in whatever order they hear of it", () => {
    const first = divide(RANGE, ["a", "b"]);
    const given = donate(first, "a", "c", []);
    const taken = takeOver(given, "b", "a");
    expect(mergeRings(mergeRings(taken, first), given)).toEqual(mergeRings(given, mergeRings(first, taken)));
    expect(mergeRings(first, taken)).toEqual(taken);
  });

  it("asks the peer that has most", () => {
    const ring = donate(divide(RANGE, ["a", "b"]), "a", "c", []);
    expect(richest(ring, ["a", "b", "c"])).toBe("b");
    expect(richest(ring, ["d"])).toBeUndefined();
  });
});
