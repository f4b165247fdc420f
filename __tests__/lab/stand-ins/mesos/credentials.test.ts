import { isProven, proveAgent } from "../../../../tools/lab/stand-ins/mesos/agent-proof";
import { shownFlags } from "../../../../tools/lab/stand-ins/mesos/answer";
import { authenticate, basicAuthorization } from "../../../../tools/lab/stand-ins/wire/basic-auth";

const CREDENTIALS = [
  { principal: "agent", secret: "a1" },
  { principal: "operator", secret: "o1" },
];

describe("credentials", () => {
  it("say who asks", () => {
    const ask = (principal: string, secret: string) =>
      authenticate({ headers: { authorization: basicAuthorization({ principal, secret }) } }, CREDENTIALS);
    expect(ask("operator", "o1")).toBe("operator");
    expect(ask("operator", "a1")).toBeUndefined();
    expect(ask("stranger", "o1")).toBeUndefined();
    expect(authenticate({ headers: {} }, CREDENTIALS)).toBeUndefined();
  });

  it("let an agent in that knows its secret", () => {
    const proof = proveAgent({ principal: "agent", secret: "a1" }, "challenge");
    expect(isProven(proof, CREDENTIALS)).toBe(true);
    expect(isProven({ ...proof, challenge: "other" }, CREDENTIALS)).toBe(false);
    expect(isProven(proveAgent({ principal: "agent", secret: "o1" }, "challenge"), CREDENTIALS)).toBe(false);
    expect(isProven(proveAgent({ principal: "stranger", secret: "a1" }, "challenge"), CREDENTIALS)).toBe(
      false,
    );
    expect(isProven(undefined, CREDENTIALS)).toBe(false);
  });

  it("are not shown with the flags", () => {
    expect(shownFlags({ zk: "zk://mesos:secret@10.0.0.4:2181/mesos", quorum: 2 })).toEqual({
      zk: "zk://10.0.0.4:2181/mesos",
      quorum: "2",
    });
  });
});
