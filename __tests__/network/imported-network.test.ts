import { TerraformVariable } from "cdktf";

import type { NetworkAttributes } from "../../lib/network/imported-network";
import { Network } from "../../lib/network/network";
import { testStack } from "../support/stacks";
import { allResources } from "../support/template";

const ATTRIBUTES: NetworkAttributes = {
  vpcId: "vpc-1",
  vpcCidr: "10.0.0.0/16",
  reservedCidr: "10.0.255.0/26",
  availabilityZones: ["eu-west-1a", "eu-west-1b"],
  publicSubnetIds: ["subnet-1", "subnet-2"],
  publicRouteTableIds: ["rtb-1", "rtb-1"],
};

const WITHOUT_SUBNETS = { ...ATTRIBUTES, publicSubnetIds: undefined, publicRouteTableIds: undefined };

describe("Network.fromAttributes", () => {
  it("is what it was given, and makes nothing", () => {
    const stack = testStack();
    const network = Network.fromAttributes(stack, "Network", ATTRIBUTES);

    expect(network).toMatchObject({
      vpcId: "vpc-1",
      vpcCidr: "10.0.0.0/16",
      availabilityZones: ["eu-west-1a", "eu-west-1b"],
      publicSubnetIds: ["subnet-1", "subnet-2"],
      publicRouteTableIds: ["rtb-1", "rtb-1"],
      privateSubnetIds: [],
      privateRouteTableIds: [],
      internetAccess: [],
    });
    expect(allResources(stack)).toEqual([]);
  });

  it("may have private subnets only", () => {
    const network = Network.fromAttributes(testStack(), "Network", {
      ...WITHOUT_SUBNETS,
      privateSubnetIds: ["subnet-3", "subnet-4"],
      privateRouteTableIds: ["rtb-2", "rtb-3"],
    });

    expect(network).toMatchObject({
      publicSubnetIds: [],
      publicRouteTableIds: [],
      privateSubnetIds: ["subnet-3", "subnet-4"],
      privateRouteTableIds: ["rtb-2", "rtb-3"],
    });
  });

  it("hands out the reserved range", () => {
    const network = Network.fromAttributes(testStack(), "Network", ATTRIBUTES);

    expect(network.allocateSubnetCidrs(2)).toEqual(["10.0.255.0/28", "10.0.255.16/28"]);
    expect(() => network.allocateSubnetCidrs(3)).toThrow(
      new Error(
        "test/Network: the reserved range 10.0.255.0/26 has 2 free /28 networks, 3 are needed; " +
          "give the network a larger range",
      ),
    );
  });

  describe("fails when", () => {
    test.each<[string, Partial<NetworkAttributes>, string]>([
      [
        "vpcCidr is no network",
        { vpcCidr: "10.0.0.0" },
        `'vpcCidr' must be a literal network like "10.0.0.0/16", got "10.0.0.0"`,
      ],
      [
        "reservedCidr is no network",
        { reservedCidr: "10.0.255.1/26" },
        `'reservedCidr' must be a literal network like "10.0.0.0/16", got "10.0.255.1/26"`,
      ],
      [
        "reservedCidr lies outside the VPC",
        { reservedCidr: "10.1.0.0/26" },
        `'reservedCidr' must lie inside 'vpcCidr' "10.0.0.0/16", got "10.1.0.0/26"`,
      ],
      [
        "a list has not one entry a zone",
        { publicSubnetIds: ["subnet-1"] },
        `'publicSubnetIds' must have one entry for each of the 2 zones, got ["subnet-1"]`,
      ],
      [
        "a list of route tables has not one entry a zone",
        { publicRouteTableIds: [] },
        `'publicRouteTableIds' must have one entry for each of the 2 zones, got []`,
      ],
      [
        "there are no subnets",
        { publicSubnetIds: undefined, publicRouteTableIds: undefined },
        "supply 'publicSubnetIds' or 'privateSubnetIds', got neither",
      ],
      [
        "route tables of public subnets are missing",
        { publicRouteTableIds: undefined },
        "'publicSubnetIds' and 'publicRouteTableIds' must be given together",
      ],
      [
        "private subnets of route tables are missing",
        { privateRouteTableIds: ["rtb-2", "rtb-3"] },
        "'privateSubnetIds' and 'privateRouteTableIds' must be given together",
      ],
    ])("%s", (_, attributes, message) => {
      expect(() => Network.fromAttributes(testStack(), "Network", { ...ATTRIBUTES, ...attributes })).toThrow(
        new Error(`test/Network: ${message}`),
      );
    });

    test.each(["vpcCidr", "reservedCidr"])("%s is a token", (property) => {
      const stack = testStack();
      const token = new TerraformVariable(stack, "range", { type: "string" }).stringValue;

      expect(() => Network.fromAttributes(stack, "Network", { ...ATTRIBUTES, [property]: token })).toThrow(
        new Error(`test/Network: '${property}' must be a literal network like "10.0.0.0/16", got a token`),
      );
    });
  });
});
