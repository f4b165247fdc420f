import { setTimeout as sleep } from "node:timers/promises";
import { leadingNode, MASTER_NODE, MasterInfo } from "../../zookeeper/master-info";
import type { ZkUrl } from "../../zookeeper/zk-url";
import { Zoo } from "../../zookeeper/zoo";
import { Fatal, log } from "../program";
import { isReadable, nextStatus, RegisteredAgent, Replica, ReplicaStatus } from "./registry";

/** What a master that shares a ZooKeeper with others is told. */
export interface ContenderOptions {
  readonly url: ZkUrl;
  /** How long a session lives, in seconds. */
  readonly sessionSec?: number;
  readonly quorum: number;
  readonly info: MasterInfo;
  readonly replica: Replica;
  /** How long a leader may take to read the registry, in seconds. */
  readonly fetchTimeoutSec: number;
  /** Another master leads, or none. */
  follows(leader: MasterInfo | undefined): void;
  /** This one leads and has read the registry. */
  leads(agents: readonly RegisteredAgent[]): void;
  fail(error: unknown): void;
}

/** Where the masters keep which of them hold a copy of the registry, and, as its own content, what is in it. */
const REGISTRY = "log_replicas";
const REPLICAS = `/${REGISTRY}`;

/** A master's part in the election of the one that leads, for ever. */
export class Contender {
  private zoo: Zoo;
  private own = "";
  private leading?: string;
  private replicas: readonly ReplicaStatus[] = [];
  private read?: () => void;
  private stored = Promise.resolve();

  constructor(private readonly options: ContenderOptions) {
    this.zoo = this.contend();
  }

  private contend(): Zoo {
    const zoo = new Zoo(this.options.url, this.options.sessionSec);
    zoo.once("session", () => void this.join(zoo).catch(this.options.fail));
    zoo.once("lost", () => this.lost());
    return zoo;
  }

  /** The registry has other agents now. */
  public store(agents: readonly RegisteredAgent[]): void {
    this.stored = this.stored
      .then(() => this.zoo.write(REGISTRY, JSON.stringify(agents)))
      // who cannot reach ZooKeeper does not lead for long
      .catch((error: unknown) =>
        log("W", "registrar.cpp:512", `Failed to update registry: ${String(error)}`),
      );
  }

  private async join(zoo: Zoo): Promise<void> {
    const { info, replica } = this.options;
    await zoo.makePath(REPLICAS).catch(refuse);
    const copy = await zoo.join(`${REGISTRY}/replica_`, replica.status).catch(refuse);
    zoo.watch(REPLICAS, (names) => void this.learn(zoo, copy, names).catch(this.options.fail));
    this.own = await zoo.join(MASTER_NODE, JSON.stringify(info)).catch(refuse);
    zoo.watch("", (names) => void this.elect(zoo, names).catch(this.options.fail));
  }

  /** Looks at all copies of the registry, and fills this one when that is allowed. */
  private async learn(zoo: Zoo, copy: string, names: readonly string[]): Promise<void> {
    const { replica, quorum } = this.options;
    const all = await Promise.all(names.map((name) => readStatus(zoo, name)));
    const before = replica.status;
    if (before === "EMPTY" && nextStatus(before, all, quorum) === "VOTING") {
      replica.fill();
      log("I", "recover.cpp:568", "Updating replica status to VOTING");
      await zoo.write(copy, replica.status);
    }
    this.replicas = await Promise.all(names.map((name) => readStatus(zoo, name)));
    if (isReadable(this.replicas, quorum)) return this.read?.();
    // a status changes without the names doing so
    await sleep(300);
    if (zoo === this.zoo) await this.learn(zoo, copy, await zoo.names(REPLICAS));
  }

  private async elect(zoo: Zoo, names: readonly string[]): Promise<void> {
    const leading = leadingNode(names);
    if (leading === this.leading) return;
    if (this.leading === this.own) throw new Fatal("Lost leadership... committing suicide!");
    this.leading = leading;
    if (leading === this.own) {
      this.options.follows(this.options.info);
      return this.rule();
    }
    const info = leading === undefined ? undefined : await zoo.read(leading).catch(() => undefined);
    if (leading === this.leading)
      this.options.follows(info === undefined ? undefined : (JSON.parse(info) as MasterInfo));
  }

  private async rule(): Promise<void> {
    const { quorum, fetchTimeoutSec, leads } = this.options;
    log("I", "master.cpp:2187", "Elected as the leading master!");
    const readable = new Promise<true>((resolve) => {
      this.read = () => resolve(true);
      if (isReadable(this.replicas, quorum)) resolve(true);
    });
    const inTime = await Promise.race([readable, sleep(fetchTimeoutSec * 1000, false, { ref: false })]);
    if (!inTime) {
      throw new Fatal(`Failed to recover registrar: Failed to perform fetch within ${fetchTimeoutSec}secs`);
    }
    const registry = await this.zoo.read(REGISTRY);
    log("I", "registrar.cpp:442", "Successfully recovered registrar");
    leads(registry === "" ? [] : (JSON.parse(registry) as RegisteredAgent[]));
  }

  /** A leader that does not know whether it still leads ends itself; any other contends again. */
  private lost(): void {
    if (this.leading !== undefined && this.leading === this.own) {
      return this.options.fail(new Fatal("Lost candidacy as a leader... committing suicide!"));
    }
    this.leading = undefined;
    this.options.follows(undefined);
    this.zoo = this.contend();
  }
}

/** What ZooKeeper does not let a master do ends it. */
function refuse(error: Error): never {
  throw new Fatal(error.message);
}

/** One that is just gone counts as empty. */
async function readStatus(zoo: Zoo, name: string): Promise<ReplicaStatus> {
  const status = await zoo.read(`${REGISTRY}/${name}`).catch(() => "EMPTY");
  return status === "VOTING" ? "VOTING" : "EMPTY";
}
