import * as path from "node:path";
import { cacheDirectory } from "./cache";
import { buildStandIns, StandInRoutes } from "./stand-ins/package/stand-ins";

/** The host at which machines find stand-ins. */
const HOST = "artifacts.lab.internal";

/** Stand-ins that are served, and the routes that lead to them. */
export interface StandInArtifacts {
  /** Folder of what is served, by host: `Downloads.artifacts`. */
  readonly artifacts: string;
  /** `context.artifacts` of cdktf.json. */
  readonly routes: StandInRoutes;
}

/**
 * Makes what stands in for Mesos, Mesos-DNS and Weave, which no registry of packages has.
 *
 * @param directory folder of their own
 */
export async function standInArtifacts(directory: string): Promise<StandInArtifacts> {
  const routes = await buildStandIns({
    directory: path.join(directory, HOST),
    baseUrl: `https://${HOST}`,
    cache: path.join(cacheDirectory(process.env), "files"),
  });
  return { artifacts: directory, routes };
}
