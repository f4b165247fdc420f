import { formatAddress, parseAddress, parseCidr } from "../testing/aws/ipv4";

/** Where a machine is in its VPC. */
export interface PrivatePlace {
  readonly address: string;
  /** Length of its subnet's network part, in bits. */
  readonly prefix: number;
  /** The router of its subnet: the first address after the network's own, as AWS has it. */
  readonly gateway: string;
  /** Address of its interface on the wire, the same at each boot. */
  readonly mac: string;
}

/**
 * Where a machine is.
 *
 * @param address its private address
 * @param subnet the range of its subnet
 * @throws Error when one of them is none
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
export function privatePlace(address: unknown, subnet: unknown): PrivatePlace {
  const number = parseAddress(String(address));
  const cidr = parseCidr(String(subnet));
  if (number === undefined || cidr === undefined) {
    throw new Error(
      `lab: a machine must have an address in a subnet of this stack, got ${JSON.stringify({ address, subnet })}`,
    );
  }
  const octets = [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256);
  return {
    address: formatAddress(number),
    prefix: cidr.prefix,
    gateway: formatAddress(cidr.first + 1),
    // 02 says that nobody but us gave it out
    mac: ["02", "00", ...octets.map((octet) => octet.toString(16).padStart(2, "0"))].join(":"),
  };
}
