import { randomInt } from "node:crypto";
import * as net from "node:net";

/** Ports a rehearsal may choose: above the system's, below those that outgoing connections get by default. */
const PORTS = { from: 20_000, to: 32_000 };

/** Second numbers of 127.x.y.z a rehearsal may choose: away from 127.0 and 127.1, which systems use. */
const RANGES = { from: 16, to: 250 };

const ATTEMPTS = 20;

/**
 * Public addresses of a rehearsal: 127.x.y.z of a range of its own, all listening at one port.
 *
 * Port 22 would need root, and other rehearsals of this host use other ranges.
 */
export class LoopbackNetwork {
  private readonly listeners = new Map<string, net.Server>();
  private allocated = 0;
  private closed = false;

  /**
   * Finds a range and a port that nobody uses.
   *
   * @throws Error when there is none after twenty tries
   */
  public static async claim(): Promise<LoopbackNetwork> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const range = randomInt(RANGES.from, RANGES.to);
      const sshPort = randomInt(PORTS.from, PORTS.to);
      // what is free on every address is free on each, and stays claimed while this listens
      const claimed = await listen(`127.${range}.0.1`, sshPort, refuse).catch(() => undefined);
      if (claimed) return new LoopbackNetwork(range, sshPort, claimed);
    }
    throw new Error(
      `rehearsal: no free port on loopback between ${PORTS.from} and ${PORTS.to} in ${ATTEMPTS} tries; end what listens there`,
    );
  }

  private constructor(
    private readonly range: number,
    /** The port every address listens at. */
    public readonly sshPort: number,
    private readonly claimed: net.Server,
  ) {}

  /**
   * Gives out an address, never the same twice, and listens there.
   *
   * @param accept gets each connection
   */
  public async allocate(accept: (socket: net.Socket) => void): Promise<string> {
    const address = loopbackAddress(this.range, ++this.allocated);
    const server = await listen(address, this.sshPort, accept);
    // Terraform may have been killed in the middle of a creation, and the rehearsal closed meanwhile
    if (this.closed) {
      server.close();
      throw new Error("rehearsal: closed while an address was being given out");
    }
    this.listeners.set(address, server);
    return address;
  }

  /** Stops listening at an address. Connections that were accepted go on. */
  public release(address: string): void {
    this.listeners.get(address)?.close();
    this.listeners.delete(address);
  }

  /** Stops listening everywhere. */
  public close(): void {
    this.closed = true;
    for (const address of [...this.listeners.keys()]) this.release(address);
    this.claimed.close();
  }
}

/**
 * The n-th address of a range, leaving out those that end in 0, 1 or 255.
 *
 * @param range x of 127.x.y.z
 * @param number from 1
 * @throws Error when the range is used up
 */
export function loopbackAddress(range: number, number: number): string {
  const perBlock = 253;
  const block = Math.floor((number - 1) / perBlock);
  if (block > 255)
    throw new Error(
      `rehearsal: 127.${range}.0.0/16 has no address number ${number}; start another rehearsal`,
    );
  return `127.${range}.${block}.${2 + ((number - 1) % perBlock)}`;
}

/** Cuts a connection as a host does that listens to nothing at that port. */
export function refuse(socket: net.Socket): void {
  socket.resetAndDestroy();
}

function listen(address: string, port: number, accept: (socket: net.Socket) => void): Promise<net.Server> {
  // without noDelay a handshake takes 0.2 s instead of 5 ms
  const server = net.createServer({ noDelay: true }, accept);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => resolve(server));
  });
}
