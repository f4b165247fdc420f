import { randomBytes } from "node:crypto";

import type { World } from "../rules";

/** The pretended account. */
export const ACCOUNT = "123456789012";

/** An id as AWS makes them: a prefix that tells the kind, and 17 random digits. */
export function newId(prefix: string): string {
  return `${prefix}-${randomBytes(9).toString("hex").slice(0, 17)}`;
}

/** A name as the provider makes one up when the user gives none. */
export function newName(prefix: string): string {
  return `${prefix}${new Date().toISOString().replace(/\D/g, "")}${randomBytes(4).toString("hex")}`;
}

/** ARN of a thing in a region. */
export function arn(service: string, { region }: Pick<World, "region">, resource: string): string {
  return `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;
}

/** ARN of a thing of IAM, which knows no regions. */
export function iamArn(resource: string): string {
  return `arn:aws:iam::${ACCOUNT}:${resource}`;
}

/** What every thing of EC2 has: id, ARN and owner. */
export function identity(prefix: string, resource: string, world: World) {
  const id = newId(prefix);
  return { id, arn: arn("ec2", world, `${resource}/${id}`), owner_id: ACCOUNT };
}

/** Name of a private address in the VPC's DNS. */
export function privateDns(address: string, region: string): string {
  const domain = region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;
  return `ip-${address.replaceAll(".", "-")}.${domain}`;
}

/** Name of a public address. */
export function publicDns(address: string, region: string): string {
  if (address === "") return "";
  const zone = region === "us-east-1" ? "compute-1" : `${region}.compute`;
  return `ec2-${address.replaceAll(".", "-")}.${zone}.amazonaws.com`;
}
