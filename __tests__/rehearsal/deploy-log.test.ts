import { deployEvent, plainText } from "../../tools/rehearsal/deploy-log";

describe("plainText", () => {
  test.each([
    ["\u001b[0m\u001b[1maws_vpc.v: Creating...\u001b[0m\u001b[0m", "aws_vpc.v: Creating..."],
    ["\u001b[2K\u001b[1A\u001b[?25lmesos  ⠋\r", "mesos  ⠋"],
    ["  two spaces before stay  ", "  two spaces before stay"],
    ["", ""],
  ])("of %j is %j", (line, expected) => {
    expect(plainText(line)).toBe(expected);
  });
});

describe("deployEvent", () => {
  const CREATED = { kind: "resource", verb: "created" };

  test.each([
    [
      "mesos  aws_vpc.Network_1C6012B5 (Network/Vpc/Resource): Creating...",
      { kind: "resource", verb: "creating", resource: "Network/Vpc/Resource", took: "" },
    ],
    [
      "aws_vpc.Network_1C6012B5: Creation complete after 12s [id=vpc-0a1]",
      { ...CREATED, resource: "aws_vpc.Network_1C6012B5", took: "12s" },
    ],
    [
      'sock-shop  terraform_data.Cluster_Services (Cluster/Services)["catalogue-db"]: Creation complete after 0s [id=1]',
      { ...CREATED, resource: 'Cluster/Services["catalogue-db"]', took: "0s" },
    ],
    [
      "aws_subnet.s[0]: Creation complete after 1m2s [id=subnet-1]",
      { ...CREATED, resource: "aws_subnet.s[0]", took: "1m2s" },
    ],
    [
      "\u001b[1maws_eip.e: Destroying... [id=eipalloc-1]\u001b[0m",
      { kind: "resource", verb: "destroying", resource: "aws_eip.e", took: "" },
    ],
    [
      "mesos  aws_eip.e (Address): Destruction complete after 3s",
      { kind: "resource", verb: "destroyed", resource: "Address", took: "3s" },
    ],
    [
      "aws_instance.i: Modifications complete after 10s [id=i-1]",
      { kind: "resource", verb: "modified", resource: "aws_instance.i", took: "10s" },
    ],
    [
      "sock-shop  null_resource.r (SockShop/Catalogue/Resource) (remote-exec): wait-service: it (says) this: Creating...",
      {
        kind: "output",
        resource: "SockShop/Catalogue/Resource",
        text: "wait-service: it (says) this: Creating...",
      },
    ],
    [
      'terraform_data.t["web"] (local-exec): stop-task: web is stopped',
      { kind: "output", resource: 'terraform_data.t["web"]', text: "stop-task: web is stopped" },
    ],
    [
      "mesos  Apply complete! Resources: 3 added, 0 changed, 0 destroyed.",
      { kind: "summary", text: "Apply complete! Resources: 3 added, 0 changed, 0 destroyed." },
    ],
    [
      "Destroy complete! Resources: 35 destroyed.",
      { kind: "summary", text: "Destroy complete! Resources: 35 destroyed." },
    ],
    [
      "mesos  No changes. Your infrastructure matches the configuration.",
      { kind: "summary", text: "No changes. Your infrastructure matches the configuration." },
    ],
    [
      "Plan: 1 to add, 0 to change, 2 to destroy.",
      { kind: "summary", text: "Plan: 1 to add, 0 to change, 2 to destroy." },
    ],
  ])("understands %j", (line, expected) => {
    expect(deployEvent(line)).toEqual(expected);
  });

  test.each([
    "",
    "Initializing the backend...",
    "  # aws_vpc.v will be created",
    "aws_vpc.v: Still creating... [10s elapsed]",
    "aws_vpc.v: Refreshing state... [id=vpc-1]",
    "aws_vpc.v: Provisioning with 'remote-exec'...",
    "mesos  ⠙  Deploying",
  ])("passes over %j", (line) => {
    expect(deployEvent(line)).toBeUndefined();
  });
});
