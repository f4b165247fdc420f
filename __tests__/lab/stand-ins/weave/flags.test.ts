import { routerFlags } from "../../../../tools/lab/stand-ins/weave/router/flags";
import { isProof, prove } from "../../../../tools/lab/stand-ins/weave/router/handshake";

describe("weave launch", () => {
  it.each([
    [["--ipalloc-init", "consensus=3", "10.0.0.1"], { kind: "consensus", peers: 3 }],
    [["--ipalloc-init=observer", "10.0.0.1"], { kind: "observer" }],
    [["10.0.0.1", "10.0.0.2"], { kind: "consensus", peers: 3 }],
  ])("reads %j", (args, init) => {
    expect(routerFlags(args).init).toEqual(init);
  });

  it("lets in only who knows the password, by a proof that fits no other challenge and no other name", () => {
    const proof = prove("password", "challenge", "a");
    expect(isProof(proof, "password", "challenge", "a")).toBe(true);
    expect(isProof(proof, "other", "challenge", "a")).toBe(false);
    expect(isProof(proof, "password", "other", "a")).toBe(false);
    expect(isProof(proof, "password", "challenge", "b")).toBe(false);
    expect(isProof("", "password", "challenge", "a")).toBe(false);
  });
});
