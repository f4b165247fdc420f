import fc from "fast-check";

import {
  addressAt,
  cidrContains,
  cidrSize,
  cidrsOverlap,
  formatCidr,
  parseCidr,
  subnetAt,
} from "../../lib/network/cidr";
import { cidrs } from "./arbitrary-cidr";

function cidr(text: string) {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(`${text} is no network`);
  return parsed;
}

describe("parseCidr", () => {
  test.each([
    ["10.0.0.0/16", { base: 0x0a000000, prefix: 16 }],
    ["0.0.0.0/0", { base: 0, prefix: 0 }],
    ["203.0.113.7/32", { base: 0xcb007107, prefix: 32 }],
    ["255.255.255.254/31", { base: 0xfffffffe, prefix: 31 }],
  ])("reads %s", (text, expected) => {
    expect(parseCidr(text)).toEqual(expected);
  });

  test.each([
    "",
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.256/32",
    "10.0.0.1/16",
    "010.0.0.0/8",
    "10.0.0.0/08",
    "10.0.0/8",
    " 10.0.0.0/8",
    "10.0.0.0/8\n",
    "10.0.0.0/8,11.0.0.0/8",
    "fd00::/8",
  ])("takes %j for no network", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it("reads back what formatCidr writes", () => {
    fc.assert(fc.property(cidrs(), (network) => expect(parseCidr(formatCidr(network))).toEqual(network)));
  });
});

describe("sizes and addresses", () => {
  test.each([
    ["10.0.0.0/16", 65536],
    ["10.0.0.0/32", 1],
    ["0.0.0.0/0", 2 ** 32],
  ])("%s has %i addresses", (text, size) => {
    expect(cidrSize(cidr(text))).toBe(size);
  });

  test.each([
    ["10.0.0.0/28", 4, "10.0.0.4"],
    ["10.0.255.240/28", 15, "10.0.255.255"],
    ["10.0.0.0/8", 256, "10.0.1.0"],
    ["255.255.255.0/24", 255, "255.255.255.255"],
  ])("of %s, address %i is %s", (text, offset, address) => {
    expect(addressAt(cidr(text), offset)).toBe(address);
  });

  test.each([
    ["10.0.0.0/16", 20, 0, "10.0.0.0/20"],
    ["10.0.0.0/16", 20, 15, "10.0.240.0/20"],
    ["172.16.0.0/12", 28, 1, "172.16.0.16/28"],
  ])("of %s, the /%i number %i is %s", (text, prefix, index, expected) => {
    expect(formatCidr(subnetAt(cidr(text), prefix, index))).toBe(expected);
  });
});

describe("relations", () => {
  test.each([
    ["10.0.0.0/16", "10.0.0.0/16", true, true],
    ["10.0.0.0/16", "10.0.128.0/17", true, true],
    ["10.0.128.0/17", "10.0.0.0/16", true, false],
    ["10.0.0.0/16", "10.1.0.0/16", false, false],
    ["10.1.0.0/16", "10.0.0.0/16", false, false],
    ["10.32.0.0/12", "10.48.0.0/16", false, false],
    ["10.32.0.0/12", "10.47.0.0/16", true, true],
  ])("%s and %s: overlap %s, the first contains the second %s", (a, b, overlap, contains) => {
    expect([cidrsOverlap(cidr(a), cidr(b)), cidrContains(cidr(a), cidr(b))]).toEqual([overlap, contains]);
  });

  it("overlaps both ways, and two networks overlap only where one contains the other", () => {
    fc.assert(
      fc.property(cidrs(), cidrs(), (a, b) => {
        expect(cidrsOverlap(a, b)).toBe(cidrsOverlap(b, a));
        expect(cidrsOverlap(a, b)).toBe(cidrContains(a, b) || cidrContains(b, a));
      }),
    );
  });
});
