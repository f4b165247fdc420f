import { TerraformVariable } from "cdktf";

import type { MesosClusterProps } from "../../lib/mesos/mesos-cluster";
import { Network } from "../../lib/network/network";
import { testCluster, testNetwork, testStack } from "../support/stacks";

function refusal(props: Partial<MesosClusterProps>, stack = testStack()): unknown {
  try {
    testCluster(stack, props);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

describe("planCluster", () => {
  test.each([
    ["t3.large", { cpus: 2, memoryMiB: 6144 }],
    ["m5.xlarge", { cpus: 4, memoryMiB: 13312 }],
  ])("knows what of a %s tasks may use", (agentType, resources) => {
    expect(testCluster(testStack(), { agentType }).agentResources).toEqual(resources);
  });

  it("takes the resources it is told instead, of any type", () => {
    const agentResources = { cpus: 1, memoryMiB: 512 };

    expect(testCluster(testStack(), { agentType: "x1.large", agentResources }).agentResources).toEqual(
      agentResources,
    );
  });
});

describe("validateOwnerName", () => {
  it("fails when the cluster's name is over-long", () => {
    expect(refusal({ clusterName: "a".repeat(33) })).toBe(
      `test/Cluster: 'clusterName' must have at most 32 characters, got "${"a".repeat(33)}"`,
    );
  });

  it("fails when the cluster's name is ill-formed", () => {
    expect(refusal({ clusterName: "demo_1" })).toBe(
      `test/Cluster: 'clusterName' must be lower-case letters, digits and hyphens, begin with a letter and not end in a hyphen, got "demo_1"`,
    );
  });
});

describe("validateMasterCount", () => {
  test.each([
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 5],
    [-1, 1],
    [1.5, 3],
  ])("fails when masterCount is %d", (masterCount, use) => {
    expect(refusal({ masterCount })).toBe(
      `test/Cluster: 'masterCount' must be 1, 3 or 5 so that ZooKeeper can form a majority, got ${masterCount}; use ${use}`,
    );
  });

  it("fails when several masters would share one zone", () => {
    const stack = testStack();

    expect(refusal({ masterCount: 3, network: testNetwork(stack, { zones: 1 }) }, stack)).toBe(
      "test/Cluster: 'network' must span at least 2 zones for 3 masters, got 1; raise its 'zones', or use 1 master",
    );
  });
});

describe("validateAgentCount", () => {
  test.each([0, -1, 2.5, NaN])("fails when agentCount is %d", (agentCount) => {
    expect(refusal({ agentCount })).toBe(
      `test/Cluster: 'agentCount' must be a whole number from 1, got ${agentCount}`,
    );
  });
});

describe("validateInstanceType", () => {
  test.each(["masterType", "agentType"])("fails when %s is Arm", (property) => {
    expect(refusal({ [property]: "t4g.large" })).toBe(
      `test/Cluster: '${property}' must be an x86-64 instance type, got "t4g.large", which is Arm; ` +
        "Mesos, Weave and the Sock Shop images are built for amd64 only",
    );
  });

  test.each(["large", "t3.large ", "T3.large", "", "t3.large\n", "${x}.large"])(
    "fails when a type is %j",
    (masterType) => {
      expect(refusal({ masterType })).toBe(
        `test/Cluster: 'masterType' must be an instance type like "t3.large", got ${JSON.stringify(masterType)}`,
      );
    },
  );

  it("fails when a type is a token", () => {
    const stack = testStack();
    const agentType = new TerraformVariable(stack, "type", { type: "string" }).stringValue;

    expect(refusal({ agentType }, stack)).toBe(
      "test/Cluster: 'agentType' must be known at synth, got a token; give the type itself",
    );
  });
});

describe("validateResources", () => {
  test.each([
    ["cpus", { cpus: 0, memoryMiB: 512 }, 0],
    ["cpus", { cpus: NaN, memoryMiB: 512 }, NaN],
    ["memoryMiB", { cpus: 1, memoryMiB: -1 }, -1],
    ["memoryMiB", { cpus: 1, memoryMiB: Infinity }, Infinity],
  ])("fails when agentResources' %s is out of range: %j", (property, agentResources, got) => {
    expect(refusal({ agentResources })).toBe(
      `test/Cluster: 'agentResources.${property}' must be a number above 0, got ${got}`,
    );
  });

  it("fails when the size of the agents' type is not known", () => {
    expect(refusal({ agentType: "x1.large" })).toBe(
      `test/Cluster: 'agentResources' must be given for the instance type "x1.large", whose size is not known; ` +
        "say how many cpus and MiB tasks may use",
    );
  });

  it("fails when the agents' type leaves no memory for tasks", () => {
    expect(refusal({ agentType: "t3.micro" })).toBe(
      `test/Cluster: 'agentType' must leave memory for tasks, got "t3.micro", whose 1024 MiB the system, Mesos and ` +
        "Weave need; use a larger type",
    );
  });
});

describe("validateSubnets", () => {
  it("fails when private addresses are asked for where there are no private subnets", () => {
    expect(refusal({ publicAddresses: false })).toBe(
      "test/Cluster: 'publicAddresses' is false, but the network test/Network has no private subnets",
    );
  });

  it("fails when public addresses are asked for where there are no public subnets", () => {
    const stack = testStack();
    const network = Network.fromAttributes(stack, "Own", {
      vpcId: "vpc-1",
      vpcCidr: "10.0.0.0/16",
      reservedCidr: "10.0.255.0/26",
      availabilityZones: ["eu-west-1a"],
      privateSubnetIds: ["subnet-1"],
      privateRouteTableIds: ["rtb-1"],
    });

    expect(refusal({ network, publicAddresses: true }, stack)).toBe(
      "test/Cluster: 'publicAddresses' is true, but the network test/Own has no public subnets",
    );
  });
});

describe("validateCidrs", () => {
  test.each(["0.0.0.0", "203.0.113.7/24", "everywhere", ""])("fails when adminCidrs holds %j", (cidr) => {
    expect(refusal({ adminCidrs: ["203.0.113.0/24", cidr] })).toBe(
      `test/Cluster: 'adminCidrs' must hold networks like "203.0.113.7/32", got ${JSON.stringify(cidr)}`,
    );
  });

  it("fails when a network that shall reach the agents is none", () => {
    const cluster = testCluster(testStack());

    expect(() => cluster.allowToAgents("Shop", 80, ["all"], "the shop")).toThrow(
      new Error(`test/Cluster: 'cidrs' must hold networks like "203.0.113.7/32", got "all"`),
    );
  });

  it("leaves tokens to the variable's own validation", () => {
    const stack = testStack();
    const list = new TerraformVariable(stack, "list", { type: "list(string)" }).listValue;
    const one = new TerraformVariable(stack, "one", { type: "string" }).stringValue;

    expect(refusal({ adminCidrs: list }, stack)).toBeUndefined();
    expect(refusal({ adminCidrs: [one, "203.0.113.0/24"] })).toBeUndefined();
  });
});

describe("validateSecret", () => {
  test.each(["clusterSecret", "registryAuth"])(
    "fails when %s is a text, which it does not tell",
    (property) => {
      expect(refusal({ [property]: "hunter2" })).toBe(
        `test/Cluster: '${property}' must be a Terraform value, got a text that would stand in the configuration; use a variable`,
      );
    },
  );
});

describe("validateStartTimeout", () => {
  test.each([59, 0, -1, 60.5, 86401, NaN])("fails when startTimeoutSec is %d", (startTimeoutSec) => {
    expect(refusal({ startTimeoutSec })).toBe(
      `test/Cluster: 'startTimeoutSec' must be a whole number from 60 to 86400, got ${startTimeoutSec}`,
    );
  });
});

describe("artifactsFile", () => {
  it("fails by the path of the cluster", () => {
    expect(refusal({ artifacts: { weave: [] } })).toBe(
      "test/Cluster: 'artifacts.weave' must hold at least one source, got []; leave it out for the default",
    );
    expect(refusal({ artifactMirror: "mirror" })).toBe(
      `test/Cluster: 'artifactMirror' must be a literal URL like "https://mirror.example.com/files", got "mirror"`,
    );
  });
});
