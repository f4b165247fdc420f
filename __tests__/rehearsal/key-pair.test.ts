import { utils } from "ssh2";
import { makeKeyPair, works } from "../../tools/rehearsal/key-pair";

describe("makeKeyPair", () => {
  it("makes keys that work, with their comment", () => {
    const pairs = Array.from({ length: 50 }, () => makeKeyPair("me"));

    expect(pairs.every(works)).toBe(true);
    expect(pairs[0]?.public).toMatch(/^ssh-ed25519 \S{68} me$/);
  });
});

describe("works", () => {
  it("notices a malformed and a foreign half", () => {
    const [one, other] = [makeKeyPair("a"), makeKeyPair("b")];

    expect(works({ ...one, private: one.private.replace(/[A-Za-z0-9+/]{40}\n/, "\n") })).toBe(false);
    expect(works({ ...one, public: other.public })).toBe(false);
    expect(works({ ...one, public: "ssh-ed25519 AAAA" })).toBe(false);
  });

  // when this fails ssh2 no longer makes malformed keys, and makeKeyPair() has nothing left to do
  it("is needed: ssh2 makes malformed keys", () => {
    let made = 0;
    while (made++ < 20_000 && works(utils.generateKeyPairSync("ed25519")));

    expect(made).toBeLessThan(20_000);
  });
});
