/** A peer's connection to another one. */
export interface Link {
  readonly name: string;
  readonly nick: string;
  readonly address: string;
  readonly outbound: boolean;
  readonly established: boolean;
}

/** A machine that runs Weave, as it tells of itself; others pass it on. */
export interface Peer {
  /** A hardware address. */
  readonly name: string;
  /** Its host name. */
  readonly nick: string;
  /** Whether it takes part in the first agreement. */
  readonly elects: boolean;
  /** What is newer wins. */
  readonly version: number;
  readonly links: readonly Link[];
}

/** Two views of the mesh in one: of each peer the newest. */
export function mergePeers(a: readonly Peer[], b: readonly Peer[]): readonly Peer[] {
  const newest = new Map<string, Peer>();
  for (const peer of [...a, ...b]) {
    const known = newest.get(peer.name);
    if (known === undefined || peer.version > known.version) newest.set(peer.name, peer);
  }
  return [...newest.values()].sort((x, y) => (x.name < y.name ? -1 : 1));
}

/** The peers that a chain of connections leads to, the first included. */
export function reachable(peers: readonly Peer[], from: string): readonly Peer[] {
  const found = new Set<string>();
  const visit = (name: string) => {
    const peer = peers.find((other) => other.name === name);
    if (peer === undefined || found.has(name)) return;
    found.add(name);
    for (const link of peer.links)
      if (link.established && linksBack(peers, link.name, name)) visit(link.name);
  };
  visit(from);
  return peers.filter(({ name }) => found.has(name));
}

/** A peer that is gone is still said to be connected by what it said last; the other end knows better. */
function linksBack(peers: readonly Peer[], name: string, to: string): boolean {
  return (
    peers.find((peer) => peer.name === name)?.links.some((link) => link.name === to && link.established) ??
    false
  );
}

/** Addresses of peers this one is not connected to, as others reach them. */
export function undialled(peers: readonly Peer[], own: string): readonly string[] {
  const connected = peers.find(({ name }) => name === own)?.links.map(({ name }) => name) ?? [];
  const known = reachable(peers, own).flatMap(({ links }) => links);
  const missing = known.filter(
    ({ name, established }) => established && name !== own && !connected.includes(name),
  );
  return [...new Set(missing.map(({ address }) => address))];
}
