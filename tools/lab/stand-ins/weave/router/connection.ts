import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import * as readline from "node:readline";
import { Hello, isProof, prove } from "./handshake";
import type { Ring } from "./ring";
import type { Peer } from "./topology";

/** What peers tell each other once they trust each other. */
export type Gossip =
  | { readonly kind: "view"; readonly peers: readonly Peer[]; readonly range: string; readonly ring: Ring }
  /** Wants addresses. */
  | { readonly kind: "space" };

/** Where a connection is. */
export type ConnectionState = "pending" | "established" | "failed";

/** What a router does with a connection. */
export interface ConnectionOptions {
  readonly socket: Socket;
  readonly own: { readonly name: string; readonly nick: string };
  readonly password: string;
  readonly outbound: boolean;
  established(connection: Connection): void;
  heard(connection: Connection, gossip: Gossip): void;
  closed(connection: Connection): void;
}

/** Silence after which the other end counts as gone, in milliseconds. */
const SILENCE_MS = 10_000;

const TEXTS = {
  self: "cannot connect to ourself",
  password: "wrong password, or none where one is needed",
} as const;

/** A connection to another router. */
export class Connection {
  public state: ConnectionState = "pending";
  /** Why it failed. */
  public reason = "";
  public peer?: Hello;
  private readonly challenge = randomUUID();

  constructor(private readonly options: ConnectionOptions) {
    const { socket, own } = options;
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    socket.on("error", (error) => this.fail(error.message));
    socket.on("close", () => options.closed(this));
    const lines = readline.createInterface({ input: socket });
    lines.on("error", () => undefined);
    lines.on("line", (line) => this.read(JSON.parse(line) as Record<string, unknown>));
    this.write({ ...own, challenge: this.challenge });
  }

  /** Whether this side made it. */
  public get outbound(): boolean {
    return this.options.outbound;
  }

  /** Address and port of the other end. */
  public get address(): string {
    const { remoteAddress = "", remotePort = 0 } = this.options.socket;
    return `${remoteAddress.replace(/^::ffff:/, "")}:${remotePort}`;
  }

  /** Tells the other end something. */
  public send(gossip: Gossip): void {
    if (this.state === "established") this.write(gossip);
  }

  /** Ends it. */
  public close(reason: string): void {
    this.fail(reason);
    this.options.socket.destroy();
  }

  private read(message: Record<string, unknown>): void {
    if (this.state === "established") return this.options.heard(this, message as unknown as Gossip);
    if (this.peer === undefined) this.greet(message as unknown as Hello);
    else this.check(String(message.proof));
  }

  private greet(peer: Hello): void {
    const { own, password } = this.options;
    this.peer = peer;
    if (peer.name === own.name) return this.close(TEXTS.self);
    this.write({ proof: prove(password, peer.challenge, own.name) });
  }

  private check(proof: string): void {
    const { password, established } = this.options;
    if (!isProof(proof, password, this.challenge, this.peer?.name ?? "")) return this.close(TEXTS.password);
    this.state = "established";
    established(this);
  }

  private fail(reason: string): void {
    this.state = "failed";
    this.reason ||= reason;
  }

  private write(message: object): void {
    this.options.socket.write(`${JSON.stringify(message)}\n`);
  }
}
