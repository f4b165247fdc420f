import * as fs from "node:fs";
import * as http from "node:http";
import type * as net from "node:net";
import * as path from "node:path";
import type { CloudObject } from "../testing";
import { serveFiles } from "./file-server";
import { instanceMetadata } from "./instance-facts";
import type { LabNamespace } from "./lab-namespace";
import { METADATA_ADDRESS, MetadataService } from "./metadata-service";
import { NameServer } from "./name-server";
import { RESOLVER } from "./seed";

/** Where the web server is: a range kept for tests of networks. */
const WEB_ADDRESS = "198.18.0.1";

/** Addresses of the services, which the lab itself must have. */
export const SERVICE_ADDRESSES = [METADATA_ADDRESS, RESOLVER, WEB_ADDRESS];

/** The host machines know the repository by: it stands in their image's `sources.list`. */
const REPOSITORY_HOST = "packages.lab.internal";

/** Folders with what machines may download. */
export interface Downloads {
  /** The repository nodes install packages from. */
  readonly repository: string;
  /**
   * Files in a folder by their host's name: `<artifacts>/example.org/file` is what machines get at
   * `http://example.org/file`.
   *
   * @default - none
   */
  readonly artifacts?: string;
}

/** What a machine finds in its VPC and beyond: the metadata service, the resolver, and a web that holds what nodes need. */
export class VpcServices {
  /**
   * Starts them in a lab's network.
   *
   * @param directory folder for what they keep
   */
  public static async start(
    lab: LabNamespace,
    directory: string,
    downloads: Downloads,
  ): Promise<VpcServices> {
    const names = await NameServer.start(lab, directory);
    const sites = sitesOf(downloads);
    for (const host of Object.keys(sites)) names.register(WEB_ADDRESS, host);
    return new VpcServices(names, sites, await lab.listen(80));
  }

  private readonly metadata = new MetadataService();

  private constructor(
    private readonly names: NameServer,
    sites: Readonly<Record<string, string>>,
    private readonly listener: net.Server,
  ) {
    const server = http.createServer((request, response) => {
      if (request.socket.localAddress === METADATA_ADDRESS) this.metadata.serve(request, response);
      else serveFiles(sites, request, response);
    });
    listener.on("connection", (socket) => server.emit("connection", socket));
  }

  /** Tells them about an instance. */
  public register(instance: CloudObject): void {
    const address = String(instance.private_ip);
    this.metadata.register(address, instanceMetadata(instance));
    this.names.register(address, String(instance.private_dns));
  }

  /** Stops answering; the resolver ends with the lab. */
  public close(): void {
    this.listener.close();
  }
}

function sitesOf({ repository, artifacts }: Downloads): Record<string, string> {
  const hosts = artifacts === undefined ? [] : fs.readdirSync(artifacts);
  const sites = hosts.map((host) => [host, path.join(artifacts ?? "", host)] as const);
  return { ...Object.fromEntries(sites), [REPOSITORY_HOST]: repository };
}
