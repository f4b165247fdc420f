import { TerraformStack, TerraformVariable } from "cdktf";

import { MachineImage } from "../../lib/machine/machine-image";
import { MesosTask } from "../../lib/mesos/mesos-task";
import { Network } from "../../lib/network/network";
import { importedCluster, testApp, testCluster, testStack } from "../support/stacks";
import { Instance } from "@cdktf/provider-aws/lib/instance";
import { resourcesOf } from "../support/template";

const BAD_IDS = ["", "a b", '${file("/etc/passwd")}', "%{ x", "é"];

function idRefusal(property: string, value: string): string {
  return `'${property}' must be an id of letters, digits and ._:/-, got ${JSON.stringify(value)}; copy it from AWS`;
}

describe("ids of things that are there already", () => {
  const attributes = {
    vpcId: "vpc-1",
    vpcCidr: "10.0.0.0/16",
    reservedCidr: "10.0.0.0/20",
    availabilityZones: ["eu-west-1a"],
    publicSubnetIds: ["subnet-1"],
    publicRouteTableIds: ["rtb-1"],
  };

  it.each(BAD_IDS)("fail for %j", (id) => {
    const network = (changes: object) => () =>
      Network.fromAttributes(testStack(), "Network", { ...attributes, ...changes });

    expect(network({ vpcId: id })).toThrow(idRefusal("vpcId", id));
    expect(network({ availabilityZones: [id] })).toThrow(idRefusal("availabilityZones", id));
    expect(network({ publicSubnetIds: [id] })).toThrow(idRefusal("publicSubnetIds", id));
    expect(network({ publicRouteTableIds: [id] })).toThrow(idRefusal("publicRouteTableIds", id));
    expect(() => testCluster(testStack(), { image: MachineImage.fromId(id, "core") })).toThrow(
      `test/Cluster: ${idRefusal("image", id)}`,
    );
    expect(() => importedCluster(testStack(), { masters: [{ host: "10.0.0.4", instanceId: id }] })).toThrow(
      `test/Cluster: ${idRefusal("masters.instanceId", id)}`,
    );
  });

  it("fail as a list only Terraform knows", () => {
    const stack = testStack();
    const publicSubnetIds = new TerraformVariable(stack, "ids", { type: "list(string)" }).listValue;

    expect(() => Network.fromAttributes(stack, "Network", { ...attributes, publicSubnetIds })).toThrow(
      "test/Network: 'publicSubnetIds' must be a list known at synth, got a token; " +
        "give the list itself, its entries may be tokens",
    );
  });
});

describe("hosts that are there already", () => {
  it("fail when one is named twice", () => {
    const masters = [{ host: "10.0.0.4" }, { host: "10.0.0.5" }, { host: "10.0.0.4" }];

    expect(() => importedCluster(testStack(), { masters })).toThrow(
      new Error(`test/Cluster: 'masters' must name each host once, got "10.0.0.4" again`),
    );
  });

  it.each(["", "zk://a b", "zk://a\n", "é"])("fail with the master URL %j", (masterUrl) => {
    expect(() => importedCluster(testStack(), { masterUrl })).toThrow(
      new Error(
        `test/Cluster: 'masterUrl' must be what mesos-execute takes as --master, like "zk://10.0.0.4:2181/mesos", got ${JSON.stringify(masterUrl)}`,
      ),
    );
  });

  it.each(["/..", "/opt/../etc", "/opt/./x", "/opt/"])("fail with the directory %j", (directory) => {
    expect(() => importedCluster(testStack(), { directory })).toThrow(
      `'directory' must be an absolute path of letters, digits, dots, hyphens and underscores, got ${JSON.stringify(directory)}`,
    );
  });
});

describe("a cluster nobody could use", () => {
  it("fails without a network of administrators", () => {
    expect(() => testCluster(testStack(), { adminCidrs: [] })).toThrow(
      new Error(
        `test/Cluster: 'adminCidrs' must hold at least one network like "203.0.113.7/32", got []; nobody could reach the machines`,
      ),
    );
  });

  it.each(["", " a", "a\n", "é", "x".repeat(256)])("fails with the key pair %j", (keyName) => {
    expect(() => testCluster(testStack(), { keyName })).toThrow(
      new Error(
        `test/Cluster: 'keyName' must be the name of a key pair, 1 to 255 printable ASCII characters, got ${JSON.stringify(keyName)}`,
      ),
    );
  });

  it("hands on a key pair's name as it is", () => {
    const stack = testStack();
    testCluster(stack, { keyName: "my ${key} %{ one" });

    expect(resourcesOf(stack, Instance).map((instance) => instance.key_name)).toEqual(
      resourcesOf(stack, Instance).map(() => "my $${key} %%{ one"),
    );
  });
});

describe("a task", () => {
  it.each(["command", "args"] as const)("fails with a %s only Terraform knows", (property) => {
    const stack = testStack();
    const list = new TerraformVariable(stack, "list", { type: "list(string)" }).listValue;
    const cluster = importedCluster(stack);

    expect(
      () => new MesosTask(stack, "Web", { cluster, taskName: "web", image: "web:1", [property]: list }),
    ).toThrow(
      new Error(
        `test/Web: '${property}' must be a list known at synth, got a token; give the list itself, its texts may be tokens`,
      ),
    );
  });

  it.each([{ cpus: Infinity }, { memoryMiB: Infinity }])("fails with %p", (props) => {
    const stack = testStack();

    expect(
      () =>
        new MesosTask(stack, "Web", {
          cluster: importedCluster(stack),
          taskName: "web",
          image: "web:1",
          ...props,
        }),
    ).toThrow("got Infinity");
  });

  it("fails with a cluster of another stack", () => {
    const app = testApp();
    const cluster = importedCluster(new TerraformStack(app, "mesos"));
    const other = new TerraformStack(app, "other");

    expect(() => new MesosTask(other, "Web", { cluster, taskName: "web", image: "web:1" })).toThrow(
      new Error(
        `other/Web: 'cluster' must be of the stack "other", got one of "mesos"; import it into this stack by MesosCluster.fromAttributes`,
      ),
    );
  });
});
