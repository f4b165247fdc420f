import type { Lab } from "../../tools/lab";
import { howToReach } from "../../tools/lab/how-to-reach";

describe("howToReach", () => {
  it("tells how to look into each machine", () => {
    const lab = {
      privateKeyFile: "/my project/id_ed25519",
      sshPort: 22222,
      machines: () => [
        { id: "i-1", name: "master-1", addresses: ["127.20.0.2"] },
        { id: "i-2", name: "agent-1", addresses: [] },
      ],
      machine: (id: string) => ({ enter: () => ["nsenter", "--target", id, "--"] }),
    };

    expect(howToReach(lab as unknown as Lab)).toEqual([
      "The machines stay up until you press Ctrl-C here. As the image's user, or as root without SSH:",
      "",
      "  master-1",
      expect.stringMatching(/^ {4}ssh -i '\/my project\/id_ed25519' -p 22222 .* ubuntu@127\.20\.0\.2$/),
      "    nsenter --target i-1 -- bash --login",
      "",
      "  agent-1",
      "    nsenter --target i-2 -- bash --login",
    ]);
  });
});
