/** A range of IPv4 addresses. */
export interface Cidr {
  /** Its first address, as a number. */
  readonly first: number;
  /** How many addresses it has. */
  readonly size: number;
  /** Length of the network part, in bits. */
  readonly prefix: number;
}

/** Number of an address written with dots; undefined for anything else. */
export function parseAddress(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** An address as it is written. */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");
}

/** A range written `address/bits`; an address inside the range stands for the range. Undefined for anything else. */
export function parseCidr(text: string): Cidr | undefined {
  const [address, bits] = text.split("/");
  const number = parseAddress(address ?? "");
  if (number === undefined || bits === undefined || !/^\d{1,2}$/.test(bits) || Number(bits) > 32)
    return undefined;
  const size = 2 ** (32 - Number(bits));
  return { first: number - (number % size), size, prefix: Number(bits) };
}

/** A range as it is written. */
export function formatCidr({ first, prefix }: Cidr): string {
  return `${formatAddress(first)}/${prefix}`;
}

/** Whether the whole of one range lies in another. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
}

/** Whether two ranges share an address. */
export function overlap(one: Cidr, other: Cidr): boolean {
  return one.first < other.first + other.size && other.first < one.first + one.size;
}

/**
 * Whether AWS keeps an address of a subnet for itself: the first four and the last.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
export function isReserved(subnet: Cidr, address: number): boolean {
  return address < subnet.first + 4 || address === subnet.first + subnet.size - 1;
}
