import type { ArtifactRoute } from "./artifact-route";

/** A package of a repository for apt, for `ArtifactSource.apt`. */
export interface AptPackage {
  /** Name of the package. */
  readonly packageName: string;
  /**
   * Its version, as apt takes it; a `*` at its end stands for the rest.
   *
   * @default - the newest
   */
  readonly version?: string;
  /**
   * URL of the repository. The code name of the machine's distribution is appended, `…/Ubuntu` for `…/Ubuntu/noble`, unless
   * it ends in a slash.
   */
  readonly url: string;
  /** URL of the key that signs the repository. */
  readonly keyUrl: string;
  /** Fingerprint of that key, 40 hexadecimal digits: any other key is refused, wherever it came from. */
  readonly keyFingerprint: string;
}

/** How a download is verified, for `ArtifactSource.download`. */
export interface DownloadOptions {
  /**
   * Checksum of the file, 64 hexadecimal digits as `sha256sum` prints them; any other file ends a machine's boot.
   *
   * @default - none: only HTTPS vouches for the file
   */
  readonly sha256?: string;
  /**
   * Whether the file may come over plain HTTP without a checksum: whoever is in between decides what runs on the machines.
   *
   * @default false
   */
  readonly allowUnverified?: boolean;
}

/**
 * Where a machine gets one of the things it is made of.
 *
 * Machines reach the ports 80 and 443 of other hosts, and no others.
 */
export class ArtifactSource {
  /** A package of the machine's own distribution, in the version that has. */
  public static distribution(packageName: string): ArtifactSource {
    return new ArtifactSource({ kind: "distribution", package: packageName });
  }

  /** A package of another repository. */
  public static apt(props: AptPackage): ArtifactSource {
    const { packageName, version, url, keyUrl } = props;
    const keyFingerprint = props.keyFingerprint.replace(/ /g, "").toUpperCase();
    return new ArtifactSource({ kind: "apt", package: packageName, version, url, keyUrl, keyFingerprint });
  }

  /** A file: a `.deb`, or the program itself. */
  public static download(url: string, options: DownloadOptions = {}): ArtifactSource {
    const allowUnverified = options.allowUnverified === true ? true : undefined;
    return new ArtifactSource({ kind: "download", url, sha256: options.sha256, allowUnverified });
  }

  /** An image in a Docker registry, with a tag or a digest. */
  public static image(image: string): ArtifactSource {
    return new ArtifactSource({ kind: "image", image });
  }

  /** Nothing to get: the image of the machines has it already. */
  public static onImage(): ArtifactSource {
    return new ArtifactSource({ kind: "onImage" });
  }

  private constructor(
    /** @internal */
    public readonly _route: ArtifactRoute,
  ) {}
}
