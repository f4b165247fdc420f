import { Eip } from "@cdktf/provider-aws/lib/eip";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Instance } from "@cdktf/provider-aws/lib/instance";
import { NetworkInterface } from "@cdktf/provider-aws/lib/network-interface";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { TerraformOutput, type TerraformStack } from "cdktf";

import { MachineImage } from "../../lib/machine/machine-image";
import type { MesosClusterProps } from "../../lib/mesos/mesos-cluster";
import { TerraformData } from "../../lib/private/terraform-data";
import { NatGateways } from "../../lib/network/network";
import { testCluster, testNetwork, testStack } from "../support/stacks";
import { allResources, type Block, configurationOf, resourcesById, resourcesOf } from "../support/template";

/** Types that AWS has no tags for. */
const UNTAGGABLE = ["aws_route", "aws_route_table_association", "null_resource", "terraform_data"];

function synthesized(props: Partial<MesosClusterProps> = {}): TerraformStack {
  const stack = testStack();
  testCluster(stack, props);
  return stack;
}

function tags(part: string): Record<string, string> {
  return { Name: `demo-${part}`, "cdktf-mesos:cluster": "demo" };
}

/** Resources of a type below the cluster. */
function ofCluster(stack: TerraformStack, binding: { readonly tfResourceType: string }): Block[] {
  return Object.entries(resourcesById(stack, binding))
    .filter(([id]) => id.startsWith("Cluster_"))
    .map(([, block]) => block);
}

function instancesNamed(stack: TerraformStack, prefix: string): Block[] {
  const blocks: Block[] = resourcesOf(stack, Instance);
  return blocks.filter(({ tags: { Name } }) => Name.startsWith(`demo-${prefix}-`));
}

/** `Network_Public_Zone1` of `${aws_subnet.Network_Public_Zone1_1982156B.id}`. */
function shortName(reference: string): string {
  return reference.replace(/^\$\{[a-z_]+\.(.*)_[0-9A-F]{8}\.\w+\}$/, "$1");
}

