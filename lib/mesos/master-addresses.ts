import { addressAt, type Cidr, parseCidr } from "../network/cidr";

/** AWS keeps the first four addresses of every subnet for itself. */
const FIRST_HOST = 4;

/** Where one master is. */
export interface MasterPlace {
  /** Index of its subnet, which is that of its zone. */
  readonly subnet: number;
  readonly address: string;
}

/** Masters go round the subnets, so that a zone holds as few as possible; in each they take the addresses from the fifth on. */
export function masterPlaces(subnetCidrs: string[], masters: number): MasterPlace[] {
  return Array.from({ length: masters }, (_, index) => {
    const subnet = index % subnetCidrs.length;
    const cidr = parseCidr(subnetCidrs[subnet] as string) as Cidr;
    return { subnet, address: addressAt(cidr, FIRST_HOST + Math.floor(index / subnetCidrs.length)) };
  });
}

/** How many of `masters` must agree: more than half. */
export function quorum(masters: number): number {
  return Math.floor(masters / 2) + 1;
}

/** The ensemble as `mesos-execute --master`, masters and agents take it. */
export function zooKeeperUrl(addresses: string[], port: number): string {
  return `zk://${addresses.map((address) => `${address}:${port}`).join(",")}/mesos`;
}
