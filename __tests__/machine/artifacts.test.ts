import type { ArtifactRoute } from "../../lib/machine/artifact-route";
import { routeProblem, trustProblem } from "../../lib/machine/artifact-rules";
import { type Artifact, type ArtifactName, ARTIFACTS } from "../../lib/machine/artifacts";

const artifacts = Object.entries(ARTIFACTS) as [ArtifactName, Artifact][];
const routes: { name: ArtifactName; route: ArtifactRoute }[] = artifacts.flatMap(([name, artifact]) =>
  artifact.routes.map((route) => ({ name, route })),
);

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

  it.each(routes)("gets $name by a route that would be taken from a user", ({ name, route }) => {
    expect([routeProblem(name, route), trustProblem(route)]).toEqual([undefined, undefined]);
  });

  it.each(routes)("gets $name over HTTPS, or from a repository that is signed", ({ route }) => {
    if (route.kind === "apt")
      expect([route.keyUrl, route.version]).toEqual([/^https:/, /^\d.*\*$/].map(matching));
    if (route.kind === "download") expect(route.url).toMatch(/^https:/);
    if (route.kind === "image") expect(route.image).toMatch(/:\d+\.\d+\.\d+$/);
    expect(route.kind).not.toBe("onImage");
  });
});

function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}
