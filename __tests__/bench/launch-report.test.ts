import { launchTables, launchVerdicts, type LaunchResults } from "../../tools/bench/launch-report";

describe("the report on launches", () => {
  it("compares every way with ours, and tells connections, the longest chain and each service", () => {
    expect(launchTables(results())).toBe(
      [
        "| way | first deploy | ratio to ours | its services' part | second deploy | destroy |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        "| ours | 16.0 s | 1.0 × | 12.0 s | 4.0 s | 5.0 s |",
        "| slow | 22.0 s | 1.4 × | 18.0 s | 4.0 s | 5.0 s |",
        "| few | 16.0 s | 1.0 × | 10.0 s | 4.0 s | 5.0 s |",
        "| many | 16.0 s | 1.0 × | 25.0 s | 4.0 s | 5.0 s |",
        "",
        "SSH connections: 12 in the first deploy, 7 of them for the services and their launcher (3.5 a service); 0 in " +
          "the second; 3 in the destroy.",
        "",
        "Longest chain of links: db, app. With a start of 3 s and 5 s of running it takes 16 s at the least.",
        "",
        "| service | ours | starts of 3 s |",
        "| --- | ---: | ---: |",
        "| app | 5.5 s | 8.5 s |",
        "| db | 6.0 s | 9.0 s |",
      ].join("\n"),
    );
  });

  it("finds all goals met", () => {
    expect(launchVerdicts(results()).map(({ reached, met }) => [reached, met])).toEqual([
      ["16.0", true],
      ["4.00", true],
      ["1.13", true],
      ["2.50", true],
    ]);
  });

  it.each([
    ["a slow first deploy", { firstDeploy: 30.1 }, "at most 30 s for the first deploy"],
    ["a slow second deploy", { secondDeploy: 10.1 }, "at most 10 s for the second deploy"],
    [
      "services that wait for more than their links",
      { slowPart: 21 },
      "at most 1.3 times the longest chain of links, with starts of 3 s",
    ],
    [
      "many tasks that are not started side by side",
      { manyPart: 31 },
      "at most 3 times the time of 10 tasks for 100, all at once",
    ],
  ])("sees %s", (_, changed, goal) => {
    const missed = launchVerdicts(results(changed)).filter(({ met }) => !met);

    expect(missed.map((verdict) => verdict.goal)).toEqual([goal]);
  });
});

/** Results that meet all goals but for what is changed. */
function results({ firstDeploy = 16, secondDeploy = 4, slowPart = 18, manyPart = 25 } = {}): LaunchResults {
  const ours = {
    figures: {
      firstDeploy,
      servicesPart: 12,
      secondDeploy,
      destroy: 5,
      connectionsOfFirst: 12,
      connectionsOfServices: 7,
      connectionsOfSecond: 0,
      connectionsOfDestroy: 3,
    },
    services: { db: 6, app: 5.5 },
  };
  const slow = {
    figures: { ...ours.figures, firstDeploy: 22, servicesPart: slowPart },
    services: { db: 9, app: 8.5 },
  };
  const few = { ...ours, figures: { ...ours.figures, firstDeploy: 16, servicesPart: 10 } };
  const many = { ...few, figures: { ...few.figures, servicesPart: manyPart } };
  return {
    runs: new Map(Object.entries({ ours, slow, few, many })),
    ours: "ours",
    slow: "slow",
    few: "few",
    many: "many",
    chain: { services: ["db", "app"], startSec: 3, stableSec: 5 },
  };
}
