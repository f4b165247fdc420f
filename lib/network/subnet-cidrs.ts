import { Cidr, formatCidr, subnetAt } from "./cidr";

/** Where the parts of a network lie inside its range. */
export interface SubnetCidrs {
  /** Kept free for small subnets with fixed addresses, handed out by `INetwork.allocateSubnetCidrs`. */
  readonly reserved: string;
  /** One a zone. */
  readonly publicCidrs: string[];
  /** One a zone. */
  readonly privateCidrs: string[];
}

/** Zones a network may span: public subnets take blocks 1–6 of 16, private ones 9–14. */
export const MAX_ZONES = 6;

/** Length of the prefix of a subnet with fixed addresses; the smallest AWS allows. */
export const FIXED_SUBNET_PREFIX = 28;

const BLOCK_BITS = 4;

/**
 * Cuts a range into 16 equal blocks: 0 for subnets with fixed addresses, 1–6 public, 9–14 private.
 *
 * A zone keeps its blocks whatever the number of zones, so adding a zone moves nothing.
 */
export function subnetCidrs(cidr: Cidr, zones: number): SubnetCidrs {
  const block = (index: number) => formatCidr(subnetAt(cidr, cidr.prefix + BLOCK_BITS, index));
  const blocks = (first: number) => Array.from({ length: zones }, (_, zone) => block(first + zone));
  return { reserved: block(0), publicCidrs: blocks(1), privateCidrs: blocks(9) };
}

/** The longest prefix of a range whose reserved block holds one subnet with fixed addresses a zone. */
export function longestPrefix(zones: number): number {
  return FIXED_SUBNET_PREFIX - BLOCK_BITS - Math.ceil(Math.log2(zones));
}
