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
    "Cluster/Masters/Master1/Machine/Resource",
    "Cluster/Agents/Agent12/Resource",
    "Cluster/Launcher/Master3",
    "SockShop/CatalogueDb/Resource",
  ])("tells of %s once it is there", (path) => {
    const address = `mesos  aws_instance.x (${path})`;

    expect(told(`${address}: Creating...`, `${address}: Creation complete after 2s [id=i-1]`)).toEqual([
      `${path} created after 2s`,
    ]);
    expect(told(`${address}: Destroying... [id=1]`, `${address}: Destruction complete after 1s`)).toEqual([
      `${path} destroyed after 1s`,
    ]);
  });

  test.each(["Network/Vpc/Resource", "Cluster/Firewall/Ssh", "Cluster/Masters/Master1/Interface"])(
    "says nothing of %s",
    (path) => {
      expect(told(`mesos  aws_x.y (${path}): Creation complete after 2s [id=1]`)).toEqual([]);
    },
  );

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
          "reconcile-task: catalogue is TASK_RUNNING",
          "  1795408429 TASK_FAILED",
        ].map((line) => from + line),
      ),
    ).toEqual(["reconcile-task: catalogue is TASK_RUNNING", "  1795408429 TASK_FAILED"]);
  });

  it("tells the outcome", () => {
    expect(told("mesos  Apply complete! Resources: 1 added, 0 changed, 0 destroyed.")).toEqual([
      "Apply complete! Resources: 1 added, 0 changed, 0 destroyed.",
    ]);
  });

  it("keeps the last lines for a failure, without repetitions, colours and empty ones", () => {
    const narrator = new Narrator(() => undefined);
    for (const line of ["a", "b", "\u001b[1mb\u001b[0m", "", " \r", "b", "c", "b"]) narrator.hear(line);

    expect(narrator.lastLines(3)).toEqual(["b", "c", "b"]);
    expect(narrator.lastLines(99)).toEqual(["a", "b", "c", "b"]);
  });
});
