import { TerraformVariable } from "cdktf";
import { validateKnownNumber, validateWholeNumber } from "../../lib/private/whole-number";
import { testCluster, testNetwork, testStack } from "../support/stacks";

describe("validateWholeNumber", () => {
  test.each([1, 2, 6])("takes %d of 1 to 6", (value) => {
    expect(() => validateWholeNumber(testStack(), "zones", value, [1, 6])).not.toThrow();
  });

  test.each([0, 7, 1.5, NaN, -1])("fails for %d of 1 to 6", (value) => {
    expect(() => validateWholeNumber(testStack(), "zones", value, [1, 6])).toThrow(
      new Error(`test: 'zones' must be a whole number from 1 to 6, got ${value}`),
    );
  });

  it("names no end where there is none", () => {
    expect(() => validateWholeNumber(testStack(), "agentCount", 0, [1, Infinity])).toThrow(
      new Error("test: 'agentCount' must be a whole number from 1, got 0"),
    );
  });
});

describe("validateKnownNumber", () => {
  const refusal = (property: string) =>
    `'${property}' must be known at synth, got a token; give the number itself`;

  it("fails for a number only Terraform knows", () => {
    const stack = testStack();
    const value = new TerraformVariable(stack, "n", { type: "number" }).numberValue;

    expect(() => validateKnownNumber(stack, "cpus", value)).toThrow(new Error(`test: ${refusal("cpus")}`));
    expect(() => testNetwork(stack, { zones: value })).toThrow(refusal("zones"));
  });

  it.each(["masterCount", "agentCount"] as const)("fails for such a %s", (property) => {
    const stack = testStack();
    const value = new TerraformVariable(stack, "n", { type: "number" }).numberValue;

    expect(() => testCluster(stack, { [property]: value })).toThrow(refusal(property));
  });

  it.each(["cpus", "memoryMiB"])("fails for such agentResources.%s", (property) => {
    const stack = testStack();
    const value = new TerraformVariable(stack, "n", { type: "number" }).numberValue;
    const agentResources = { cpus: 2, memoryMiB: 1024, [property]: value };

    expect(() => testCluster(stack, { agentResources })).toThrow(refusal(`agentResources.${property}`));
  });
});
