import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";

/** The bridge of the containers, and its port that leads to the other machines. */
export const BRIDGE = "weave";
const TUNNEL = "vxlan-6784";

/** Port and number of the tunnel; the real one uses them too. */
const TUNNEL_PORT = 6784;
const TUNNEL_ID = 6784;

const EVERY_MAC = "00:00:00:00:00:00";

/** The data path between machines: a bridge that a VXLAN makes one with those of all connected peers. */
export class Overlay {
  /** Makes it, or takes the one that is there. */
  constructor(mtu: number, range: string) {
    if (!exists(BRIDGE))
      ip("link", "add", BRIDGE, "mtu", String(mtu), "address", peerName(), "type", "bridge");
    if (exists(TUNNEL)) ip("link", "delete", TUNNEL);
    ip(
      "link",
      "add",
      TUNNEL,
      "mtu",
      String(mtu),
      "type",
      "vxlan",
      "id",
      `${TUNNEL_ID}`,
      "dstport",
      `${TUNNEL_PORT}`,
    );
    ip("link", "set", TUNNEL, "master", BRIDGE, "up");
    ip("link", "set", BRIDGE, "up");
    fs.writeFileSync("/proc/sys/net/ipv4/ip_forward", "1");
    // Docker forwards nothing that it does not know
    rule("filter", "FORWARD", "-i", BRIDGE, "-j", "ACCEPT");
    rule("filter", "FORWARD", "-o", BRIDGE, "-j", "ACCEPT");
    rule("nat", "POSTROUTING", "-s", range, "!", "-d", range, "-j", "MASQUERADE");
  }

  /** Packets go to a peer, too. */
  public link(address: string): void {
    this.unlink(address);
    run("bridge", "fdb", "append", EVERY_MAC, "dev", TUNNEL, "dst", address);
  }

  /** Nothing goes to a peer any more. */
  public unlink(address: string): void {
    try {
      run("bridge", "fdb", "delete", EVERY_MAC, "dev", TUNNEL, "dst", address);
    } catch {
      // it was not there
    }
  }

  /** Gives the machine itself an address on the bridge. */
  public expose(address: string): void {
    ip("address", "replace", address, "dev", BRIDGE);
  }
}

/** The name of this machine among its peers: a hardware address of its bridge that only its id decides. */
export function peerName(): string {
  const id = fs.readFileSync("/etc/machine-id", "utf8").trim();
  const bytes = createHash("sha256").update(id).digest("hex").slice(0, 10);
  return `ce:${bytes.match(/../g)?.join(":")}`;
}

function exists(link: string): boolean {
  return fs.existsSync(`/sys/class/net/${link}`);
}

function ip(...args: string[]): void {
  run("ip", ...args);
}

function rule(table: string, chain: string, ...args: string[]): void {
  try {
    run("iptables", "--wait", "-t", table, "-C", chain, ...args);
  } catch {
    run("iptables", "--wait", "-t", table, "-I", chain, ...args);
  }
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] });
}
