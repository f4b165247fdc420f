import { type Artifact, ARTIFACTS } from "../../lib/machine/artifacts";

const artifacts: [string, Artifact][] = Object.entries(ARTIFACTS);
const routes = artifacts.flatMap(([name, { routes }]) => routes.map((route) => ({ name, route })));

describe("the table of artifacts", () => {
  it("holds what a node needs", () => {
    expect(artifacts.map(([name]) => name)).toEqual([
      "mesos",
      "mesosDns",
      "weave",
      "weaveImages",
      "zooKeeper",
      "docker",
    ]);
  });

  it.each(artifacts)(
    "pins %s, or leaves its version to the distribution",
    (_, { version, routes, licence }) => {
      expect(licence).toBe("Apache-2.0");
      expect(routes.length).toBeGreaterThan(0);
      expect(version !== undefined).toBe(routes.every(({ kind }) => kind !== "distribution"));
      expect(JSON.stringify(routes)).not.toMatch(/latest|master/);
    },
  );

  it.each(routes)(
    "gets $name by a route that proves what it gets, or says that it does not",
    ({ name, route }) => {
      switch (route.kind) {
        case "apt":
          expect(route.keyUrl).toMatch(/^https:/);
          expect(route.keyFingerprint).toMatch(/^[0-9A-F]{40}$/);
          break;
        case "download":
          if (route.sha256 === undefined)
            expect(`${name} ${new URL(route.url).protocol}`).toBe("mesos http:");
          else
            expect([route.url, route.sha256]).toEqual([
              expect.stringMatching(/^https:/),
              expect.stringMatching(/^[0-9a-f]{64}$/),
            ]);
          break;
        case "image":
          expect(route.image).toMatch(/^[a-z]+\/[a-z]+:\d+\.\d+\.\d+$/);
          break;
        case "distribution":
          expect(route.package).toMatch(/^[a-z.]+$/);
      }
    },
  );
});
