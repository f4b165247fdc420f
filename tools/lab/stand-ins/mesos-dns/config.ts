import * as fs from "node:fs";
import type { Credential } from "../wire/basic-auth";

/** What of Mesos-DNS' configuration decides its answers. */
export interface DnsConfig {
  /** `host:port` of each. */
  readonly masters: readonly string[];
  readonly domain: string;
  readonly listener: string;
  readonly port: number;
  /** Servers for all other names. */
  readonly resolvers: readonly string[];
  readonly refreshSeconds: number;
  readonly ttl: number;
  /** How long a resolver may take, in seconds. */
  readonly timeout: number;
  /** Where a task's address is taken from: of these the first that gives one. */
  readonly IPSources: readonly string[];
  readonly mesosAuthentication: string;
  readonly mesosCredentials?: Credential;
  readonly httpon: boolean;
  readonly SOAMname: string;
  readonly SOARname: string;
}

/** What Mesos-DNS has where its file says nothing. */
const DEFAULTS: DnsConfig = {
  masters: [],
  domain: "mesos",
  listener: "0.0.0.0",
  port: 53,
  resolvers: [],
  refreshSeconds: 60,
  ttl: 60,
  timeout: 5,
  IPSources: ["netinfo", "mesos", "host"],
  mesosAuthentication: "",
  httpon: true,
  SOAMname: "ns1.mesos",
  SOARname: "root.ns1.mesos",
};

/**
 * Reads the file of `-config`.
 *
 * @throws Error when it cannot be used
 */
export function readConfig(file: string): DnsConfig {
  const given = JSON.parse(fs.readFileSync(file, "utf8")) as Partial<DnsConfig> & { zk?: string };
  const config: DnsConfig = { ...DEFAULTS, ...given };
  if (config.masters.length === 0) throw new Error("Specify mesos masters or zookeeper in config.json");
  if (config.resolvers.length === 0) throw new Error("Resolvers validation failed: no resolvers");
  return config;
}
