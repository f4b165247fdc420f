import fc from "fast-check";

import type { Cidr } from "../../lib/network/cidr";

/** Any network with a prefix of the given lengths. */
export function cidrs(min = 0, max = 32): fc.Arbitrary<Cidr> {
  return fc
    .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min, max }))
    .map(([address, prefix]) => ({ base: address - (address % 2 ** (32 - prefix)), prefix }));
}
