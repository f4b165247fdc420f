import type { CloudObject } from "../testing";
import type { InstanceMetadata } from "./metadata-service";

/**
 * What the metadata service tells an instance about itself: as much as a node may ask for.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
 */
export function instanceMetadata(instance: CloudObject): InstanceMetadata {
  const zone = String(instance.availability_zone);
  return {
    "ami-id": String(instance.ami),
    hostname: String(instance.private_dns),
    "instance-id": instance.id,
    "instance-type": String(instance.instance_type),
    "local-hostname": String(instance.private_dns),
    "local-ipv4": String(instance.private_ip),
    "placement/availability-zone": zone,
    "placement/region": zone.replace(/[a-z]$/, ""),
  };
}

/** The bytes of an instance's user-data, however they were given. */
export function userDataOf({ user_data_base64: encoded, user_data: text }: CloudObject): Buffer {
  if (typeof encoded === "string") return Buffer.from(encoded, "base64");
  return Buffer.from(typeof text === "string" ? text : "");
}
