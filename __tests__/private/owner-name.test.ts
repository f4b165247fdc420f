import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";

import { validateOwnerName } from "../../lib/private/owner-name";
import { tags } from "../../lib/private/tags";
import { testStack } from "../support/stacks";

const RULE = "be lower-case letters, digits and hyphens, begin with a letter and not end in a hyphen";

function refusal(name: string): unknown {
  try {
    validateOwnerName(new Construct(testStack(), "Cluster"), "clusterName", name);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

describe("validateOwnerName", () => {
  test.each(["a", "sock-shop", "a1", "a".repeat(32), "a--b"])("takes %j", (name) => {
    expect(refusal(name)).toBeUndefined();
  });

  test.each([
    ["", RULE],
    ["-a", RULE],
    ["a-", RULE],
    ["1a", RULE],
    ["Sock-Shop", RULE],
    ["sock_shop", RULE],
    ["sock shop", RULE],
    ["sock-shop\n", RULE],
    ["sück", RULE],
    ["${a}", RULE],
    ["a".repeat(33), "have at most 32 characters"],
  ])("refuses %j", (name, rule) => {
    expect(refusal(name)).toBe(`test/Cluster: 'clusterName' must ${rule}, got ${JSON.stringify(name)}`);
  });

  it("refuses a token", () => {
    const token = new TerraformVariable(testStack(), "name", { type: "string" }).stringValue;

    expect(refusal(token)).toBe(
      "test/Cluster: 'clusterName' must be known at synth, got a token; give the text itself",
    );
  });
});

describe("tags", () => {
  it("name the part and its owner", () => {
    expect(tags("sock-shop", "master-1")).toEqual({
      Name: "sock-shop-master-1",
      "cdktf-mesos:cluster": "sock-shop",
    });
  });
});
