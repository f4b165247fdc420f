import { Construct } from "constructs";

import { type Cidr, parseCidr } from "../../lib/network/cidr";
import { CidrAllocator } from "../../lib/network/cidr-allocator";
import { testStack } from "../support/stacks";

function allocator(range: string): CidrAllocator {
  return new CidrAllocator(new Construct(testStack(), "Network"), parseCidr(range) as Cidr);
}

describe("CidrAllocator", () => {
  it("hands out /28 networks in the order they are asked for", () => {
    const networks = allocator("10.0.0.0/20");

    expect(networks.allocate(2)).toEqual(["10.0.0.0/28", "10.0.0.16/28"]);
    expect(networks.allocate(0)).toEqual([]);
    expect(networks.allocate(1)).toEqual(["10.0.0.32/28"]);
  });

  it("hands out the last one", () => {
    expect(allocator("10.0.0.0/27").allocate(2)).toEqual(["10.0.0.0/28", "10.0.0.16/28"]);
  });

  it("fails when fewer are left than are needed", () => {
    const networks = allocator("10.0.0.0/26");
    networks.allocate(3);

    expect(() => networks.allocate(2)).toThrow(
      new Error(
        "test/Network: the reserved range 10.0.0.0/26 has 1 free /28 networks, 2 are needed; " +
          "give the network a larger range",
      ),
    );
  });

  it("fails when the range is smaller than one network", () => {
    expect(() => allocator("10.0.0.0/29").allocate(1)).toThrow(
      new Error(
        "test/Network: the reserved range 10.0.0.0/29 has 0 free /28 networks, 1 are needed; " +
          "give the network a larger range",
      ),
    );
  });
});
