import { formatAddress, parseAddress } from "./address";

/** A part of the addresses, and the peer that gives them out. Only its owner changes it. */
export interface Span {
  /** Its first address. */
  readonly start: number;
  readonly size: number;
  readonly peer: string;
  /** What is newer wins. */
  readonly version: number;
}

/** Who owns which addresses, in their order. Empty until a quorum of peers has agreed on it. */
export type Ring = readonly Span[];

/** The range of a network. */
export interface Range {
  readonly start: number;
  readonly size: number;
  readonly bits: number;
}

/**
 * Reads `10.32.0.0/12`.
 *
 * @throws Error when it is no range
 */
export function parseRange(text: string): Range {
  const [, address = "", bits = ""] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(text) ?? [];
  const start = parseAddress(address);
  const size = 2 ** (32 - Number(bits));
  if (bits === "" || Number(bits) > 30 || start % size !== 0) {
    throw new Error(`invalid CIDR address: ${text}`);
  }
  return { start, size, bits: Number(bits) };
}

/** The first ring: the range in equal parts. */
export function divide({ start, size }: Range, peers: readonly string[]): Ring {
  const part = Math.floor(size / peers.length);
  return [...peers].sort().map((peer, index) => ({
    start: start + index * part,
    size: index === peers.length - 1 ? size - index * part : part,
    peer,
    version: 1,
  }));
}

/** Two views of a ring in one: of each span the newest. */
export function mergeRings(a: Ring, b: Ring): Ring {
  const newest = new Map<number, Span>();
  for (const span of [...a, ...b]) {
    const known = newest.get(span.start);
    if (known === undefined || isNewer(span, known)) newest.set(span.start, span);
  }
  return [...newest.values()].sort((x, y) => x.start - y.start);
}

/** The first address of a peer that nobody has. The first and the last of the range are no machine's. */
export function freeAddress(
  ring: Ring,
  peer: string,
  taken: readonly number[],
  range: Range,
): number | undefined {
  const used = new Set([...taken, range.start, range.start + range.size - 1]);
  for (const { start, size } of spansOf(ring, peer)) {
    for (let address = start; address < start + size; address++) if (!used.has(address)) return address;
  }
  return undefined;
}

/** A peer gives half of what it has free at the end of its largest span to another. */
export function donate(ring: Ring, from: string, to: string, taken: readonly number[]): Ring {
  const [largest] = [...spansOf(ring, from)].sort((a, b) => b.size - a.size);
  if (largest === undefined) return ring;
  const end = largest.start + largest.size;
  const inside = taken.filter((address) => address >= largest.start && address < end);
  const firstFree = Math.max(largest.start, ...inside.map((address) => address + 1));
  const given = Math.floor((end - firstFree) / 2);
  if (given === 0) return ring;
  const kept: Span = { ...largest, size: largest.size - given, version: largest.version + 1 };
  const donated: Span = { start: end - given, size: given, peer: to, version: 1 };
  return mergeRings(ring, [kept, donated]);
}

/** A peer takes what one had that is gone for good. */
export function takeOver(ring: Ring, gone: string, by: string): Ring {
  return ring.map((span) => (span.peer === gone ? { ...span, peer: by, version: span.version + 1 } : span));
}

/** The peer that has most to give, among some. */
export function richest(ring: Ring, peers: readonly string[]): string | undefined {
  const wealth = (peer: string) => spansOf(ring, peer).reduce((sum, { size }) => sum + size, 0);
  return [...peers].filter((peer) => wealth(peer) > 1).sort((a, b) => wealth(b) - wealth(a))[0];
}

/** The spans of a peer. */
export function spansOf(ring: Ring, peer: string): Ring {
  return ring.filter((span) => span.peer === peer);
}

/** A span as a report shows it. */
export function tokenOf({ start }: Span): string {
  return formatAddress(start);
}

function isNewer(a: Span, b: Span): boolean {
  return a.version > b.version || (a.version === b.version && a.peer < b.peer);
}
