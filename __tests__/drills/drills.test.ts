import { DRILLS } from "../../tools/drills";
import { outcomeLine, timed } from "../../tools/drills/play";
import { resultsTable } from "../../tools/drills/results-table";

describe("DRILLS", () => {
  it("have each a name of its own", () => {
    const names = DRILLS.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
  });

  it("are for one master in CI, and for three besides", () => {
    expect(new Set(DRILLS.map(({ masters }) => masters))).toEqual(new Set([1, 3]));
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
