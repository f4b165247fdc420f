/** An IPv4 network: its first address as a number, and the length of its prefix in bits. */
export interface Cidr {
  readonly base: number;
  readonly prefix: number;
}

const CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Reads `10.0.0.0/16`; `undefined` unless it is a network's own first address in canonical form. */
export function parseCidr(text: string): Cidr | undefined {
  const match = CIDR.exec(text);
  if (match === null) return undefined;
  const numbers = match.slice(1).map(Number);
  const [prefix, octets] = [numbers[4] as number, numbers.slice(0, 4)];
  if (prefix > 32 || octets.some((octet) => octet > 255)) return undefined;
  const base = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const cidr = { base, prefix };
  return base % cidrSize(cidr) === 0 && formatCidr(cidr) === text ? cidr : undefined;
}

/** Number of addresses in a network. */
export function cidrSize(cidr: Cidr): number {
  return 2 ** (32 - cidr.prefix);
}

/** `10.0.0.0/16` */
export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(cidr.base)}/${cidr.prefix}`;
}

/** The address `offset` places after the first address of a network: offset 4 of `10.0.0.0/28` is `10.0.0.4`. */
export function addressAt(cidr: Cidr, offset: number): string {
  return formatAddress(cidr.base + offset);
}

/** Whether two networks share an address. */
export function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  return a.base < b.base + cidrSize(b) && b.base < a.base + cidrSize(a);
}

/** Whether `outer` holds all of `inner`. */
export function cidrContains(outer: Cidr, inner: Cidr): boolean {
  return outer.base <= inner.base && inner.base + cidrSize(inner) <= outer.base + cidrSize(outer);
}

/** The `index`-th network of length `prefix` inside `cidr`, counted from 0. */
export function subnetAt(cidr: Cidr, prefix: number, index: number): Cidr {
  return { base: cidr.base + index * 2 ** (32 - prefix), prefix };
}

function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
