import { privatePlace } from "../../tools/lab/private-place";

describe("privatePlace", () => {
  it.each([
    ["10.0.0.4", "10.0.0.0/28", 28, "10.0.0.1", "02:00:0a:00:00:04"],
    ["10.0.0.20", "10.0.0.16/28", 28, "10.0.0.17", "02:00:0a:00:00:14"],
    ["10.0.47.254", "10.0.32.0/20", 20, "10.0.32.1", "02:00:0a:00:2f:fe"],
  ])("%s in %s", (address, subnet, prefix, gateway, mac) => {
    expect(privatePlace(address, subnet)).toEqual({ address, prefix, gateway, mac });
  });

  it.each([
    [undefined, "10.0.0.0/28", '{"subnet":"10.0.0.0/28"}'],
    ["10.0.0.4", undefined, '{"address":"10.0.0.4"}'],
  ])("fails for %j in %j", (address, subnet, got) => {
    expect(() => privatePlace(address, subnet)).toThrow(
      `lab: a machine must have an address in a subnet of this stack, got ${got}`,
    );
  });
});
