import { howToReach } from "../../tools/lab/how-to-reach";

describe("howToReach", () => {
  it("tells how to go on deploying, and how to look into each machine", () => {
    const rehearsal = {
      privateKeyFile: "/my project/id_ed25519",
      sshPort: 22222,
      machines: () => [
        { id: "i-1", name: "master-1", addresses: ["127.20.0.2"] },
        { id: "i-2", name: "agent-1", addresses: [] },
      ],
      machine: (id: string) => ({ enter: () => ["nsenter", "--target", id, "--"] }),
    };
    const written: string[] = [];
    const project = {
      project: "/run/project",
      rehearsal,
      writeEnvironment: (file: string) => void written.push(file),
    };

    const lines = howToReach({
      project: project as never,
      directory: "/run",
      stacks: ["mesos"],
      settings: { CDKTF_MESOS_MASTER_COUNT: "1", CDKTF_MESOS_AGENT_COUNT: "2" },
    });

    expect(written).toEqual(["/run/environment.sh"]);
    expect(lines).toEqual([
      "All of it stays up until you press Ctrl-C here; then it is destroyed. In another shell (bash):",
      "",
      "  export CDKTF_MESOS_MASTER_COUNT=1 CDKTF_MESOS_AGENT_COUNT=2",
      "  source /run/environment.sh",
      "  cd /run/project",
      "  npx cdktf deploy mesos --skip-provider-lock",
      "  terraform -chdir=cdktf.out/stacks/mesos state list",
      "",
      "Its machines, as the image's user, and as root without SSH:",
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
