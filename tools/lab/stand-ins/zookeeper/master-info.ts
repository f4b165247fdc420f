/** What a master tells of itself in ZooKeeper, as JSON. */
export interface MasterInfo {
  readonly address: { readonly hostname: string; readonly ip: string; readonly port: number };
  readonly hostname: string;
  readonly id: string;
  /** The address as a number, its first byte lowest. */
  readonly ip: number;
  /** `master@IP:PORT`. */
  readonly pid: string;
  readonly port: number;
  readonly version: string;
}

/** The first part of the names of the masters' nodes; the lowest number leads. */
export const MASTER_NODE = "json.info_";

/** The info of a master. */
export function masterInfo(
  ip: string,
  port: number,
  hostname: string,
  id: string,
  version: string,
): MasterInfo {
  const bytes = ip.split(".").map(Number);
  return {
    address: { hostname, ip, port },
    hostname,
    id,
    ip: bytes.reduceRight((sum, byte) => sum * 256 + byte, 0),
    pid: `master@${ip}:${port}`,
    port,
    version,
  };
}

/** The node of the master that leads: the one that came first. */
export function leadingNode(names: readonly string[]): string | undefined {
  return names.filter((name) => name.startsWith(MASTER_NODE)).sort()[0];
}
