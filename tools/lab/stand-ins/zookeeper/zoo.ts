import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { promisify } from "node:util";
import * as zookeeper from "node-zookeeper-client";
import type { ZkUrl } from "./zk-url";

/** Mesos' own `--zk_session_timeout`, in seconds. */
export const SESSION_SEC = 10;

/** Who may do what with a node that is made without a password: everybody everything. */
const OPEN: zookeeper.ACL[] = [
  new zookeeper.ACL(zookeeper.Permission.ALL, new zookeeper.Id("world", "anyone")),
];

/** With a password: everybody may read, and who made it may do the rest. */
const READ_ALL: zookeeper.ACL[] = [
  new zookeeper.ACL(zookeeper.Permission.READ, new zookeeper.Id("world", "anyone")),
  new zookeeper.ACL(zookeeper.Permission.ALL, new zookeeper.Id("auth", "")),
];

interface ZooEvents {
  /** A session is there, the first or another one. */
  session: [];
  /** The session is over, or it has been out of reach for as long as one lives. */
  lost: [];
}

/** A session with ZooKeeper, as Mesos' programs have one: whoever is cut off for as long as one lives counts itself as gone. */
export class Zoo extends EventEmitter<ZooEvents> {
  private readonly client: zookeeper.Client;
  private readonly acl: zookeeper.ACL[];
  private readonly pulse: NodeJS.Timeout;
  private timer?: NodeJS.Timeout;
  private answered = true;
  private closed = false;

  constructor(
    private readonly url: ZkUrl,
    private readonly sessionSec = SESSION_SEC,
  ) {
    super();
    const sessionTimeout = sessionSec * 1000;
    this.acl = url.auth === undefined ? OPEN : READ_ALL;
    this.client = zookeeper.createClient(url.servers, { sessionTimeout, spinDelay: 500 });
    if (url.auth !== undefined) this.client.addAuthInfo("digest", Buffer.from(url.auth));
    this.client.on("connected", () => {
      clearTimeout(this.timer);
      this.emit("session");
    });
    this.client.on("disconnected", () => this.cutOff());
    this.client.on("expired", () => this.lose());
    this.client.connect();
    this.pulse = setInterval(() => this.checkPulse(), sessionTimeout / 3);
  }

  /** Path of the group of masters. */
  public get path(): string {
    return this.url.path;
  }

  /** Makes the group's own node and one below it, each where it is missing. */
  public async makePath(below = ""): Promise<void> {
    const parts = `${this.path}${below}`.split("/").slice(1);
    for (let depth = 1; depth <= parts.length; depth++) {
      const path = `/${parts.slice(0, depth).join("/")}`;
      const exists = promisify<string, unknown>(this.client.exists.bind(this.client));
      if (!(await exists(path))) await this.create(path, Buffer.alloc(0), zookeeper.CreateMode.PERSISTENT);
    }
  }

  /** Joins the group below a path: a node that goes with this session. Gives its name. */
  public async join(prefix: string, data: string): Promise<string> {
    const mode = zookeeper.CreateMode.EPHEMERAL_SEQUENTIAL;
    const path = await this.create(`${this.path}/${prefix}`, Buffer.from(data), mode);
    return path.slice(this.path.length + 1);
  }

  /** Calls back with the names below a path, now and whenever they change, as long as the session lives. */
  public watch(below: string, changed: (names: readonly string[]) => void): void {
    const path = `${this.path}${below}`;
    const again = () => this.watch(below, changed);
    this.client.getChildren(path, again, (error, names) => {
      if (this.closed) return;
      // what cannot be asked now is asked when there is a session again
      if (error) this.once("session", again);
      else changed(names);
    });
  }

  /** The names below a path now. */
  public names(below: string): Promise<readonly string[]> {
    return promisify<string, string[]>((path, done) => this.client.getChildren(path, done))(
      `${this.path}${below}`,
    );
  }

  /** The content of a node. */
  public async read(name: string): Promise<string> {
    const getData = promisify<string, Buffer>((path, done) => this.client.getData(path, done));
    return String(await getData(`${this.path}/${name}`));
  }

  /** Replaces the content of a node. */
  public async write(name: string, data: string): Promise<void> {
    await promisify<string, Buffer, unknown>((path, bytes, done) => this.client.setData(path, bytes, done))(
      `${this.path}/${name}`,
      Buffer.from(data),
    );
  }

  /** Ends the session; what it joined goes with it. */
  public close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    clearInterval(this.pulse);
    this.client.close();
  }

  /** The client waits for ever for a server that is connected and silent, so the socket is taken from it. */
  private checkPulse(): void {
    if (!this.answered) {
      const { connectionManager } = this.client as unknown as { connectionManager: { socket?: Socket } };
      connectionManager.socket?.destroy();
    }
    this.answered = false;
    this.client.exists("/", () => (this.answered = true));
  }

  private create(path: string, data: Buffer, mode: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.client.create(path, data, this.acl, mode, (error, made) =>
        error && !isThere(error) ? reject(new Error(explain(path, error))) : resolve(made ?? path),
      );
    });
  }

  private cutOff(): void {
    clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(() => this.lose(), this.sessionSec * 1000);
  }

  private lose(): void {
    if (this.closed) return;
    this.close();
    this.emit("lost");
  }
}

function isThere(error: Error | zookeeper.Exception): boolean {
  return codeOf(error) === zookeeper.Exception.NODE_EXISTS;
}

function codeOf(error: Error | zookeeper.Exception): number | undefined {
  return error instanceof zookeeper.Exception ? error.getCode() : undefined;
}

function explain(path: string, error: Error | zookeeper.Exception): string {
  const why = codeOf(error) === zookeeper.Exception.NO_AUTH ? "not authenticated" : String(error);
  return `Failed to create '${path}' in ZooKeeper: ${why}`;
}
