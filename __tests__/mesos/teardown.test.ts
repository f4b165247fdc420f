import { join } from "node:path";

import { TerraformVariable } from "cdktf";

import { MesosTask } from "../../lib/mesos/mesos-task";
import type { MesosClusterAttributes } from "../../lib/mesos/imported-cluster";
import { directoryHash } from "../../lib/private/hash";
import { importedCluster, testCluster, testStack } from "../support/stacks";
import { type Block, configurationOf } from "../support/template";

const SCRIPTS = directoryHash(join(__dirname, "../../lib/mesos/teardown"));

const COMMAND = `bash "\${path.module}/assets/Cluster_Launcher_Teardown_Script_47089CB2/${SCRIPTS}/bin/on-masters"`;

function teardown(attributes: Partial<MesosClusterAttributes>, ...taskNames: string[]): Block {
  const stack = testStack();
  const cluster = importedCluster(stack, attributes);
  for (const taskName of taskNames) new MesosTask(stack, taskName, { cluster, taskName, image: "nginx" });
  const resources: Record<string, Block> = configurationOf(stack).resource.terraform_data;
  return {
    launcher: resources.Cluster_Launcher_Teardown_Launcher_0346662B,
    services: resources.Cluster_Launcher_Teardown_Services_305ADF24,
  };
}

function destroyer(command: string): object {
  return {
    "local-exec": {
      when: "destroy",
      command: `${COMMAND} ${command}`,
      environment: {
        LAUNCHER_HOSTS: "${self.output.hosts}",
        LAUNCHER_USER: "${self.output.user}",
        LAUNCHER_PORT: "${self.output.port}",
        LAUNCHER_KEY_FILE: "${self.output.key_file}",
        LAUNCHER_BASTION: "${self.output.bastion}",
        LAUNCHER_ROOT: "${self.output.root}",
      },
    },
  };
}

const INPUT = {
  hosts: "198.51.100.1 198.51.100.2",
  user: "admin",
  port: 22,
  key_file: "/keys/demo",
  bastion: "",
  root: "/opt/cdktf-mesos/launcher",
};

describe("Teardown", () => {
  it("stops each service with what was stored last, before it removes the launcher", () => {
    expect(teardown({}, "web", "db").services).toEqual({
      for_each: { web: "web", db: "db" },
      input: { ...INPUT, service: "${each.key}" },
      provisioner: [destroyer('stop-service "${self.output.service}"')],
      depends_on: ["terraform_data.Cluster_Launcher_Teardown_Launcher_0346662B"],
    });
  });

  it("removes the launcher from the masters", () => {
    expect(teardown({}).launcher).toEqual({
      input: { ...INPUT, service: "" },
      provisioner: [destroyer("uninstall-launcher")],
      depends_on: [],
    });
  });

  it("is there also when there are no services, so that the last one that goes is stopped", () => {
    const stack = testStack();
    testCluster(stack);

    expect(
      configurationOf(stack).resource.terraform_data.Cluster_Launcher_Teardown_Services_305ADF24,
    ).toMatchObject({
      for_each: {},
      provisioner: [destroyer('stop-service "${self.output.service}"')],
    });
    expect(teardown({}).services.for_each).toEqual({});
  });

  it("knows the bastion", () => {
    const ssh = { privateKeyFile: "~/k", bastionHost: "bastion.example", port: 2222, user: "core" };

    expect(teardown({ ssh }).services.input).toMatchObject({
      bastion: "bastion.example",
      port: 2222,
      user: "core",
      key_file: "~/k",
    });
  });

  it("follows hosts that Terraform knows", () => {
    const stack = testStack();
    const host = new TerraformVariable(stack, "host", {}).stringValue;
    importedCluster(stack, { masters: [{ host }, { host: "198.51.100.2" }] });

    expect(
      configurationOf(stack).resource.terraform_data.Cluster_Launcher_Teardown_Services_305ADF24.input.hosts,
    ).toBe("${var.host} 198.51.100.2");
  });

  it("contacts nothing when the masters shall be forgotten", () => {
    const { services, launcher } = teardown({ forget: true }, "web");

    expect([services.provisioner ?? [], launcher.provisioner ?? []]).toEqual([[], []]);
    expect(services.for_each).toEqual({ web: "web" });
  });

  it("keeps the way to the masters of a cluster of ours until it is done", () => {
    const stack = testStack();
    testCluster(stack, { agentCount: 1 });

    expect(
      configurationOf(stack).resource.terraform_data.Cluster_Launcher_Teardown_Services_305ADF24.depends_on,
    ).toEqual([
      expect.stringContaining("null_resource.Cluster_Join_Ready_"),
      expect.stringContaining("terraform_data.Cluster_Launcher_Teardown_Agents_"),
    ]);
  });

  it("empties an agent that goes or is replaced while its machine and the masters are still there", () => {
    const stack = testStack();
    testCluster(stack, { agentCount: 2 });
    const { Cluster_Launcher_Teardown_Agents_2CDE8966: agents } =
      configurationOf(stack).resource.terraform_data;

    const [first, second] = ["Agent1_701C7305", "Agent2_E7449807"].map((agent) => ({
      instance: `\${aws_instance.Cluster_Agents_${agent}.id}`,
      address: `\${aws_instance.Cluster_Agents_${agent}.private_ip}`,
    }));
    expect(agents).toMatchObject({
      for_each: { 1: first, 2: second },
      triggers_replace: { instance: "${each.value.instance}" },
      input: { address: "${each.value.address}", root: "/opt/cdktf-mesos/launcher" },
      provisioner: [
        destroyer(
          'drain-agent "${self.output.address}" || echo "its tasks end with the machine, and are started elsewhere once it is missed"',
        ),
      ],
      depends_on: [expect.stringContaining("null_resource.Cluster_Join_Ready_")],
    });
  });

  it("empties no agent of a cluster that is forgotten, and none of hosts that are there already", () => {
    const stack = testStack();
    testCluster(stack, { forget: true });
    const { Cluster_Launcher_Teardown_Agents_2CDE8966: agents } =
      configurationOf(stack).resource.terraform_data;
    expect(agents.provisioner).toBeUndefined();

    const imported = testStack();
    importedCluster(imported, {});
    expect(Object.keys(configurationOf(imported).resource.terraform_data)).toEqual([
      expect.stringContaining("Cluster_Launcher_Teardown_Launcher_"),
      expect.stringContaining("Cluster_Launcher_Teardown_Services_"),
    ]);
  });
});
