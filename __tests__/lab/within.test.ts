import { within } from "../../tools/lab/within";

describe("within", () => {
  it("looks again until nothing is thrown, and gives what was seen", async () => {
    let looks = 0;
    const look = () => {
      looks += 1;
      if (looks < 3) throw new Error("not yet");
      return Promise.resolve(looks);
    };

    expect(await within(30, "leader", look)).toBe(3);
  });

  it("fails with what the last look threw", async () => {
    const look = () => Promise.reject(new Error("2 masters lead"));

    await expect(within(0, "leader", look)).rejects.toThrow("leader: not well after 0 s: 2 masters lead");
  });
});
