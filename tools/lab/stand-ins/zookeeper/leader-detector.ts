import { leadingNode, MasterInfo } from "./master-info";
import type { ZkUrl } from "./zk-url";
import { Zoo } from "./zoo";

/**
 * Watches ZooKeeper for the master that leads, for ever: a lost session is followed by another one.
 *
 * It makes the masters' path where it is missing, as Mesos does, with what its own URL allows others to do there.
 */
export function detectLeader(
  url: ZkUrl,
  detected: (leader: MasterInfo | undefined) => void,
  failed: (error: Error) => void,
): void {
  const zoo = new Zoo(url);
  let node: string | undefined;
  const changed = async (names: readonly string[]) => {
    const leading = leadingNode(names);
    if (leading === node) return;
    node = leading;
    const info = leading === undefined ? undefined : await readInfo(zoo, leading);
    // another one may lead since it was read
    if (leading === node) detected(info);
  };
  zoo.once("session", () => {
    zoo
      .makePath()
      .then(() => zoo.watch("", (names) => void changed(names).catch(failed)))
      .catch(failed);
  });
  zoo.once("lost", () => {
    if (node !== undefined) detected(undefined);
    detectLeader(url, detected, failed);
  });
}

/** The node may be gone already: then nobody leads until the next change. */
async function readInfo(zoo: Zoo, node: string): Promise<MasterInfo | undefined> {
  try {
    return JSON.parse(await zoo.read(node)) as MasterInfo;
  } catch {
    return undefined;
  }
}
