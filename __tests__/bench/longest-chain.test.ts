import { SOCK_SHOP_SERVICES } from "../../lib/sock-shop/services";
import { longestChain } from "../../tools/bench/longest-chain";

/** A service and those it is started after. */
function service(name: string, ...after: string[]) {
  return { name, links: after.map((taskName) => ({ taskName, port: 80, startAfter: true })) };
}

describe("longestChain", () => {
  it.each([
    ["none at all", [], []],
    ["services without links", [{ name: "a" }, { name: "b" }], ["a"]],
    [
      "the longer of two ways",
      [service("d", "a", "c"), service("a"), service("c", "b"), service("b")],
      ["b", "c", "d"],
    ],
    ["links without an order", [service("a"), { name: "b", links: [{ taskName: "a", port: 80 }] }], ["a"]],
  ])("follows %s", (_, services, chain) => {
    expect(longestChain(services)).toEqual(chain);
  });

  it("of Sock Shop is a database and its service", () => {
    expect(longestChain(SOCK_SHOP_SERVICES)).toEqual(["catalogue-db", "catalogue"]);
  });
});
