import type { AptRoute, ArtifactRoute, ImageRoute } from "./artifact-route";

/** Something a machine downloads. */
export interface Artifact {
  /** `undefined` where the distribution decides. */
  readonly version?: string;
  /** SPDX identifier. */
  readonly licence: string;
  /** In the order they are tried; of images all are needed. */
  readonly routes: readonly ArtifactRoute[];
}

/** What machines are made of, by the names properties, settings and machines know it by. */
export type ArtifactName = "mesos" | "mesosDns" | "weave" | "weaveImages" | "zooKeeper" | "docker";

const AVENTER_KEY = "BA227EBC312D2E43498A533963F8CEE149ACA59E";

/** A copy of AVENTER's repository whose address is the hash of its content. */
const COPY =
  "https://public.gi.ucsc.edu/cgl/ci/toil/dependencies/ipfs/Qmcd6B5gS42p99BzKjNsWuBJ9X4dEk7JEh7N9Hr6EYMzfn";

const WEAVE_IMAGES = ["weave", "weaveexec", "weavedb"];

/**
 * All a machine downloads, pinned: the one table of it.
 *
 * @see https://github.com/m3scluster/clusterd for Mesos
 * @see https://github.com/AVENTER-UG/weave for Weave
 * @see https://github.com/AVENTER-UG/mesos-dns for Mesos-DNS
 */
export const ARTIFACTS: Readonly<Record<ArtifactName, Artifact>> = {
  mesos: {
    version: "1.11.0-0.7.1",
    licence: "Apache-2.0",
    routes: [
      ...aventer("aventer-mesos", "1.11.0-0.7.1*"),
      // For when the key has expired, which the repository's signature needs and HTTPS does not.
      {
        kind: "download",
        url: `${COPY}/rpm.aventer.biz/Ubuntu/noble/pool/main/a/aventer-mesos/aventer-mesos_1.11.0-0.7.1.ubuntu2404_amd64.deb`,
      },
    ],
  },
  mesosDns: {
    version: "0.9.0",
    licence: "Apache-2.0",
    routes: [
      ...aventer("mesos-dns", "0.9.0*"),
      // Mesosphere's last one.
      {
        kind: "download",
        url: "https://github.com/mesosphere/mesos-dns/releases/download/v0.6.0/mesos-dns-v0.6.0-linux-amd64",
      },
    ],
  },
  weave: {
    version: "3.0.2",
    licence: "Apache-2.0",
    routes: [
      {
        kind: "download",
        url: "https://raw.githubusercontent.com/AVENTER-UG/weave/4a6a54168bf78d43b8ae61214ea24d454afc608d/weave",
        sha256: "9e6207ab67434c0cff4cebb0f96772674c72da0675f547650b222daed1471c79",
      },
    ],
  },
  weaveImages: {
    version: "3.0.2",
    licence: "Apache-2.0",
    routes: WEAVE_IMAGES.map((name): ImageRoute => ({ kind: "image", image: `avhost/${name}:3.0.2` })),
  },
  zooKeeper: { licence: "Apache-2.0", routes: [{ kind: "distribution", package: "zookeeper" }] },
  docker: { licence: "Apache-2.0", routes: [{ kind: "distribution", package: "docker.io" }] },
};

/** The copy first: it cannot change. Of the repository for Debian, whose path has no code name, nobody has seen one. */
function aventer(name: string, version: string): AptRoute[] {
  const repositories = [
    [`${COPY}/rpm.aventer.biz/Ubuntu`, `${COPY}/www.aventer.biz`],
    ["http://rpm.aventer.biz/Ubuntu", "https://www.aventer.biz"],
    ["http://rpm.aventer.biz/Debian/", "https://www.aventer.biz"],
  ] as const;
  return repositories.map(([url, site]) => ({
    kind: "apt",
    package: name,
    version,
    url,
    keyUrl: `${site}/assets/support_aventer.asc`,
    keyFingerprint: AVENTER_KEY,
  }));
}
