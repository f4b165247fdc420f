import {
  Link,
  mergePeers,
  Peer,
  reachable,
  undialled,
} from "../../../../tools/lab/stand-ins/weave/router/topology";

function peer(name: string, links: readonly string[], version = 1): Peer {
  const linkTo = (other: string): Link => ({
    name: other,
    nick: other,
    address: `address of ${other}`,
    outbound: true,
    established: true,
  });
  return { name, nick: name, elects: true, version, links: links.map(linkTo) };
}

describe("topology", () => {
  it("keeps of each peer what it said last", () => {
    const old = [peer("a", ["b"], 1), peer("b", ["a"], 5)];
    expect(mergePeers(old, [peer("a", [], 2), peer("b", [], 4)])).toEqual([
      peer("a", [], 2),
      peer("b", ["a"], 5),
    ]);
  });

  it("reaches what a chain of connections leads to", () => {
    const peers = [peer("a", ["b"]), peer("b", ["a", "c"]), peer("c", ["b"]), peer("d", [])];
    expect(reachable(peers, "a").map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });

  it("does not reach who only says that it is connected", () => {
    expect(reachable([peer("a", []), peer("b", ["a"])], "a").map(({ name }) => name)).toEqual(["a"]);
    expect(reachable([peer("a", ["b"]), peer("b", [])], "a").map(({ name }) => name)).toEqual(["a"]);
  });

  it("finds addresses of peers that only others know", () => {
    const peers = [peer("a", ["b"]), peer("b", ["a", "c"]), peer("c", ["b"])];
    expect(undialled(peers, "a")).toEqual(["address of c"]);
    expect(undialled(peers, "b")).toEqual([]);
  });
});
