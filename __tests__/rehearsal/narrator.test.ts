import { Narrator } from "../../tools/rehearsal/narrator";

/** What is told of some lines, without the time. */
function told(...lines: string[]): string[] {
  const printed: string[] = [];
  const narrator = new Narrator((line) => printed.push(line));
  lines.forEach((line) => narrator.hear(line));
  expect(printed.filter((line) => !/^ {2,}\d+\.\d s {2}/.test(line))).toEqual([]);
  return printed.map((line) => line.replace(/^ *[\d.]+ s {2}/, ""));
}

describe("Narrator", () => {
  test.each([
    ["Cluster/Masters/Master1/Machine/Resource", "Cluster/Masters/Master1/Machine"],
    ["Cluster/Agents/Agent12/Resource", "Cluster/Agents/Agent12"],
    ["Cluster/Launcher/Master3", "Cluster/Launcher/Master3"],
  ])("tells of %s once it is there", (path, name) => {
    const address = `mesos  aws_instance.x (${path})`;

    expect(told(`${address}: Creating...`, `${address}: Creation complete after 2s [id=i-1]`)).toEqual([
      `${name} created after 2s`,
    ]);
    expect(told(`${address}: Destroying... [id=1]`, `${address}: Destruction complete after 1s`)).toEqual([
      `${name} destroyed after 1s`,
    ]);
  });

  test.each([
    "Network/Vpc/Resource",
    "Cluster/Firewall/Ssh",
    "Cluster/Masters/Master1/Interface",
    "SockShop/Carts/Resource",
  ])("says nothing of %s", (path) => {
    expect(told(`mesos  aws_x.y (${path}): Creation complete after 2s [id=1]`)).toEqual([]);
  });

  describe("of a service", () => {
    const carts = "sock-shop  null_resource.c (SockShop/Carts/Resource)";
    const says = (text: string) => `${carts} (remote-exec): wait-service: ${text}`;
    let printed: string[];
    let narrator: Narrator;

    beforeEach(() => {
      printed = [];
      jest.useFakeTimers({ now: 0 });
      narrator = new Narrator((line) => printed.push(line));
    });
    afterEach(() => jest.useRealTimers());

    function hear(atMs: number, line: string): void {
      jest.setSystemTime(atMs);
      narrator.hear(line);
    }

    it("tells when it runs, and how long it took since its own deployment began", () => {
      hear(4_000, `${carts}: Creating...`);
      hear(5_400, says("carts is TASK_RUNNING"));
      hear(10_400, says("carts has been TASK_RUNNING for 5 s"));
      hear(10_500, `${carts}: Creation complete after 6s [id=1]`);

      expect(printed).toEqual(["   5.4 s  carts is TASK_RUNNING, 1.4 s after it was started"]);
      expect([...narrator.secondsToRunning]).toEqual([["carts", 1.4]]);
    });

    it("counts to the first time when it fails and comes up again", () => {
      hear(0, `${carts}: Creating...`);
      hear(2_000, says("carts is TASK_RUNNING"));
      hear(3_000, says("carts is TASK_FAILED"));
      hear(9_000, says("carts is TASK_RUNNING"));

      expect(printed.map((line) => line.slice(10))).toEqual([
        "carts is TASK_RUNNING, 2.0 s after it was started",
        "wait-service: carts is TASK_FAILED",
        "carts is TASK_RUNNING, 9.0 s after it was started",
      ]);
      expect([...narrator.secondsToRunning]).toEqual([["carts", 2]]);
    });
  });

  it("passes on what scripts say, and not what Terraform says of them", () => {
    const from = "sock-shop  null_resource.r (SockShop/Catalogue/Resource) (remote-exec): ";

    expect(
      told(
        ...[
          "Connecting to remote host via SSH...",
          "  Host: 127.16.0.2",
          "  Private key: true",
          "Connected!",
          'Executing: ["/bin/sh" "-c" "x"]',
          "wait-service: catalogue runs as declared",
          "  1795408429 TASK_FAILED",
        ].map((line) => from + line),
      ),
    ).toEqual(["wait-service: catalogue runs as declared", "  1795408429 TASK_FAILED"]);
  });

  it("tells the outcome", () => {
    expect(told("mesos  Apply complete! Resources: 1 added, 0 changed, 0 destroyed.")).toEqual([
      "Apply complete! Resources: 1 added, 0 changed, 0 destroyed.",
    ]);
  });

  it("keeps the last lines for a failure, without repetitions, colours, spinners and empty ones", () => {
    const narrator = new Narrator(() => undefined);
    for (const line of [
      ...["a", "b", "\u001b[1mb\u001b[0m", "", " \r", "b", "⠋  Synthesizing", "c"],
      ...["1 Stack deploying     1 Stack done     0 Stacks waiting", "b"],
    ])
      narrator.hear(line);

    expect(narrator.lastLines(3)).toEqual(["b", "c", "b"]);
    expect(narrator.lastLines(99)).toEqual(["a", "b", "c", "b"]);
  });
});
