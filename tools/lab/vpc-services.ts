import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type * as net from "node:net";
import * as path from "node:path";
import type { CloudObject } from "../testing";
import { makeCertificate } from "./certificate";
import { circumstancesAt, type CircumstancesByAddress } from "./circumstances";
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
   * `https://example.org/file`, and without encryption too.
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
    circumstances: CircumstancesByAddress,
  ): Promise<VpcServices> {
    const names = await NameServer.start(lab, directory);
    const sites = sitesOf(downloads);
    const hosts = Object.keys(sites);
    for (const host of hosts) names.register(WEB_ADDRESS, host);
    const certificate = makeCertificate(hosts, directory);
    const services = new VpcServices(names, certificate.cert, circumstances);
    services.answer(await lab.listen(80), http.createServer(services.handler(sites)));
    services.answer(await lab.listen(443), https.createServer(certificate, services.handler(sites)));
    return services;
  }

  private readonly metadata = new MetadataService();
  private readonly listeners: net.Server[] = [];

  private constructor(
    private readonly names: NameServer,
    /** What machines must trust to download over HTTPS, in PEM. */
    public readonly certificate: string,
    private readonly circumstances: CircumstancesByAddress,
  ) {}

  /** Tells them about an instance. */
  public register(instance: CloudObject): void {
    const address = String(instance.private_ip);
    this.metadata.register(address, instanceMetadata(instance));
    this.names.register(address, String(instance.private_dns));
  }

  /** Stops answering; the resolver ends with the lab. */
  public close(): void {
    for (const listener of this.listeners) listener.close();
  }

  private answer(listener: net.Server, server: http.Server | https.Server): void {
    listener.on("connection", (socket) => server.emit("connection", socket));
    this.listeners.push(listener);
  }

  private handler(sites: Readonly<Record<string, string>>): http.RequestListener {
    return (request, response) => {
      const circumstances = circumstancesAt(this.circumstances, request);
      const { hostsGone = [], hostsSilent = [], metadataOffSec, metadataSilent } = circumstances;
      if (request.socket.localAddress !== METADATA_ADDRESS) {
        if (hostsGone.includes(hostOf(request))) request.socket.destroy();
        else if (!hostsSilent.includes(hostOf(request))) serveFiles(sites, request, response);
      } else if (!metadataSilent) {
        if (metadataOffSec !== undefined) response.setHeader("date", dateIn(metadataOffSec));
        this.metadata.serve(request, response);
      }
    };
  }
}

function hostOf({ headers }: http.IncomingMessage): string {
  return (headers.host ?? "").replace(/:\d+$/, "");
}

function dateIn(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toUTCString();
}

function sitesOf({ repository, artifacts }: Downloads): Record<string, string> {
  const hosts = artifacts === undefined ? [] : fs.readdirSync(artifacts);
  const sites = hosts.map((host) => [host, path.join(artifacts ?? "", host)] as const);
  return { ...Object.fromEntries(sites), [REPOSITORY_HOST]: repository };
}
