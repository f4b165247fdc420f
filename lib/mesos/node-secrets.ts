import { Fn, Token } from "cdktf";
import type { NodeRole } from "./node-user-data";

/** A password of a cluster, and the machines that need it. */
export interface NodeSecret {
  /** Name under which a machine is handed it. */
  readonly name: string;
  /** What it is derived for. A changed one makes another password, which machines that joined before do not know. */
  readonly purpose: string;
  readonly roles: readonly NodeRole[];
}

/** Every password of a cluster. A machine is handed those of its role and no others. */
export const NODE_SECRETS: readonly NodeSecret[] = [
  { name: "WEAVE_PASSWORD", purpose: "weave", roles: ["master", "agent"] },
  { name: "ZOOKEEPER_SECRET", purpose: "zookeeper", roles: ["master"] },
  { name: "MESOS_AGENT_SECRET", purpose: "mesos-agent", roles: ["master", "agent"] },
  { name: "MESOS_LAUNCHER_SECRET", purpose: "mesos-launcher", roles: ["master"] },
  { name: "MESOS_OPERATOR_SECRET", purpose: "mesos-operator", roles: ["master", "agent"] },
  { name: "MESOS_DNS_SECRET", purpose: "mesos-dns", roles: ["master", "agent"] },
];

/** What the passwords of a cluster are derived from. */
export interface SecretSource {
  readonly clusterName: string;
  /** Path of the private key. */
  readonly privateKeyFile: string;
  /** A Terraform value to use instead of the key, unless it is null or empty. */
  readonly clusterSecret?: string;
}

/** Expression of a cluster's secret; only Terraform ever knows its value, and does not print it. */
export function clusterSecret({ clusterName, privateKeyFile, clusterSecret: given }: SecretSource): string {
  const ofKey = Fn.sha256(Fn.join("", [Fn.file(Fn.pathexpand(privateKeyFile)), clusterName]));
  return Token.asString(Fn.sensitive(given === undefined ? ofKey : Fn.coalesce([given, ofKey])));
}

/**
 * Expression of the lines `NAME="value"` that a machine of a role is handed.
 *
 * @param secret expression of the cluster's secret, which no password leads back to
 * @param registryAuth expression of the credentials for registries, which only agents use
 */
export function handedSecrets(role: NodeRole, secret: string, registryAuth?: string): string {
  const lines = NODE_SECRETS.filter(({ roles }) => roles.includes(role)).map(
    ({ name, purpose }) => `${name}="${Fn.sha256(`${purpose}:${secret}`)}"\n`,
  );
  if (role === "agent" && registryAuth !== undefined) {
    lines.push(`REGISTRY_AUTH_JSON="${Fn.base64encode(registryAuth)}"\n`);
  }
  return lines.join("");
}
