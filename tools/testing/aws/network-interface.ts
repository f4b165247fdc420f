import { randomBytes } from "node:crypto";

import type { CloudObject } from "../cloud";
import { conflicts } from "../combination";
import { CloudError } from "../problem";
import type { Change, Rules, World } from "../rules";
import { sameValue, UNKNOWN } from "../value";
import type { Fields } from "../value";
import { freeAddress, refuseAddresses, vpcOf } from "./addresses";
import { addressProblems, refuseWhileUsed, text, texts } from "./checks";
import { identity, privateDns } from "./naming";
import { refuseForeignGroups } from "./security-group";

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/network_interface */
export const NETWORK_INTERFACE: Rules = {
  replacedBy: ["interface_type", "subnet_id"],
  defaults: { ipv6_address_list_enabled: false, private_ip_list_enabled: false, source_dest_check: true },
  combinations: [
    conflicts("private_ips", "private_ip_list"),
    conflicts("private_ips_count", "private_ip_list"),
    conflicts("ipv4_prefixes", "ipv4_prefix_count"),
    conflicts("ipv6_addresses", "ipv6_address_count", "ipv6_address_list"),
    conflicts("ipv6_address_list", "ipv6_address_count"),
    conflicts("ipv6_prefixes", "ipv6_prefix_count"),
  ],
  validate: (config) => addressProblems(config, "private_ip", "private_ips"),
  plan: planAddresses,
  create: (object, world) => {
    const subnet = text(object.subnet_id);
    const vpc = vpcOf(subnet, world);
    refuseAddresses(texts(object.private_ips), subnet, world);
    refuseForeignGroups(texts(object.security_groups), vpc, world);
    const addresses = wantedAddresses(object, subnet, world);
    return {
      ...identity("eni", "network-interface", world),
      ...addressAttributes(addresses, world),
      interface_type: "interface",
      mac_address: newMacAddress(),
      security_groups: texts([world.cloud.get("aws_vpc", vpc)?.default_security_group_id ?? null]),
    };
  },
  update: (before, after, world) => {
    const added = texts(after.private_ips).filter((address) => !texts(before.private_ips).includes(address));
    refuseAddresses(added, text(after.subnet_id), world);
    refuseForeignGroups(texts(after.security_groups), vpcOf(text(after.subnet_id), world), world);
    return addressAttributes(texts(after.private_ips), world);
  },
  remove: (object, world) => {
    const refusal = new CloudError(
      "InvalidParameterValue",
      `Network interface '${object.id}' is currently in use.`,
    );
    refuseWhileUsed(world, object, [["aws_instance", "primary_network_interface_id"]], refusal);
  },
};

/** The interface's first address cannot be taken from it; the others can. */
function planAddresses({ prior, planned }: Change): string[] {
  if (prior === null || sameValue(prior.private_ips, planned.private_ips)) return [];
  planned.private_ips_count = UNKNOWN;
  planned.private_ip_list = UNKNOWN;
  return texts(planned.private_ips).includes(text(prior.private_ip) ?? "") ? [] : ["private_ips"];
}

function wantedAddresses(object: Fields, subnet: string | undefined, world: World): string[] {
  const listed = texts(object.private_ips);
  if (listed.length > 0) return listed;
  return [text(object.private_ip) ?? freeAddress(subnet, world)];
}

function addressAttributes(addresses: readonly string[], { region }: World) {
  const primary = addresses[0] ?? "";
  return {
    private_ip: primary,
    private_ips: addresses,
    private_ip_list: addresses,
    private_ips_count: addresses.length - 1,
    private_dns_name: privateDns(primary, region),
  };
}

function newMacAddress(): string {
  return ["02", ...[...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, "0"))].join(":");
}

/** The instance an interface is attached to. */
export function attachedInstance(interfaceId: string, { cloud }: World): CloudObject | undefined {
  return cloud.objects("aws_instance").find((one) => one.primary_network_interface_id === interfaceId);
}
