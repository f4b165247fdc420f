import type { IConstruct } from "constructs";
import { ValidationError } from "../errors";
import { Cidr, cidrSize, formatCidr, subnetAt } from "./cidr";
import { FIXED_SUBNET_PREFIX } from "./subnet-cidrs";

/** Hands out the /28 networks of a reserved range, in the order they are asked for. */
export class CidrAllocator {
  private next = 0;

  constructor(
    private readonly scope: IConstruct,
    private readonly reserved: Cidr,
  ) {}

  /** @throws ValidationError when fewer than `count` are left */
  public allocate(count: number): string[] {
    const capacity = Math.floor(cidrSize(this.reserved) / 2 ** (32 - FIXED_SUBNET_PREFIX));
    const left = capacity - this.next;
    if (count > left) {
      throw new ValidationError(
        this.scope,
        `the reserved range ${formatCidr(this.reserved)} has ${left} free /${FIXED_SUBNET_PREFIX} networks, ` +
          `${count} are needed; give the network a larger range`,
      );
    }
    const first = this.next;
    this.next += count;
    return Array.from({ length: count }, (_, index) =>
      formatCidr(subnetAt(this.reserved, FIXED_SUBNET_PREFIX, first + index)),
    );
  }
}
