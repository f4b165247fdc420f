import { ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import type { LabNamespace } from "./lab-namespace";
import { RESOLVER } from "./seed";

/** The resolver of a VPC: it knows the machines, and the hosts whose files the lab has; anything else does not exist. */
export class NameServer {
  /**
   * Starts it.
   *
   * @param directory folder for the names it knows
   * @throws Error with what it said when it does not start
   */
  public static async start(lab: LabNamespace, directory: string): Promise<NameServer> {
    fs.mkdirSync(directory, { recursive: true });
    const child = lab.start(["dnsmasq", ...settings(directory)], { stdio: ["ignore", "ignore", "pipe"] });
    await untilStarted(child);
    return new NameServer(directory);
  }

  private constructor(private readonly directory: string) {}

  /** Lets a name lead to an address; it learns that by itself within moments. */
  public register(address: string, name: string): void {
    fs.writeFileSync(path.join(this.directory, name), `${address} ${name}\n`);
  }
}

function settings(directory: string): string[] {
  return [
    "--conf-file=/dev/null",
    "--keep-in-foreground",
    "--log-facility=-",
    "--user=root",
    "--pid-file",
    "--no-resolv",
    "--no-hosts",
    // all else does not exist, instead of being refused, which resolvers ask again
    "--address=/#/",
    "--bind-interfaces",
    `--listen-address=${RESOLVER}`,
    `--hostsdir=${directory}`,
  ];
}

async function untilStarted(child: ChildProcess): Promise<void> {
  const lines: string[] = [];
  const log = createInterface(child.stderr as NonNullable<ChildProcess["stderr"]>);
  const started = new Promise<boolean>((resolve) => {
    log.on("line", (line) => {
      lines.push(line);
      if (line.includes("started, version")) resolve(true);
    });
  });
  if (await Promise.race([started, once(child, "close").then(() => false)])) return;
  throw new Error(`lab: dnsmasq must start, got ${JSON.stringify(lines.join("\n"))}`);
}
