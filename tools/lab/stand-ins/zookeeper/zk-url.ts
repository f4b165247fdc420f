/** Where ZooKeeper is and what Mesos may use of it. */
export interface ZkUrl {
  /** `host:port,host:port`. */
  readonly servers: string;
  /** `user:password`, for the scheme digest. */
  readonly auth?: string;
  readonly path: string;
}

/** A URL of ZooKeeper that Mesos does not take; its message is what Mesos says. */
export class ZkUrlError extends Error {}

/**
 * Reads `zk://user:password@host:port,host:port/path`.
 *
 * @throws ZkUrlError
 */
export function parseZkUrl(text: string): ZkUrl {
  const [, auth, servers, path] = /^zk:\/\/(?:([^@/]*)@)?([^@/\s]+)(\/\S*)?$/.exec(text) ?? [];
  if (servers === undefined) throw new ZkUrlError(`Failed to parse '${withoutPassword(text)}'`);
  if (path === undefined || path === "/") {
    throw new ZkUrlError("Expecting a (chroot) path for ZooKeeper ('/' is not supported)");
  }
  return { servers, auth, path: path.replace(/\/$/, "") };
}

/** Whether a text is meant as such a URL. */
export function isZkUrl(text: string): boolean {
  return text.startsWith("zk://");
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/[^@/]*@/, "//***@");
}
