import { detectLeader } from "../../zookeeper/leader-detector";
import { isZkUrl, parseZkUrl } from "../../zookeeper/zk-url";

/** A master to turn to. */
export interface MasterAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Tells whom `--master` means, now and whenever that changes: the one ZooKeeper names, or the one that is given.
 *
 * @throws ZkUrlError
 */
export function followLeader(
  master: string,
  detected: (leader: MasterAddress | undefined) => void,
  failed: (error: Error) => void,
): void {
  if (isZkUrl(master)) {
    const found = (info?: { address: { ip: string; port: number } }) =>
      detected(info && { host: info.address.ip, port: info.address.port });
    return detectLeader(parseZkUrl(master), found, failed);
  }
  const [host = "", port] = master.replace(/^master@/, "").split(":");
  detected({ host, port: Number(port) });
}
