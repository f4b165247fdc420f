/** A package of the machine's own distribution; its signed indexes are the proof. */
export interface DistributionPackage {
  readonly kind: "distribution";
  readonly package: string;
}

/** A repository for apt, trusted by the fingerprint of its key. */
export interface AptRepository {
  readonly kind: "apt";
  readonly package: string;
  /** URL of the repository, to which the distribution's code name is appended. */
  readonly url: string;
  readonly keyUrl: string;
  /** 40 hexadecimal digits. */
  readonly keyFingerprint: string;
}

/** One file. Over plain HTTP it is used only with a checksum, or when the user allows it. */
export interface Download {
  readonly kind: "download";
  readonly url: string;
  /** Computed from the real file; absent where nobody of us had the file. */
  readonly sha256?: string;
}

/** A container image, by its tag. */
export interface ContainerImage {
  readonly kind: "image";
  readonly image: string;
}

/** A way to get an artifact. */
export type ArtifactRoute = DistributionPackage | AptRepository | Download | ContainerImage;

/** Something a machine downloads. */
export interface Artifact {
  /** `undefined` where the distribution decides. */
  readonly version?: string;
  /** SPDX identifier. */
  readonly licence: string;
  /** In the order they are tried. */
  readonly routes: readonly ArtifactRoute[];
}

const AVENTER_KEY = "BA227EBC312D2E43498A533963F8CEE149ACA59E";

/** A copy of AVENTER's repository whose address is the hash of its content. */
const MIRROR =
  "https://public.gi.ucsc.edu/cgl/ci/toil/dependencies/ipfs/Qmcd6B5gS42p99BzKjNsWuBJ9X4dEk7JEh7N9Hr6EYMzfn";

const WEAVE_IMAGES = ["weave", "weaveexec", "weavedb"];

/**
 * All a machine downloads, pinned: the one table of it. Nothing of it is installed yet.
 *
 * @see https://github.com/m3scluster/clusterd for Mesos
 * @see https://github.com/AVENTER-UG/weave for Weave
 * @see https://github.com/AVENTER-UG/mesos-dns for Mesos-DNS
 */
export const ARTIFACTS = {
  mesos: {
    version: "1.11.0-0.7.1",
    licence: "Apache-2.0",
    routes: [
      aventer("aventer-mesos", `${MIRROR}/rpm.aventer.biz/Ubuntu`, `${MIRROR}/www.aventer.biz`),
      aventer("aventer-mesos", "http://rpm.aventer.biz/Ubuntu", "https://www.aventer.biz"),
      {
        kind: "download",
        url: "http://rpm.aventer.biz/Ubuntu/noble/pool/main/a/aventer-mesos/aventer-mesos_1.11.0-0.7.1.ubuntu2404_amd64.deb",
      },
    ],
  },
  mesosDns: {
    version: "0.9.0",
    licence: "Apache-2.0",
    routes: [
      aventer("mesos-dns", `${MIRROR}/rpm.aventer.biz/Ubuntu`, `${MIRROR}/www.aventer.biz`),
      aventer("mesos-dns", "http://rpm.aventer.biz/Ubuntu", "https://www.aventer.biz"),
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
    routes: WEAVE_IMAGES.map((name): ContainerImage => ({ kind: "image", image: `avhost/${name}:3.0.2` })),
  },
  zooKeeper: { licence: "Apache-2.0", routes: [{ kind: "distribution", package: "zookeeper" }] },
  docker: { licence: "Apache-2.0", routes: [{ kind: "distribution", package: "docker.io" }] },
} as const satisfies Record<string, Artifact>;

function aventer(name: string, url: string, site: string): AptRepository {
  return {
    kind: "apt",
    package: name,
    url,
    keyUrl: `${site}/assets/support_aventer.asc`,
    keyFingerprint: AVENTER_KEY,
  };
}