describe("MesosCluster", () => {
  describe("masters", () => {
    test.each([
      [1, ["10.0.0.4"], "zk://10.0.0.4:2181/mesos"],
      [3, ["10.0.0.4", "10.0.0.20", "10.0.0.5"], "zk://10.0.0.4:2181,10.0.0.20:2181,10.0.0.5:2181/mesos"],
      [
        5,
        ["10.0.0.4", "10.0.0.20", "10.0.0.5", "10.0.0.21", "10.0.0.6"],
        "zk://10.0.0.4:2181,10.0.0.20:2181,10.0.0.5:2181,10.0.0.21:2181,10.0.0.6:2181/mesos",
      ],
    ])("%i have addresses that are known at synth", (masterCount, addresses, url) => {
      const stack = testStack();
      const { masterAddresses, masterUrl, masters } = testCluster(stack, { masterCount });
      const interfaces = resourcesOf(stack, NetworkInterface);

      expect([masterAddresses, masterUrl]).toEqual([addresses, url]);
      expect(interfaces.flatMap(({ private_ips }) => private_ips)).toEqual(addresses);
      expect(masters).toHaveLength(masterCount);
    });

    it("are one by default", () => {
      expect(instancesNamed(synthesized(), "master")).toHaveLength(1);
    });

    it("have subnets of their own, one a zone in use, with the routes of its public one", () => {
      const stack = synthesized({ masterCount: 3 });

      expect(ofCluster(stack, Subnet)).toEqual([
        {
          vpc_id: "${aws_vpc.Network_1C6012B5.id}",
          availability_zone: "eu-west-1a",
          cidr_block: "10.0.0.0/28",
          tags: tags("masters-1"),
        },
        {
          vpc_id: "${aws_vpc.Network_1C6012B5.id}",
          availability_zone: "eu-west-1b",
          cidr_block: "10.0.0.16/28",
          tags: tags("masters-2"),
        },
      ]);
      expect(
        ofCluster(stack, RouteTableAssociation).map(({ route_table_id }) => shortName(route_table_id)),
      ).toEqual(["Network_Public_RouteTable", "Network_Public_RouteTable"]);
    });

    it("stand on interfaces and Elastic IPs that outlive them", () => {
      const stack = synthesized();

      expect(resourcesOf(stack, NetworkInterface)).toEqual([
        {
          subnet_id: expect.stringContaining("Cluster_Masters_Subnet1_"),
          private_ips: ["10.0.0.4"],
          security_groups: [expect.stringContaining("Cluster_Firewall_Masters_")],
          description: "demo master-1",
          tags: tags("master-1"),
        },
      ]);
      expect(resourcesOf(stack, Eip)).toEqual([
        {
          domain: "vpc",
          network_interface: expect.stringContaining("Cluster_Masters_Master1_Interface_"),
          depends_on: [
            expect.stringContaining("aws_route.Network_Public_InternetRoute_"),
            expect.stringContaining("aws_route_table_association.Network_Public_Zone1_"),
            expect.stringContaining("aws_route_table_association.Network_Public_Zone2_"),
          ],
          tags: tags("master-1"),
        },
      ]);
      expect(instancesNamed(stack, "master")[0].primary_network_interface).toEqual({
        network_interface_id: expect.stringContaining("Cluster_Masters_Master1_Interface_"),
      });
    });
  });

  describe("agents", () => {
    it("go round the zones", () => {
      const stack = testStack();
      testCluster(stack, { network: testNetwork(stack, { zones: 3 }), agentCount: 4 });

      expect(instancesNamed(stack, "agent").map(({ subnet_id }) => shortName(subnet_id))).toEqual([
        "Network_Public_Zone1",
        "Network_Public_Zone2",
        "Network_Public_Zone3",
        "Network_Public_Zone1",
      ]);
    });

    it("keep their places when their number changes", () => {
      const [two, four] = [2, 4].map((agentCount) => resourcesById(synthesized({ agentCount }), Instance));

      expect(four).toMatchObject(two as object);
    });

    it("are three by default", () => {
      expect(instancesNamed(synthesized(), "agent")).toHaveLength(3);
    });

    test.each([1, 5, 50])(
      "are %i when asked for so many, each with the same text of user-data",
      (agentCount) => {
        const agents = instancesNamed(synthesized({ agentCount }), "agent");

        expect(agents).toHaveLength(agentCount);
        expect(new Set(agents.map(({ user_data_base64 }) => user_data_base64)).size).toBe(1);
      },
    );
  });

  describe("machines", () => {
    const stack = synthesized({ agentCount: 1 });
    const common = {
      ami: "${data.aws_ami.Cluster_Image_2FE3EBEC.id}",
      key_name: "demo-key",
      iam_instance_profile: "${aws_iam_instance_profile.Cluster_InstanceProfile_B21F4098.name}",
      metadata_options: { http_endpoint: "enabled", http_tokens: "required", http_put_response_hop_limit: 1 },
      user_data_base64: expect.stringMatching(/^H4sI[A-Za-z0-9+/]+=*$/),
      lifecycle: { ignore_changes: ["ami", "user_data", "user_data_base64", "availability_zone"] },
    };
    const volume = { volume_type: "gp3", encrypted: true, delete_on_termination: true };

    it("are masters of this kind", () => {
      expect(instancesNamed(stack, "master")).toEqual([
        {
          ...common,
          instance_type: "t3.small",
          primary_network_interface: { network_interface_id: expect.any(String) },
          root_block_device: { ...volume, volume_size: 20, tags: tags("master-1") },
          tags: tags("master-1"),
          depends_on: [
            expect.stringContaining("terraform_data.Cluster_Reachable_"),
            expect.stringContaining("aws_eip.Cluster_Masters_Master1_Address_"),
          ],
        },
      ]);
    });

    it("are agents of this kind", () => {
      expect(instancesNamed(stack, "agent")).toEqual([
        {
          ...common,
          instance_type: "t3.large",
          subnet_id: expect.stringContaining("Network_Public_Zone1_"),
          vpc_security_group_ids: [expect.stringContaining("Cluster_Firewall_Agents_")],
          associate_public_ip_address: true,
          root_block_device: { ...volume, volume_size: 50, tags: tags("agent-1") },
          tags: tags("agent-1"),
          depends_on: [expect.stringContaining("terraform_data.Cluster_Reachable_")],
        },
      ]);
    });

    it("are of the types and the image they are asked for", () => {
      const other = testStack();
      const image = MachineImage.fromId("ami-1", "core");
      const cluster = testCluster(other, { masterType: "m5.large", agentType: "c5.xlarge", image });
      const kinds = resourcesOf(other, Instance).map(({ ami, instance_type }) => [ami, instance_type]);

      expect(kinds).toEqual([
        ["ami-1", "c5.xlarge"],
        ["ami-1", "c5.xlarge"],
        ["ami-1", "c5.xlarge"],
        ["ami-1", "m5.large"],
      ]);
      expect(cluster.sshUser).toBe("core");
    });

    it("have no rights in AWS", () => {
      expect(resourcesOf(stack, IamRole)).toEqual([
        {
          name_prefix: "demo-node-",
          description: "Machines of the Mesos cluster demo; no rights",
          assume_role_policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
            ],
          }),
          tags: tags("node"),
        },
      ]);
      expect(resourcesOf(stack, IamInstanceProfile)).toEqual([
        {
          name_prefix: "demo-node-",
          role: "${aws_iam_role.Cluster_InstanceProfile_Role_C6C31EA1.name}",
          tags: tags("node"),
        },
      ]);
      expect(allResources(stack).filter(({ type }) => /^aws_iam_.*(?:policy|attachment)/.test(type))).toEqual(
        [],
      );
    });

    it("are made only once the firewall and the routes are there, which stay as long as they do", () => {
      const { rules, internet } = reachable(stack);

      expect(rules).toHaveLength(2 * 19 + 2 + 4);
      expect(internet).toHaveLength(3);
    });

    function reachable(of: TerraformStack): { rules: string[]; internet: string[] } {
      const { depends_on }: { depends_on: string[] } =
        configurationOf(of).resource.terraform_data.Cluster_Reachable_4E0735A2;
      return {
        rules: depends_on.filter((name) => /^aws_vpc_security_group_(?:in|e)gress_rule\./.test(name)),
        internet: depends_on.filter((name) => /^aws_route(?:_table_association)?\.Network_/.test(name)),
      };
    }
  });

  describe("without public addresses", () => {
    const stack = testStack();
    const network = testNetwork(stack, { natGateways: NatGateways.ONE_PER_ZONE });
    const cluster = testCluster(stack, { network, masterCount: 3, agentCount: 2 });
    new TerraformOutput(stack, "hosts", {
      value: [...cluster.masters, ...cluster.agents].map(({ host }) => host),
    });

    it("has no Elastic IPs but those of the NAT gateways", () => {
      expect(Object.keys(resourcesById(stack, Eip)).filter((id) => !id.includes("_Nat"))).toEqual([]);
    });

    it("is where private subnets are, with the private routes of each zone", () => {
      expect(instancesNamed(stack, "agent").map(({ subnet_id }) => shortName(subnet_id))).toEqual([
        "Network_Private_Zone1",
        "Network_Private_Zone2",
      ]);
      expect(
        ofCluster(stack, RouteTableAssociation).map(({ route_table_id }) => shortName(route_table_id)),
      ).toEqual(["Network_Private_RouteTable1", "Network_Private_RouteTable2"]);
      expect(instancesNamed(stack, "agent").map((agent) => agent.associate_public_ip_address)).toEqual([
        false,
        false,
      ]);
    });

    it("is reached by private addresses", () => {
      expect(configurationOf(stack).output.hosts.value).toEqual([
        "10.0.0.4",
        "10.0.0.20",
        "10.0.0.5",
        "${aws_instance.Cluster_Agents_Agent1_701C7305.private_ip}",
        "${aws_instance.Cluster_Agents_Agent2_E7449807.private_ip}",
      ]);
    });

    it("can be had in a network that has both", () => {
      const other = testStack();
      const both = testNetwork(other, { privateSubnets: true });
      testCluster(other, { network: both, publicAddresses: true, agentCount: 1 });

      expect(shortName(instancesNamed(other, "agent")[0].subnet_id)).toBe("Network_Public_Zone1");
    });
  });

  describe("attributes", () => {
    it("are addresses by which the machines are reached, and by which they reach each other", () => {
      const stack = testStack();
      const cluster = testCluster(stack, { agentCount: 1 });
      const { masters, agents, agentAddresses, clusterName, sshUser } = cluster;
      new TerraformOutput(stack, "facts", {
        value: { masters, agents, agentAddresses, clusterName, sshUser },
      });

      expect(configurationOf(stack).output.facts.value).toEqual({
        clusterName: "demo",
        sshUser: "ubuntu",
        masters: [
          {
            host: "${aws_eip.Cluster_Masters_Master1_Address_5774613C.public_ip}",
            instanceId: "${aws_instance.Cluster_Masters_Master1_Machine_F7169687.id}",
          },
        ],
        agents: [
          {
            host: "${aws_instance.Cluster_Agents_Agent1_701C7305.public_ip}",
            instanceId: "${aws_instance.Cluster_Agents_Agent1_701C7305.id}",
          },
        ],
        agentAddresses: ["${aws_instance.Cluster_Agents_Agent1_701C7305.private_ip}"],
      });
    });

    it("say what is there once the cluster is ready", () => {
      const stack = testStack();
      const cluster = testCluster(stack);
      new TerraformData(stack, "After", { dependsOn: cluster.ready });

      expect(configurationOf(stack).resource.terraform_data.After.depends_on).toEqual([
        expect.stringMatching(/^null_resource\.Cluster_Join_Ready_\w+$/),
      ]);
    });
  });

  it("marks everything that can be marked with the cluster and its name", () => {
    const stack = testStack();
    const network = testNetwork(stack, { natGateways: NatGateways.ONE });
    testCluster(stack, { network, masterCount: 3, publicAddresses: true });
    const taggable = allResources(stack).filter(({ type }) => !UNTAGGABLE.includes(type));
    const unmarked = taggable.filter(
      ({ block: { tags: marks } }) =>
        !marks?.Name?.startsWith("demo-") || marks["cdktf-mesos:cluster"] !== "demo",
    );

    expect(taggable.length).toBeGreaterThan(60);
    expect(unmarked.map(({ type, id }) => `${type}.${id}`)).toEqual([]);
  });

  it("grows with its agents, which join it, and with nothing else", () => {
    const [few = [], many = []] = [3, 30].map((agentCount) => allResources(synthesized({ agentCount })));
    const [without, beyond] = [few, many].map((resources) => resources.map(({ type }) => type).sort());
    const grown = Array.from({ length: 27 }, () => ["aws_instance", "null_resource"]).flat();

    expect(beyond).toEqual([...(without as string[]), ...grown].sort());
  });
});
