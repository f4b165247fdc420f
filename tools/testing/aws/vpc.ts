import { conflicts } from "../combination";
import { CloudError } from "../problem";
import type { Rules } from "../rules";
import { cidrProblems, dependencyViolation, refuseWhileUsed, text } from "./checks";
import { parseCidr } from "./ipv4";
import { identity, newId } from "./naming";

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc */
export const VPC: Rules = {
  replacedBy: ["cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length"],
  defaults: { enable_dns_support: true, instance_tenancy: "default" },
  combinations: [
    conflicts("cidr_block", "ipv4_netmask_length"),
    conflicts("ipv6_cidr_block", "assign_generated_ipv6_cidr_block", "ipv6_netmask_length"),
    conflicts("assign_generated_ipv6_cidr_block", "ipv6_ipam_pool_id"),
  ],
  validate: (config) => [
    ...cidrProblems(config, "cidr_block"),
    ...networkSizeProblems("cidr_block", text(config.cidr_block)),
  ],
  create: (object, world) => {
    if (text(object.cidr_block) === undefined && text(object.ipv4_ipam_pool_id) === undefined) {
      throw new CloudError("MissingParameter", "either a CIDR block or an IPAM pool must be given for a VPC");
    }
    const mainRouteTable = newId("rtb");
    return {
      ...identity("vpc", "vpc", world),
      main_route_table_id: mainRouteTable,
      default_route_table_id: mainRouteTable,
      default_network_acl_id: newId("acl"),
      default_security_group_id: newId("sg"),
      dhcp_options_id: newId("dopt"),
    };
  },
  remove: (object, world) =>
    refuseWhileUsed(
      world,
      object,
      [
        ["aws_subnet", "vpc_id"],
        ["aws_internet_gateway", "vpc_id"],
        ["aws_route_table", "vpc_id"],
        ["aws_security_group", "vpc_id"],
      ],
      dependencyViolation(`The vpc '${object.id}' has dependencies and cannot be deleted.`),
    ),
};

/**
 * Networks of AWS have between 16 and 65,536 addresses.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
 */
export function networkSizeProblems(attribute: string, value: string | undefined) {
  const prefix = value === undefined ? undefined : parseCidr(value)?.prefix;
  if (prefix === undefined || (prefix >= 16 && prefix <= 28)) return [];
  const summary = `expected "${attribute}" to contain a network Value with between 16 and 28 significant bits, got: ${prefix}`;
  return [{ summary, detail: "", attribute }];
}
