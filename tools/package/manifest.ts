import { readFileSync } from "node:fs";
import { join } from "node:path";

/** As much of a package.json as we read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files?: readonly string[];
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The package.json of a folder. */
export function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest;
}

/** Name of the file `npm pack` makes of a package. */
export function tarball({ name, version }: Manifest): string {
  return `${name}-${version}.tgz`;
}

/**
 * Makes sure that the two packages can be installed side by side.
 *
 * @throws Error when their versions, or the peers both of them ask for, differ
 */
export function checkInStep(library: Manifest, tools: Manifest): void {
  const differing = Object.entries(tools.peerDependencies ?? {}).filter(
    ([peer, range]) => (library.peerDependencies?.[peer] ?? range) !== range,
  );
  if (library.version !== tools.version) {
    throw new Error(
      `${tools.name} has the version ${JSON.stringify(tools.version)}, ${library.name} ${JSON.stringify(library.version)}; ` +
        "set both by: npm version --no-git-tag-version --workspaces --include-workspace-root X.Y.Z",
    );
  }
  for (const [peer, range] of differing) {
    throw new Error(
      `${tools.name} asks for ${peer} ${JSON.stringify(range)}, ${library.name} for ` +
        `${JSON.stringify(library.peerDependencies?.[peer])}; write the same range into both package.json`,
    );
  }
}
