import {
  containsCidr,
  formatAddress,
  formatCidr,
  isReserved,
  overlap,
  parseAddress,
  parseCidr,
} from "../../tools/testing/aws/ipv4";
import type { Cidr } from "../../tools/testing/aws/ipv4";
import { zoneId, zoneNames } from "../../tools/testing/aws/zones";

const cidr = (text: string) => parseCidr(text) as Cidr;

describe("addresses", () => {
  test.each(["0.0.0.0", "10.0.1.4", "255.255.255.255"])("%s comes back as it was", (address) => {
    expect(formatAddress(parseAddress(address) ?? -1)).toBe(address);
  });

  test.each(["", "10.0.0", "10.0.0.256", "10.0.0.0.1", "a.b.c.d", "10.0.0.1/32", " 10.0.0.1"])(
    "%p is none",
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );
});

describe("ranges", () => {
  test.each([
    ["10.0.0.0/16", "10.0.0.0/16"],
    ["10.0.3.7/16", "10.0.0.0/16"],
    ["255.255.255.255/32", "255.255.255.255/32"],
    ["9.9.9.9/0", "0.0.0.0/0"],
  ])("%s is %s", (text, expected) => {
    expect(formatCidr(cidr(text))).toBe(expected);
  });

  test.each(["10.0.0.0", "10.0.0.0/33", "10.0.0/24", "10.0.0.0/", "::/0"])("%p is none", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  test.each([
    ["10.0.0.0/16", "10.0.255.0/24", true, true],
    ["10.0.0.0/16", "10.1.0.0/24", false, false],
    ["10.0.1.0/24", "10.0.0.0/16", false, true],
    ["10.0.0.0/25", "10.0.0.128/25", false, false],
  ])("%s and %s", (outer, inner, contains, shares) => {
    expect(containsCidr(cidr(outer), cidr(inner))).toBe(contains);
    expect(overlap(cidr(outer), cidr(inner))).toBe(shares);
  });

  it("have five addresses that AWS keeps", () => {
    const subnet = cidr("10.0.1.0/28");
    const kept = [...Array(16).keys()].filter((offset) => isReserved(subnet, subnet.first + offset));

    expect(kept).toEqual([0, 1, 2, 3, 15]);
  });
});

describe("zones", () => {
  test.each([
    ["eu-west-1", "euw1-az1"],
    ["us-east-1", "use1-az1"],
    ["ap-southeast-2", "apse2-az1"],
    ["eu-central-1", "euc1-az1"],
  ])("%s: the first is %s", (region, id) => {
    expect(zoneNames(region).map(zoneId)[0]).toBe(id);
  });
});
