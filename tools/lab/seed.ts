import type { PrivatePlace } from "./private-place";

/** What cloud-init is told about a machine. */
export interface SeedOptions {
  /** Id of the instance: a new one makes cloud-init configure the machine anew. */
  readonly id: string;
  readonly place: PrivatePlace;
  /** Its name in the VPC, such as `ip-10-0-0-4.eu-west-1.compute.internal`. */
  readonly privateDns: string;
  /** The key of the stack's key pair, as one line of `authorized_keys`. */
  readonly publicKey: string;
  /** A certificate it trusts, in PEM: that of the web it finds here. */
  readonly certificate: string;
  /** As the instance has it. */
  readonly userData: Buffer;
}

/** Where a VPC's resolver answers. */
export const RESOLVER = "169.254.169.253";

/**
 * Users of the images the stacks can name: one is the lab's own default user, `ubuntu` is that of the other image.
 */
const OTHER_USER = { name: "ubuntu", shell: "/bin/bash", sudo: "ALL=(ALL) NOPASSWD:ALL", lock_passwd: true };

/**
 * Files of cloud-init's NoCloud data source, by name. What EC2 would say stands beside the user-data, never in it.
 *
 * @see https://cloudinit.readthedocs.io/en/latest/reference/datasources/nocloud.html
 */
export function seedFiles({
  id,
  place,
  privateDns,
  publicKey,
  certificate,
  userData,
}: SeedOptions): Record<string, string | Buffer> {
  const [, ...domain] = privateDns.split(".");
  return {
    "user-data": userData,
    "meta-data": json({ "instance-id": id, "local-hostname": privateDns, "public-keys": [publicKey] }),
    "vendor-data": `#cloud-config
${json({
  users: ["default", { ...OTHER_USER, ssh_authorized_keys: [publicKey] }],
  ca_certs: { trusted: [certificate] },
})}`,
    "network-config": json({
      version: 2,
      ethernets: {
        eth0: {
          addresses: [`${place.address}/${place.prefix}`],
          // nobody advertises IPv6 here, and systemd-networkd would wait for it
          "accept-ra": false,
          routes: [{ to: "default", via: place.gateway }],
          nameservers: { addresses: [RESOLVER], search: [domain.join(".")] },
        },
      },
    }),
  };
}

/** JSON is YAML too, and needs none of its quoting. */
function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 1)}\n`;
}
