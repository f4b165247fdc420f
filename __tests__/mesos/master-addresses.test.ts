import fc from "fast-check";

import { masterPlaces, quorum, zooKeeperUrl } from "../../lib/mesos/master-addresses";
import { type Cidr, cidrContains, cidrSize, formatCidr, parseCidr, subnetAt } from "../../lib/network/cidr";
import { cidrs } from "../network/arbitrary-cidr";

describe("masterPlaces", () => {
  test.each([
    [["10.0.0.0/28"], 1, [[0, "10.0.0.4"]]],
    [
      ["10.0.0.0/28", "10.0.0.16/28"],
      3,
      [
        [0, "10.0.0.4"],
        [1, "10.0.0.20"],
        [0, "10.0.0.5"],
      ],
    ],
    [
      ["10.0.0.0/28", "10.0.0.16/28", "10.0.0.32/28"],
      5,
      [
        [0, "10.0.0.4"],
        [1, "10.0.0.20"],
        [2, "10.0.0.36"],
        [0, "10.0.0.5"],
        [1, "10.0.0.21"],
      ],
    ],
  ])("in %j puts %i masters", (subnets, masters, places) => {
    expect(masterPlaces(subnets, masters).map(({ subnet, address }) => [subnet, address])).toEqual(places);
  });

  it("never gives two the same address, nor one outside its subnet or kept by AWS", () => {
    const subnets = fc
      .tuple(cidrs(16, 20), fc.integer({ min: 1, max: 6 }))
      .map(([network, zones]) => Array.from({ length: zones }, (_, zone) => subnetAt(network, 28, zone)));

    fc.assert(
      fc.property(subnets, fc.constantFrom(1, 3, 5), (networks, masters) => {
        const places = masterPlaces(networks.map(formatCidr), masters);
        const kept = ({ base }: Cidr, address: number) => address - base < 4 || address - base === 15;
        const wrong = places.filter(({ subnet, address }) => {
          const [network, host] = [networks[subnet] as Cidr, parseCidr(`${address}/32`) as Cidr];
          return !cidrContains(network, host) || kept(network, host.base);
        });

        expect(new Set(places.map(({ address }) => address)).size).toBe(masters);
        expect(wrong).toEqual([]);
        expect(networks.map(cidrSize)).toEqual(networks.map(() => 16));
      }),
    );
  });
});

describe("quorum", () => {
  test.each([
    [1, 1],
    [3, 2],
    [5, 3],
  ])("of %i masters is %i", (masters, expected) => {
    expect(quorum(masters)).toBe(expected);
  });
});

describe("zooKeeperUrl", () => {
  it("names every server once, and the path once", () => {
    expect(zooKeeperUrl(["10.0.0.4", "10.0.0.20"], 2181)).toBe("zk://10.0.0.4:2181,10.0.0.20:2181/mesos");
  });
});
