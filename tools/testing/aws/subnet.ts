import { conflicts } from "../combination";
import { CloudError } from "../problem";
import type { Rules, World } from "../rules";
import type { Fields } from "../value";
import { cidrProblems, dependencyViolation, refuseWhileUsed, text } from "./checks";
import { containsCidr, overlap, parseCidr } from "./ipv4";
import type { Cidr } from "./ipv4";
import { identity } from "./naming";
import { networkSizeProblems } from "./vpc";
import { zoneId, zoneNames } from "./zones";

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/subnet */
export const SUBNET: Rules = {
  replacedBy: [
    "availability_zone",
    "availability_zone_id",
    "cidr_block",
    "ipv6_native",
    "outpost_arn",
    "vpc_id",
  ],
  defaults: {
    assign_ipv6_address_on_creation: false,
    enable_dns64: false,
    enable_resource_name_dns_a_record_on_launch: false,
    enable_resource_name_dns_aaaa_record_on_launch: false,
    ipv6_native: false,
    map_public_ip_on_launch: false,
  },
  combinations: [conflicts("availability_zone", "availability_zone_id")],
  validate: (config) => [
    ...cidrProblems(config, "cidr_block"),
    ...networkSizeProblems("cidr_block", text(config.cidr_block)),
  ],
  create: (object, world) => {
    refuseRange(object, world);
    const zone = zoneOf(object, world);
    return {
      ...identity("subnet", "subnet", world),
      availability_zone: zone,
      availability_zone_id: zoneId(zone),
      private_dns_hostname_type_on_launch: "ip-name",
    };
  },
  remove: (object, world) =>
    refuseWhileUsed(
      world,
      object,
      [
        ["aws_network_interface", "subnet_id"],
        ["aws_instance", "subnet_id"],
        ["aws_nat_gateway", "subnet_id"],
      ],
      dependencyViolation(`The subnet '${object.id}' has dependencies and cannot be deleted.`),
    ),
};

function zoneOf(object: Fields, { region }: World): string {
  const zones = zoneNames(region);
  const asked =
    text(object.availability_zone) ?? zones.find((name) => zoneId(name) === object.availability_zone_id);
  if (asked === undefined || zones.includes(asked)) return asked ?? zones[0] ?? region;
  throw new CloudError(
    "InvalidParameterValue",
    `Value (${asked}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.join(", ")}.`,
  );
}

function refuseRange(object: Fields, { cloud }: World): void {
  const own = text(object.cidr_block) ?? "";
  const range = parseCidr(own);
  if (range === undefined) return;
  const vpc = parseCidr(text(cloud.get("aws_vpc", text(object.vpc_id))?.cidr_block) ?? "");
  if (vpc !== undefined && !containsCidr(vpc, range)) {
    throw new CloudError(
      "InvalidSubnet.Range",
      `The CIDR '${own}' is invalid: it is not inside that of its VPC.`,
    );
  }
  if (siblingRanges(object, cloud).some((sibling) => overlap(sibling, range))) {
    throw new CloudError("InvalidSubnet.Conflict", `The CIDR '${own}' conflicts with another subnet`);
  }
}

function siblingRanges(object: Fields, cloud: World["cloud"]): Cidr[] {
  return cloud
    .objects("aws_subnet")
    .filter((subnet) => subnet.vpc_id === object.vpc_id)
    .map((subnet) => parseCidr(text(subnet.cidr_block) ?? ""))
    .filter((range) => range !== undefined);
}
