import { EventEmitter } from "node:events";
import * as net from "node:net";
import { Connection, Gossip } from "./connection";
import { Link, mergePeers, Peer, reachable, undialled } from "./topology";

/** Port on which routers meet. */
export const MESH_PORT = 6783;

const TICK_MS = 1000;

/** What a router is told. */
export interface MeshOptions {
  readonly name: string;
  readonly nick: string;
  readonly password: string;
  readonly elects: boolean;
}

/** An address a router was told to connect to, and what became of it. */
export interface Target {
  readonly address: string;
  state: string;
  reason: string;
}

interface MeshEvents {
  /** A peer is connected, or not any more; its address without port. */
  linked: [address: string];
  unlinked: [address: string];
  gossip: [from: string, gossip: Gossip];
}

/** The routers that know the same password, connected each with all others. */
export class Mesh extends EventEmitter<MeshEvents> {
  /** Addresses it was given, by address. */
  public readonly targets = new Map<string, Target>();
  private known: readonly Peer[] = [];
  private readonly connections = new Set<Connection>();
  private readonly dialling = new Set<string>();
  private version = Date.now();

  constructor(private readonly options: MeshOptions) {
    super();
    this.refresh();
    net.createServer((socket) => this.take(socket, false)).listen(MESH_PORT);
    setInterval(() => this.dial(), TICK_MS);
  }

  /** The peers that can be reached, this one included. */
  public get peers(): readonly Peer[] {
    return reachable(this.known, this.options.name);
  }

  /** Its connections that work. */
  public get established(): readonly Connection[] {
    return [...this.connections].filter(({ state }) => state === "established");
  }

  /** Connects to an address, and goes on trying. */
  public connect(address: string): void {
    if (!this.targets.has(address)) this.targets.set(address, { address, state: "connecting", reason: "" });
  }

  /** Does not try an address any more. */
  public forget(address: string): void {
    this.targets.delete(address);
  }

  /** Tells all it is connected to. */
  public broadcast(gossip: (peers: readonly Peer[]) => Gossip): void {
    for (const connection of this.established) connection.send(gossip(this.peers));
  }

  /** Tells one peer. */
  public tell(name: string, gossip: Gossip): void {
    this.established.find(({ peer }) => peer?.name === name)?.send(gossip);
  }

  /** Ends the connections to a peer. */
  public drop(name: string, reason: string): void {
    for (const connection of this.established) if (connection.peer?.name === name) connection.close(reason);
  }

  private dial(): void {
    const linked = this.established.map(hostOf);
    const wanted = [...this.targets.keys(), ...undialled(this.known, this.options.name)];
    for (const address of wanted) {
      if (linked.includes(address) || this.dialling.has(address)) continue;
      if (this.targets.get(address)?.state === "self") continue;
      this.dialling.add(address);
      const socket = net.connect({ host: address, port: MESH_PORT, timeout: 5000 });
      socket.once("timeout", () => socket.destroy());
      socket.once("connect", () => this.take(socket, true, address));
      socket.once("error", (error) => this.note(address, "failed", error.message));
      socket.once("close", () => this.dialling.delete(address));
    }
  }

  private take(socket: net.Socket, outbound: boolean, target?: string): void {
    const { name, nick, password } = this.options;
    const connection = new Connection({
      socket,
      own: { name, nick },
      password,
      outbound,
      established: (own) => this.admit(own),
      heard: (own, gossip) => this.hear(own, gossip),
      closed: (own) => this.closed(own, target),
    });
    this.connections.add(connection);
  }

  /** Of two connections between the same two, the one made by the lower name stays. */
  private admit(connection: Connection): void {
    const others = this.established.filter(
      (other) => other !== connection && other.peer?.name === connection.peer?.name,
    );
    const isKept = connection.outbound === this.options.name < (connection.peer?.name ?? "");
    if (others.length > 0 && !isKept) return connection.close("Multiple connections");
    for (const other of others) other.close("Multiple connections");
    this.note(hostOf(connection), "established", "");
    this.refresh();
    this.emit("linked", hostOf(connection));
  }

  private hear(connection: Connection, gossip: Gossip): void {
    if (gossip.kind === "view")
      this.known = mergePeers(
        this.known,
        gossip.peers.filter(({ name }) => name !== this.options.name),
      );
    this.emit("gossip", connection.peer?.name ?? "", gossip);
  }

  private closed(connection: Connection, target?: string): void {
    this.connections.delete(connection);
    const isSelf = connection.peer?.name === this.options.name;
    if (target !== undefined) this.note(target, isSelf ? "self" : "failed", connection.reason);
    this.refresh();
    const host = hostOf(connection);
    if (!this.established.some((other) => hostOf(other) === host)) this.emit("unlinked", host);
  }

  private note(address: string, state: string, reason: string): void {
    const target = this.targets.get(address);
    if (target === undefined) return;
    target.state = state;
    target.reason = reason;
  }

  /** What it tells of itself has changed. */
  private refresh(): void {
    const { name, nick, elects } = this.options;
    const links = this.established.map((connection): Link => ({
      name: connection.peer?.name ?? "",
      nick: connection.peer?.nick ?? "",
      address: hostOf(connection),
      outbound: connection.outbound,
      established: true,
    }));
    this.version = Math.max(this.version + 1, Date.now());
    this.known = mergePeers(this.known, [{ name, nick, elects, version: this.version, links }]);
  }
}

function hostOf({ address }: Connection): string {
  return address.replace(/:\d+$/, "");
}
