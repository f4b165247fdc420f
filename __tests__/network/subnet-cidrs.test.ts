import fc from "fast-check";

import { type Cidr, cidrContains, cidrSize, cidrsOverlap, parseCidr } from "../../lib/network/cidr";
import { FIXED_SUBNET_PREFIX, longestPrefix, MAX_ZONES, subnetCidrs } from "../../lib/network/subnet-cidrs";
import { cidrs } from "./arbitrary-cidr";

const networkAndZones = fc
  .integer({ min: 1, max: MAX_ZONES })
  .chain((zones) => fc.tuple(cidrs(16, longestPrefix(zones)), fc.constant(zones)));

function parsed(texts: string[]): Cidr[] {
  return texts.map((text) => parseCidr(text) as Cidr);
}

describe("subnetCidrs", () => {
  test.each([
    ["10.0.0.0/16", 1, "10.0.0.0/20", ["10.0.16.0/20"], ["10.0.144.0/20"]],
    [
      "10.0.0.0/16",
      3,
      "10.0.0.0/20",
      ["10.0.16.0/20", "10.0.32.0/20", "10.0.48.0/20"],
      ["10.0.144.0/20", "10.0.160.0/20", "10.0.176.0/20"],
    ],
    [
      "192.168.8.0/23",
      2,
      "192.168.8.0/27",
      ["192.168.8.32/27", "192.168.8.64/27"],
      ["192.168.9.32/27", "192.168.9.64/27"],
    ],
  ])("cuts %s for %i zones", (text, zones, reserved, publicCidrs, privateCidrs) => {
    expect(subnetCidrs(parseCidr(text) as Cidr, zones)).toEqual({ reserved, publicCidrs, privateCidrs });
  });

  it("never overlaps, and lies inside the network", () => {
    fc.assert(
      fc.property(networkAndZones, ([network, zones]) => {
        const { reserved, publicCidrs, privateCidrs } = subnetCidrs(network, zones);
        const all = parsed([reserved, ...publicCidrs, ...privateCidrs]);

        expect(all).toHaveLength(1 + 2 * zones);
        expect(all.filter((cidr) => !cidrContains(network, cidr))).toEqual([]);
        expect(all.filter((a, i) => all.some((b, j) => i < j && cidrsOverlap(a, b)))).toEqual([]);
      }),
    );
  });

  it("gives a zone the same subnets whatever the number of zones", () => {
    fc.assert(
      fc.property(
        cidrs(16, longestPrefix(MAX_ZONES)),
        fc.integer({ min: 1, max: MAX_ZONES }),
        (network, zones) => {
          const [few, many] = [subnetCidrs(network, zones), subnetCidrs(network, MAX_ZONES)];

          expect(few.publicCidrs).toEqual(many.publicCidrs.slice(0, zones));
          expect(few.privateCidrs).toEqual(many.privateCidrs.slice(0, zones));
        },
      ),
    );
  });
});

describe("longestPrefix", () => {
  test.each([
    [1, 24],
    [2, 23],
    [3, 22],
    [4, 22],
    [5, 21],
    [6, 21],
  ])("for %i zones is %i", (zones, prefix) => {
    expect(longestPrefix(zones)).toBe(prefix);
  });

  it("leaves a fixed subnet for each zone in the reserved block", () => {
    for (let zones = 1; zones <= MAX_ZONES; zones++) {
      const { reserved } = subnetCidrs({ base: 0, prefix: longestPrefix(zones) }, zones);

      expect(cidrSize(parseCidr(reserved) as Cidr) / 2 ** (32 - FIXED_SUBNET_PREFIX)).toBeGreaterThanOrEqual(
        zones,
      );
    }
  });
});
