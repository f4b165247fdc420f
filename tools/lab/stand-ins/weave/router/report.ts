import { formatAddress } from "./address";
import type { Ipam } from "./ipam";
import type { Mesh } from "./mesh";
import { tokenOf } from "./ring";

/** What a router says of itself. */
export interface RouterView {
  readonly name: string;
  readonly nick: string;
  readonly encrypted: boolean;
  readonly mesh: Mesh;
  readonly ipam: Ipam;
}

/** Version the stand-in says it is. */
export const WEAVE_VERSION = "3.0.2";

/** `/report`. */
export function report({ name, nick, encrypted, mesh, ipam }: RouterView): object {
  const { peers } = mesh;
  return {
    Ready: true,
    Version: WEAVE_VERSION,
    Router: {
      Protocol: "weave",
      ProtocolMinVersion: 1,
      ProtocolMaxVersion: 2,
      Encryption: encrypted,
      PeerDiscovery: true,
      Name: name,
      NickName: nick,
      Port: 6783,
      Peers: peers.map((peer) => ({
        Name: peer.name,
        NickName: peer.nick,
        Version: peer.version,
        Connections: peer.links.map((link) => ({
          Name: link.name,
          NickName: link.nick,
          Address: `${link.address}:6783`,
          Outbound: link.outbound,
          Established: link.established,
        })),
      })),
      Connections: connections(mesh),
      Targets: [...mesh.targets.keys()],
    },
    IPAM: ipamReport(ipam, mesh),
  };
}

/** `/status`. */
export function status(view: RouterView): string {
  const { mesh, ipam, name, nick, encrypted } = view;
  const established = mesh.established.length;
  const failed = connections(mesh).length - established;
  return [
    `        Version: ${WEAVE_VERSION}`,
    "",
    "        Service: router",
    "       Protocol: weave 1..2",
    `           Name: ${name}(${nick})`,
    `     Encryption: ${encrypted ? "enabled" : "disabled"}`,
    "  PeerDiscovery: enabled",
    `        Targets: ${mesh.targets.size}`,
    `    Connections: ${established + failed} (${established} established${failed > 0 ? `, ${failed} failed` : ""})`,
    `          Peers: ${mesh.peers.length}`,
    "",
    "        Service: ipam",
    `         Status: ${ipamStatus(ipam)}`,
    `          Range: ${formatAddress(ipam.range.start)}/${ipam.range.bits}`,
    `  DefaultSubnet: ${formatAddress(ipam.range.start)}/${ipam.range.bits}`,
    "",
  ].join("\n");
}

function ipamStatus({ ring, quorum, electors, pending }: Ipam): string {
  if (ring.length > 0) return "ready";
  if (quorum === undefined) return "waiting for a peer that has addresses";
  return pending.size === 0 ? "idle" : `awaiting consensus (quorum: ${quorum}, known: ${electors.length})`;
}

function connections(mesh: Mesh) {
  const working = mesh.established.map(({ address, outbound, peer }) => ({
    Address: address,
    Outbound: outbound,
    State: "established",
    Info: `vxlan ${peer?.name}(${peer?.nick})`,
  }));
  const failed = [...mesh.targets.values()].filter(
    ({ state }) => state === "failed" || state === "connecting",
  );
  return [
    ...working,
    ...failed.map(({ address, state, reason }) => ({
      Address: `${address}:6783`,
      Outbound: true,
      State: state,
      Info: reason,
    })),
  ];
}

function ipamReport({ ring, range, taken, pending }: Ipam, { peers }: Mesh): object {
  const nickOf = (name: string) => peers.find((peer) => peer.name === name)?.nick ?? "";
  return {
    Paxos: null,
    Range: `${formatAddress(range.start)}/${range.bits}`,
    RangeNumIPs: range.size,
    ActiveIPs: taken.length,
    DefaultSubnet: `${formatAddress(range.start)}/${range.bits}`,
    Entries: ring.map((span) => ({
      Token: tokenOf(span),
      Size: span.size,
      Peer: span.peer,
      Nickname: nickOf(span.peer),
      IsKnownPeer: peers.some(({ name }) => name === span.peer),
      Version: span.version,
    })),
    PendingClaims: null,
    PendingAllocates: pending.size === 0 ? null : [...pending],
  };
}
