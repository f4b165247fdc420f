import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { formatAddress, parseAddress } from "./address";
import type { Mesh } from "./mesh";
import { divide, donate, freeAddress, mergeRings, Range, richest, Ring, takeOver } from "./ring";

/** How the first agreement comes about: by a number of peers, or by others only. */
export type IpamInit = { readonly kind: "consensus"; readonly peers: number } | { readonly kind: "observer" };

/** What is kept over restarts. */
interface Kept {
  readonly range: string;
  readonly ring: Ring;
  /** Addresses by the id of their container. */
  readonly addresses: Readonly<Record<string, string>>;
}

const TICK_MS = 1000;
const RETRY_MS = 200;

/** How long a peer that is asked for addresses may take. */
const ANSWER_MS = 3000;

/** How many ticks a quorum must last: by then everybody knows whether there is a ring already. */
const STEADY_TICKS = 2;

/** Gives out addresses of its own part of the range; there is none before a quorum of peers has met. */
export class Ipam {
  public ring: Ring = [];
  /** Ids of containers that wait for an address. */
  public readonly pending = new Set<string>();
  private addresses: Record<string, string> = {};
  private steady = 0;
  private askedAt = 0;

  constructor(
    private readonly name: string,
    public readonly range: Range,
    private readonly init: IpamInit,
    private readonly mesh: Mesh,
    private readonly file: string,
  ) {
    this.recall();
    mesh.on("gossip", (from, gossip) => {
      if (gossip.kind === "view") this.learn(from, gossip.range, gossip.ring);
      else this.set(donate(this.ring, this.name, from, this.taken));
    });
    setInterval(() => this.tick(), TICK_MS);
  }

  /** How many peers must agree, if this one is asked. */
  public get quorum(): number | undefined {
    return this.init.kind === "consensus" ? Math.floor(this.init.peers / 2) + 1 : undefined;
  }

  /** How many of those can be reached. */
  public get electors(): readonly string[] {
    return this.mesh.peers.filter(({ elects }) => elects).map(({ name }) => name);
  }

  /** Addresses in use. */
  public get taken(): readonly number[] {
    return Object.values(this.addresses).map(parseAddress);
  }

  /** The address of a container, without the length of the range. */
  public addressOf(id: string): string | undefined {
    return this.addresses[id];
  }

  /** Gives a container an address, once there is one. */
  public async allocate(id: string, wanted: AbortSignal): Promise<string | undefined> {
    this.pending.add(id);
    while (!wanted.aborted && this.addresses[id] === undefined) {
      if (!this.take(id)) await sleep(RETRY_MS);
    }
    this.pending.delete(id);
    return this.addresses[id];
  }

  /** A container is gone. */
  public release(id: string): void {
    this.addresses = Object.fromEntries(Object.entries(this.addresses).filter(([other]) => other !== id));
    this.keep();
  }

  /** A peer is gone for good: what it had belongs to this one. */
  public takeOver(peer: string): number {
    const before = this.ring.filter((span) => span.peer === peer);
    this.set(takeOver(this.ring, peer, this.name));
    return before.reduce((sum, { size }) => sum + size, 0);
  }

  /** What it knew before it was started again; of another range, nothing. */
  private recall(): void {
    if (!fs.existsSync(this.file)) return;
    const kept = JSON.parse(fs.readFileSync(this.file, "utf8")) as Kept;
    if (kept.range !== this.rangeText) return;
    this.ring = kept.ring;
    this.addresses = { ...kept.addresses };
  }

  /** Peers that are told another range cannot divide one with this. */
  private learn(from: string, range: string, ring: Ring): void {
    if (range === this.rangeText) return this.set(mergeRings(this.ring, ring));
    this.mesh.drop(from, `Incompatible IP allocation ranges (received: ${range}, ours: ${this.rangeText})`);
  }

  private get rangeText(): string {
    return `${formatAddress(this.range.start)}/${this.range.bits}`;
  }

  private take(id: string): boolean {
    const free = freeAddress(this.ring, this.name, this.taken, this.range);
    if (free === undefined) {
      this.askForSpace();
      return false;
    }
    this.addresses = { ...this.addresses, [id]: formatAddress(free) };
    this.keep();
    return true;
  }

  /** One answer at a time: each halves what the other has. */
  private askForSpace(): void {
    if (Date.now() - this.askedAt < ANSWER_MS) return;
    const peers = this.mesh.established.map(({ peer }) => peer?.name ?? "");
    const donor = richest(this.ring, peers);
    if (donor === undefined) return;
    this.askedAt = Date.now();
    this.mesh.tell(donor, { kind: "space" });
  }

  private tick(): void {
    const { electors, quorum } = this;
    const isMine = quorum !== undefined && electors.length >= quorum && electors[0] === this.name;
    this.steady = this.ring.length === 0 && isMine ? this.steady + 1 : 0;
    if (this.steady > STEADY_TICKS) this.set(divide(this.range, electors));
    this.mesh.broadcast((peers) => ({ kind: "view", peers, range: this.rangeText, ring: this.ring }));
  }

  private set(ring: Ring): void {
    if (JSON.stringify(ring) === JSON.stringify(this.ring)) return;
    this.ring = ring;
    this.keep();
  }

  private keep(): void {
    const kept: Kept = { range: this.rangeText, ring: this.ring, addresses: this.addresses };
    fs.writeFileSync(`${this.file}.new`, JSON.stringify(kept));
    fs.renameSync(`${this.file}.new`, this.file);
  }
}
