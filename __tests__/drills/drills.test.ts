import { DRILLS } from "../../tools/drills";
import { MISSED_FILES } from "../../tools/drills/missed-files";
import { outcomeLine, timed } from "../../tools/drills/outcome";
import { chosen } from "../../tools/drills/part";
import { REFUSED_MACHINES } from "../../tools/drills/refused-machines";
import { resultsTable } from "../../tools/drills/results-table";

describe("drills", () => {
  it("have each a name of its own, in all parts", () => {
    const all = [...DRILLS, ...REFUSED_MACHINES.drills, ...MISSED_FILES.drills];
    const names = all.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(?:-[a-z0-9]+)*$/);
  });

  it("are for one master in CI, and for three besides", () => {
    expect(new Set(DRILLS.map(({ masters }) => masters))).toEqual(new Set([1, 3]));
  });
});

describe("chosen", () => {
  it("are all, unless some are named", () => {
    expect(chosen(DRILLS, {})).toEqual(DRILLS);
    expect(chosen(DRILLS, { only: ["all-reboot", "wrong-checksum"] })).toMatchObject([
      { name: "all-reboot" },
    ]);
  });
});

describe("timed", () => {
  it("keeps what a failure said", async () => {
    expect(await timed("a", () => Promise.reject(new Error("no leader")))).toMatchObject({
      title: "a",
      failure: "no leader",
    });
    expect(await timed("b", () => Promise.resolve())).toMatchObject({ failure: undefined });
  });
});

describe("an outcome", () => {
  const well = { title: "all reboot", seconds: 31.6, failure: undefined };
  const bad = { title: "all reboot", seconds: 150, failure: "2 masters lead" };

  it("is a line for people", () => {
    expect(outcomeLine(well)).toBe("   32 s  all reboot");
    expect(outcomeLine(bad)).toBe("  150 s  FAILED: all reboot: 2 masters lead");
  });

  it("is a row of the docs", () => {
    expect(resultsTable([well, bad]).split("\n").slice(-2)).toEqual([
      "| all reboot | 32 |",
      "| all reboot | FAILED |",
    ]);
  });
});
