import { TerraformVariable } from "cdktf";

import { WeaveNetwork, type WeaveNetworkProps } from "../../lib/weave/weave-network";
import { testCluster, testNetwork, testStack } from "../support/stacks";
import { allResources } from "../support/template";

function weave(props?: WeaveNetworkProps): WeaveNetwork {
  return new WeaveNetwork(testStack(), "Weave", props);
}

describe("WeaveNetwork", () => {
  it("has defaults that fit a VPC, and makes nothing", () => {
    const stack = testStack();
    const network = new WeaveNetwork(stack, "Weave");

    expect([network.ipRange, network.mtu, network.encrypted]).toEqual(["10.32.0.0/12", 8916, true]);
    expect(allResources(stack)).toEqual([]);
  });

  it("is what its props say", () => {
    const network = weave({ ipRange: "172.20.0.0/16", mtu: 1376, encrypted: false });

    expect(network._nodeEnv()).toEqual({
      WEAVE_RANGE: "172.20.0.0/16",
      WEAVE_MTU: "1376",
      WEAVE_ENCRYPTED: "false",
    });
  });

  describe("validateRange", () => {
    it("takes a /24", () => {
      expect(weave({ ipRange: "10.32.0.0/24" }).ipRange).toBe("10.32.0.0/24");
    });

    test.each(["10.32.0.0/25", "10.32.0.1/12", "weave", ""])("fails when ipRange is %j", (ipRange) => {
      expect(() => weave({ ipRange })).toThrow(
        new Error(
          `test/Weave: 'ipRange' must be a literal network of at least a /24, like "10.32.0.0/12", got ${JSON.stringify(ipRange)}`,
        ),
      );
    });

    it("fails when ipRange is a token", () => {
      const ipRange = new TerraformVariable(testStack(), "range", { type: "string" }).stringValue;

      expect(() => weave({ ipRange })).toThrow(
        new Error(
          `test/Weave: 'ipRange' must be a literal network of at least a /24, like "10.32.0.0/12", got a token`,
        ),
      );
    });
  });

  describe("validateMtu", () => {
    test.each([576, 8916])("takes %i", (mtu) => {
      expect(weave({ mtu }).mtu).toBe(mtu);
    });

    test.each([575, 8917, 1376.5, NaN])("fails when mtu is %d", (mtu) => {
      expect(() => weave({ mtu })).toThrow(
        new Error(`test/Weave: 'mtu' must be a whole number from 576 to 8916, got ${mtu}`),
      );
    });
  });

  describe("validateAgainst", () => {
    test.each([
      ["10.32.0.0/12", "10.40.0.0/16"],
      ["10.0.128.0/17", "10.0.0.0/16"],
    ])("fails when the range %s overlaps the VPC's %s", (ipRange, cidr) => {
      const stack = testStack();
      const network = testNetwork(stack, { cidr });

      expect(() =>
        testCluster(stack, { network, weave: new WeaveNetwork(stack, "Weave", { ipRange }) }),
      ).toThrow(
        new Error(
          `test/Weave: 'ipRange' must not overlap the VPC's "${cidr}", got "${ipRange}"; ` +
            "choose another private range for one of the two",
        ),
      );
    });

    it("fails when the default range overlaps, by the path of the cluster's own network", () => {
      const stack = testStack();

      expect(() => testCluster(stack, { network: testNetwork(stack, { cidr: "10.47.0.0/16" }) })).toThrow(
        new Error(
          `test/Cluster/Weave: 'ipRange' must not overlap the VPC's "10.47.0.0/16", got "10.32.0.0/12"; ` +
            "choose another private range for one of the two",
        ),
      );
    });
  });
});
