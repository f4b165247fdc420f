import type { CloudObject } from "../cloud";
import { CloudError } from "../problem";
import type { World } from "../rules";
import type { KnownValue } from "../value";
import { text, texts } from "./checks";
import { containsCidr, formatAddress, isReserved, parseAddress, parseCidr } from "./ipv4";
import type { Cidr } from "./ipv4";

/** Stands for a subnet that was not made here, of which nothing is known. */
const FOREIGN_SUBNET: Cidr = { first: 0xac1f0000, size: 4096, prefix: 20 };

/** Public addresses to hand out: the ranges kept for documentation and benchmarks, which nobody has. */
const PUBLIC_RANGES = ["203.0.113.0/24", "198.51.100.0/24", "198.18.0.0/15"];

/**
 * Refuses private addresses a subnet cannot give.
 *
 * @throws CloudError for one outside the subnet, kept by AWS, or in use
 */
export function refuseAddresses(wanted: readonly string[], subnetId: string | undefined, world: World): void {
  const subnet = rangeOf(subnetId, world);
  const used = usedAddresses(subnetId, world);
  for (const address of wanted) {
    const number = parseAddress(address) ?? -1;
    if (subnet !== undefined && !containsCidr(subnet, { first: number, size: 1, prefix: 32 })) {
      throw new CloudError(
        "InvalidParameterValue",
        `Address ${address} does not fall within the subnet's address range`,
      );
    }
    if (subnet !== undefined && isReserved(subnet, number)) {
      throw new CloudError(
        "InvalidParameterValue",
        `Address ${address} is in subnet's reserved address range`,
      );
    }
    if (used.has(address)) {
      throw new CloudError("InvalidIPAddress.InUse", `The specified address ${address} is already in use.`);
    }
  }
}

/**
 * The first free private address of a subnet.
 *
 * @throws CloudError when none is left
 */
export function freeAddress(subnetId: string | undefined, world: World): string {
  const subnet = rangeOf(subnetId, world) ?? FOREIGN_SUBNET;
  const used = usedAddresses(subnetId, world);
  for (let number = subnet.first; number < subnet.first + subnet.size; number++) {
    if (!isReserved(subnet, number) && !used.has(formatAddress(number))) return formatAddress(number);
  }
  throw new CloudError(
    "InsufficientFreeAddressesInSubnet",
    `There are not enough free addresses in subnet '${subnetId ?? ""}' to satisfy the requested number of instances.`,
  );
}

/** A public address nothing has. */
export function freePublicAddress({ cloud }: World): string {
  const used = new Set<KnownValue>(cloud.objects().flatMap(({ public_ip }) => public_ip ?? []));
  for (const range of PUBLIC_RANGES.map((written) => parseCidr(written) as Cidr)) {
    for (let number = range.first + 1; number < range.first + range.size - 1; number++) {
      if (!used.has(formatAddress(number))) return formatAddress(number);
    }
  }
  throw new CloudError("AddressLimitExceeded", "The maximum number of addresses has been reached.");
}

/** Public side of an interface: the elastic address associated with it, if there is one. */
export function elasticAddress(
  interfaceId: KnownValue | undefined,
  { cloud }: World,
): CloudObject | undefined {
  const id = text(interfaceId);
  return id === undefined ? undefined : cloud.objects("aws_eip").find((eip) => eip.network_interface === id);
}

/** The VPC a subnet belongs to. */
export function vpcOf(subnetId: KnownValue | undefined, { cloud }: World): string | undefined {
  return text(cloud.get("aws_subnet", subnetId)?.vpc_id);
}

function rangeOf(subnetId: string | undefined, { cloud }: World): Cidr | undefined {
  return parseCidr(text(cloud.get("aws_subnet", subnetId)?.cidr_block) ?? "");
}

function usedAddresses(subnetId: string | undefined, { cloud }: World): Set<string> {
  const here = (object: CloudObject) => object.subnet_id === subnetId;
  const interfaces = cloud.objects("aws_network_interface").filter(here);
  const others = [...cloud.objects("aws_instance"), ...cloud.objects("aws_nat_gateway")].filter(here);
  return new Set([
    ...interfaces.flatMap((one) => texts(one.private_ips)),
    ...others.flatMap((one) => text(one.private_ip) ?? []),
  ]);
}
