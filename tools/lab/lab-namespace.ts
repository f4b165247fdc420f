import { ChildProcess, spawn } from "node:child_process";
import type { StdioOptions } from "node:child_process";
import { once } from "node:events";
import type * as net from "node:net";
import * as path from "node:path";
import { findProgram } from "../rehearsal/find-program";
import { Holder } from "../rehearsal/holder";
import { listenInside } from "../rehearsal/machine-listener";
import { Connector } from "./connector";

/** How a process of the lab is started. */
export interface LabProcessOptions {
  /**
   * Environment besides `PATH`.
   *
   * @default - nothing
   */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdio: StdioOptions;
}

const NSENTER = findProgram("nsenter");

/**
 * The processes, mounts and network of a lab, apart from those of the host.
 *
 * One process holds them; they end with it, and it with this process, however that ends.
 */
export class LabNamespace {
  /**
   * Makes the namespaces and a bridge in them.
   *
   * @param addresses of the lab itself, besides those it has as gateway
   * @throws Error when this host does not let them be made
   */
  public static async open(addresses: readonly string[]): Promise<LabNamespace> {
    const holder = await Holder.start({
      name: "lab",
      unshare: ["--mount", "--pid", "--net"],
      script: path.join(__dirname, "holder.sh"),
      args: addresses,
    });
    return new LabNamespace(holder, new Connector(holder.pid));
  }

  private constructor(
    private readonly holder: Holder,
    private readonly connector: Connector,
  ) {}

  /** Starts a process of the lab. */
  public start(argv: readonly string[], { env = {}, stdio }: LabProcessOptions): ChildProcess {
    const enter = ["--target", String(this.holder.pid), "--mount", "--pid", "--net", "--"];
    return spawn(NSENTER, [...enter, ...argv], {
      stdio,
      env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, ...env },
      // a process group of its own: an interrupt typed at the lab is not the machine's
      detached: true,
    });
  }

  /** Listens at a port of every address the lab has. A connection's local address is the one that was called. */
  public async listen(port: number): Promise<net.Server> {
    const [listener] = await listenInside(this.holder.pid, { network: ["--net"] }, [port]);
    return listener as net.Server;
  }

  /**
   * Connects to an address of the lab's network.
   *
   * @throws Error when nobody listens there
   */
  public connect(host: string, port: number): Promise<net.Socket> {
    return this.connector.connect(host, port);
  }

  /**
   * Lets nothing a machine sends reach an address of the lab, without a word; or lets it through again.
   *
   * @throws Error with what iptables said
   */
  public async isolate(machine: string, address: string, isolated: boolean): Promise<void> {
    const rule = ["INPUT", "--source", machine, "--destination", address, "--jump", "DROP"];
    const iptables = async (verb: string) => {
      const child = this.start(["iptables", "--wait", verb, ...rule], { stdio: "ignore" });
      const [code] = (await once(child, "close")) as [number | null];
      return code === 0;
    };
    if ((await iptables("--check")) === isolated) return;
    if (await iptables(isolated ? "--insert" : "--delete")) return;
    throw new Error(
      `lab: iptables must take the rule ${JSON.stringify(rule.join(" "))}; does this kernel have it?`,
    );
  }

  /** Ends every process; mounts and network go with them. */
  public async close(): Promise<void> {
    this.connector.close();
    await this.holder.end();
  }
}
