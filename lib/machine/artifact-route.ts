/** A package of the machine's own distribution; its signed indexes are the proof. */
export interface DistributionRoute {
  readonly kind: "distribution";
  readonly package: string;
}

/** A package of another repository for apt, trusted by the fingerprint of its key. */
export interface AptRoute {
  readonly kind: "apt";
  readonly package: string;
  /** As apt takes it; absent for the newest. */
  readonly version?: string;
  /** URL of the repository, to which the distribution's code name is appended, unless it ends in a slash. */
  readonly url: string;
  readonly keyUrl: string;
  /** 40 hexadecimal digits. */
  readonly keyFingerprint: string;
}

/** One file. */
export interface DownloadRoute {
  readonly kind: "download";
  readonly url: string;
  /** 64 hexadecimal digits; absent where nobody of us had the file. */
  readonly sha256?: string;
  /** Whether plain HTTP will do, without a checksum. */
  readonly allowUnverified?: true;
}

/** A container image, by its tag. */
export interface ImageRoute {
  readonly kind: "image";
  readonly image: string;
}

/** Nothing to get: the machine's image has it. */
export interface OnImageRoute {
  readonly kind: "onImage";
}

/** A way to get an artifact, as a machine reads it from `artifacts.json`. */
export type ArtifactRoute = DistributionRoute | AptRoute | DownloadRoute | ImageRoute | OnImageRoute;
