import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { TerraformVariable } from "cdktf";

import type { MesosClusterProps } from "../../lib/mesos/mesos-cluster";
import { testCluster, testStack } from "../support/stacks";
import { type Block, resourcesById } from "../support/template";

/** What joins, by the name of its construct. */
function joining(props: Partial<MesosClusterProps> = {}, stack = testStack()): Record<string, Block> {
  testCluster(stack, props);
  const blocks = Object.entries(resourcesById(stack, NullResource));
  return Object.fromEntries(blocks.map(([id, block]) => [/^Cluster_Join_(\w+)_/.exec(id)?.[1], block]));
}

/** `null_resource.Master1` of an address; others as they are. */
function after({ depends_on }: Block): string[] {
  return depends_on.map((address: string) => address.replace(/\.Cluster_(?:Join_)?(\w+)_\w{8}$/, ".$1"));
}

const REACH = [
  "terraform_data.Reachable",
  "aws_route_table_association.Masters_Subnet1_RouteTableAssociation",
  "aws_instance.Masters_Master1_Machine",
];

describe("Join", () => {
  it("is one for every machine, and one for all", () => {
    expect(Object.keys(joining({ masterCount: 3, agentCount: 2 })).sort()).toEqual([
      "Agent1",
      "Agent2",
      "Master1",
      "Master2",
      "Master3",
      "Ready",
    ]);
  });

  it("hands a master its secrets once it has booted, and waits until it is a node", () => {
    const { Master1 } = joining();

    expect(Master1).toMatchObject({
      triggers: { instance_id: "${aws_instance.Cluster_Masters_Master1_Machine_F7169687.id}" },
      connection: {
        host: "${aws_eip.Cluster_Masters_Master1_Address_5774613C.public_ip}",
        user: "ubuntu",
        private_key: '${file(pathexpand("~/.ssh/demo"))}',
      },
      provisioner: [
        {
          "remote-exec": {
            inline: [
              "set -eu",
              "mkdir -p -m 700 .cdktf-mesos",
              "sudo timeout 900 cloud-init status --wait >/dev/null || [ $? -ne 1 ] || sudo /opt/cdktf-mesos/bin/boot-node",
            ],
          },
        },
        {
          file: {
            content: expect.stringMatching(/^WEAVE_PASSWORD=.*\nZOOKEEPER_SECRET=/),
            destination: ".cdktf-mesos/join.env",
          },
        },
        {
          "remote-exec": {
            inline: [
              "set -eu",
              'sudo /opt/cdktf-mesos/bin/join-node "$HOME/.cdktf-mesos/join.env"',
              "sudo /opt/cdktf-mesos/bin/node-status --wait 900",
            ],
          },
        },
      ],
    });
    expect(Object.keys(Master1.triggers)).toEqual(["instance_id"]);
    expect(after(Master1)).toEqual(REACH);
  });

  it("does so for an agent once the masters have joined, which it needs", () => {
    const { Agent1 } = joining();

    expect(Agent1.connection.host).toBe("${aws_instance.Cluster_Agents_Agent1_701C7305.public_ip}");
    expect(Agent1.triggers).toEqual({
      instance_id: "${aws_instance.Cluster_Agents_Agent1_701C7305.id}",
    });
    expect(Agent1.provisioner[1].file.content).toMatch(/^WEAVE_PASSWORD=.*\nMESOS_AGENT_SECRET=/);
    expect(after(Agent1)).toEqual([...REACH, "null_resource.Master1"]);
  });

  it("then waits for the whole cluster, again whenever a machine came or went", () => {
    const { Ready } = joining({ masterCount: 3, agentCount: 2 });

    expect(Object.keys(Ready.triggers)).toEqual(["agent_1", "agent_2", "master_1", "master_2", "master_3"]);
    expect(Ready.triggers.agent_2).toBe("${aws_instance.Cluster_Agents_Agent2_E7449807.id}");
    expect(Ready.connection.host).toBe("${aws_eip.Cluster_Masters_Master1_Address_5774613C.public_ip}");
    expect(Ready.provisioner).toEqual([
      { "remote-exec": { inline: ["sudo /opt/cdktf-mesos/bin/cluster-status --wait 900 2 3"] } },
    ]);
    expect(after(Ready)).toEqual(
      ["Master1", "Master2", "Master3", "Agent1", "Agent2"].map((name) => `null_resource.${name}`),
    );
  });

  it("waits as long as it is told", () => {
    const blocks = Object.values(joining({ startTimeoutSec: 120 }));
    const text = JSON.stringify(blocks.map(({ provisioner }) => provisioner));

    expect(text.match(/timeout 120 cloud-init|--wait 120/g)).toHaveLength(4 * 2 + 1);
    expect(text).not.toContain("900");
  });

  it("derives secrets from what it is given, and hands agents credentials for registries", () => {
    const stack = testStack();
    const [clusterSecret, registryAuth] = ["secret", "auth"].map(
      (name) => new TerraformVariable(stack, name, { type: "string", sensitive: true }).stringValue,
    );
    const { Master1, Agent1 } = joining({ clusterSecret, registryAuth }, stack);
    const [master, agent] = [Master1, Agent1].map(({ provisioner }) => provisioner[1].file.content);

    expect(master).toContain('"${sha256("mesos-dns:${sensitive(coalesce(var.secret, sha256(');
    expect(master).not.toContain("var.auth");
    expect(agent).toContain('REGISTRY_AUTH_JSON="${base64encode(var.auth)}"');
  });

  it("names secrets in nothing that prints or is kept", () => {
    const blocks = Object.values(joining());
    const loud = blocks.map(({ triggers, provisioner }) => [
      triggers,
      provisioner.map((block: Block) => block["remote-exec"]),
    ]);

    expect(blocks).toHaveLength(5);
    expect(JSON.stringify(loud)).not.toMatch(/sha256|sensitive|file\(/);
  });
});
