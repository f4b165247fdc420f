import type { Construct } from "constructs";
import { Token } from "cdktf";
import { ValidationError } from "../errors";
import type { ArtifactRoute } from "./artifact-route";
import { isAddress, routeProblem, trustProblem } from "./artifact-rules";
import type { ArtifactSource } from "./artifact-source";
import { type ArtifactName, ARTIFACTS } from "./artifacts";
import type { MachineFile } from "./cloud-config";

/** Where machines get what they are made of; sources of one thing are tried in order. */
export interface NodeArtifacts {
  /**
   * Mesos: master, agent and `mesos-execute`.
   *
   * @default - aventer-mesos 1.11.0-0.7.1, from a copy of its repository, then from the repository, and from that for Debian
   * @see https://github.com/m3scluster/clusterd
   */
  readonly mesos?: ArtifactSource[];
  /**
   * Mesos-DNS, a package or the program itself.
   *
   * @default - 0.9.0 from the same repositories, then Mesosphere's last one
   */
  readonly mesosDns?: ArtifactSource[];
  /**
   * The script `weave`.
   *
   * @default - 3.0.2 of AVENTER's fork
   * @see https://github.com/AVENTER-UG/weave
   */
  readonly weave?: ArtifactSource[];
  /**
   * The images the script runs; all of them are pulled. They must share a path, and have the tag the script asks for.
   *
   * @default - those of 3.0.2, from Docker Hub
   */
  readonly weaveImages?: ArtifactSource[];
  /**
   * ZooKeeper, on masters.
   *
   * @default - the distribution's `zookeeper`
   */
  readonly zooKeeper?: ArtifactSource[];
  /**
   * Docker, which only runs Weave.
   *
   * @default - the distribution's `docker.io`
   */
  readonly docker?: ArtifactSource[];
}

/**
 * The file from which a machine knows where to get what, checked.
 *
 * @param mirror prefix of all URLs, if any
 * @throws ValidationError naming the property, the value and the way out
 */
export function artifactsFile(scope: Construct, given: NodeArtifacts, mirror?: string): MachineFile {
  if (mirror !== undefined) validateMirror(scope, mirror);
  const names = Object.keys(ARTIFACTS) as ArtifactName[];
  const routes = names.map((name) => [name, artifactRoutes(scope, name, given[name], mirror)]);
  return {
    path: "/etc/cdktf-mesos/artifacts.json",
    mode: "0644",
    content: `${JSON.stringify(Object.fromEntries(routes))}\n`,
  };
}

function artifactRoutes(
  scope: Construct,
  name: ArtifactName,
  sources: readonly ArtifactSource[] | undefined,
  mirror: string | undefined,
): ArtifactRoute[] {
  const mirrored = (route: ArtifactRoute) => (mirror === undefined ? route : throughMirror(route, mirror));
  // What only HTTPS vouches for is left out where a mirror has none.
  if (sources === undefined) {
    return ARTIFACTS[name].routes.map(mirrored).filter((route) => trustProblem(route) === undefined);
  }
  if (sources.length === 0) {
    throw new ValidationError(
      scope,
      `'artifacts.${name}' must hold at least one source, got []; leave it out for the default`,
    );
  }
  return sources.map(({ _route }, index) => {
    const problem = routeProblem(name, _route) ?? trustProblem(mirrored(_route));
    if (problem !== undefined) throw new ValidationError(scope, `'artifacts.${name}[${index}]' ${problem}`);
    return mirrored(_route);
  });
}

/** Has every URL begin with the mirror's, its own host being the first directory there. */
function throughMirror(route: ArtifactRoute, mirror: string): ArtifactRoute {
  const moved = (url: string) => url.replace(/^https?:\/\//, `${mirror.replace(/\/$/, "")}/`);
  if (route.kind === "download") return { ...route, url: moved(route.url) };
  return route.kind === "apt" ? { ...route, url: moved(route.url), keyUrl: moved(route.keyUrl) } : route;
}

function validateMirror(scope: Construct, mirror: string): void {
  const got = Token.isUnresolved(mirror) ? "a token" : JSON.stringify(mirror);
  if (Token.isUnresolved(mirror) || !isAddress(mirror)) {
    throw new ValidationError(
      scope,
      `'artifactMirror' must be a literal URL like "https://mirror.example.com/files", got ${got}`,
    );
  }
}
