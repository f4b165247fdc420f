import { describeTerraform, terraformProject } from "../support/terraform";
import type { Json, StackFolder, TerraformProject } from "../support/terraform";
import type { CloudHooks } from "../../tools/testing";

jest.setTimeout(60_000);

/** A stack with one of everything a node needs. */
function stack(change: { agentType?: string; masterAddress?: string; userData?: string } = {}): Json {
  return {
    terraform: {
      required_providers: {
        aws: { source: "aws", version: "6.25.0" },
        null: { source: "hashicorp/null", version: "3.2.4" },
      },
    },
    provider: {
      aws: [
        {
          region: "eu-west-1",
          access_key: "AKIASECRETID",
          secret_key: "verysecretkey",
          default_tags: [{ tags: { cluster: "test" } }],
        },
        { alias: "east", region: "us-east-1" },
      ],
    },
    data: {
      aws_ami: {
        ubuntu: { most_recent: true, owners: ["099720109477"], filter: [{ name: "name", values: ["u*"] }] },
      },
      aws_availability_zones: { all: {} },
    },
    resource: {
      aws_vpc: {
        v: { cidr_block: "10.0.0.0/16" },
        east: { provider: "aws.east", cidr_block: "10.0.0.0/16" },
      },
      aws_internet_gateway: { g: { vpc_id: "${aws_vpc.v.id}" } },
      aws_subnet: {
        s: {
          vpc_id: "${aws_vpc.v.id}",
          cidr_block: "10.0.1.0/24",
          availability_zone: "${data.aws_availability_zones.all.names[0]}",
          map_public_ip_on_launch: true,
        },
      },
      aws_security_group: {
        m: { vpc_id: "${aws_vpc.v.id}", name: "masters", tags: { Name: "${aws_vpc.v.id}-m" } },
      },
      aws_vpc_security_group_ingress_rule: {
        ssh: {
          security_group_id: "${aws_security_group.m.id}",
          cidr_ipv4: "198.51.100.7/32",
          ip_protocol: "tcp",
          from_port: 22,
          to_port: 22,
        },
      },
      aws_network_interface: {
        m: {
          subnet_id: "${aws_subnet.s.id}",
          private_ips: [change.masterAddress ?? "10.0.1.10"],
          security_groups: ["${aws_security_group.m.id}"],
        },
      },
      aws_eip: {
        m: {
          domain: "vpc",
          network_interface: "${aws_network_interface.m.id}",
          depends_on: ["aws_internet_gateway.g"],
        },
      },
      aws_instance: {
        master: {
          ami: "${data.aws_ami.ubuntu.id}",
          instance_type: "t3.small",
          primary_network_interface: { network_interface_id: "${aws_network_interface.m.id}" },
          root_block_device: { volume_size: 20, encrypted: true },
          user_data_base64: Buffer.from(change.userData ?? "one").toString("base64"),
          depends_on: ["aws_eip.m"],
          lifecycle: { ignore_changes: ["ami"] },
        },
        agent: {
          ami: "ami-1",
          instance_type: change.agentType ?? "t3.small",
          subnet_id: "${aws_subnet.s.id}",
          vpc_security_group_ids: ["${aws_security_group.m.id}"],
        },
      },
      null_resource: { ready: { triggers: { master: "${aws_instance.master.id}" } } },
    },
    output: { ami: { value: "${data.aws_ami.ubuntu.id}" } },
  };
}

/** Actions of a plan by address, without what stays. */
function actions(plan: Json): Record<string, string> {
  const changes: Json[] = plan.resource_changes.filter((one: Json) => one.change.actions[0] !== "no-op");
  return Object.fromEntries(changes.map((one) => [one.address, one.change.actions.join("+")]));
}

describeTerraform("Terraform and the pretended cloud", () => {
  const hooks: CloudHooks = {};
  let project: TerraformProject;
  let folder: StackFolder;

  beforeAll(async () => {
    project = await terraformProject(hooks);
    folder = project.write(stack());
    const applied = await folder.apply();
    expect(applied).toMatchObject({ code: 0, output: expect.stringContaining("Resources: 11 added") });
  });

  afterEach(() => {
    delete hooks.created;
    delete hooks.deleted;
  });

  afterAll(() => project.close());

  it("has in the state what the cloud decided", async () => {
    const resources = await folder.resources();

    expect(resources["aws_instance.master"]).toMatchObject({
      id: expect.stringMatching(/^i-/),
      private_ip: "10.0.1.10",
      public_ip: resources["aws_eip.m"].public_ip,
      region: "eu-west-1",
      tags_all: { cluster: "test" },
    });
    expect(resources["aws_security_group.m"].tags_all).toEqual({
      cluster: "test",
      Name: `${resources["aws_vpc.v"].id}-m`,
    });
    expect(resources["null_resource.ready"].id).toMatch(/^\d+$/);
  });

  it("keeps the configurations of one provider apart", async () => {
    const { "aws_vpc.v": west, "aws_vpc.east": east } = await folder.resources();

    expect([west.region, east.region]).toEqual(["eu-west-1", "us-east-1"]);
    expect([west.tags_all, east.tags_all]).toEqual([{ cluster: "test" }, {}]);
  });

  it("finds no changes in a second plan", async () => {
    const { code, output } = await folder.plan("-detailed-exitcode");

    expect(output).toContain("No changes.");
    expect(code).toBe(0);
  });

  it("changes in place", async () => {
    project.write(stack({ agentType: "t3.large", userData: "two" }));

    const plan = await folder.planJson();

    expect(actions(plan)).toEqual({ "aws_instance.agent": "update", "aws_instance.master": "update" });
    expect((await folder.apply()).output).toContain("0 added, 2 changed, 0 destroyed");
    expect((await folder.plan()).output).toContain("No changes.");
  });

  it("replaces what cannot be changed, and what hangs on it", async () => {
    project.write(stack({ agentType: "t3.large", userData: "two", masterAddress: "10.0.1.11" }));

    const plan = await folder.planJson();

    expect(actions(plan)).toEqual({
      "aws_network_interface.m": "delete+create",
      "aws_eip.m": "update",
      "aws_instance.master": "delete+create",
      "null_resource.ready": "delete+create",
    });
    expect((await folder.apply()).output).toContain("3 added, 1 changed, 3 destroyed");
    expect((await folder.plan()).output).toContain("No changes.");
  });

  it("replaces one instance when asked to; its interface and addresses stay", async () => {
    const before = await folder.resources();

    const { output } = await folder.apply("-replace=aws_instance.master");
    const after = await folder.resources();

    expect(output).toContain("2 added, 0 changed, 2 destroyed");
    expect(after["aws_instance.master"].id).not.toBe(before["aws_instance.master"].id);
    expect(after["aws_instance.master"].public_ip).toBe(before["aws_instance.master"].public_ip);
    expect(after["aws_network_interface.m"]).toEqual(before["aws_network_interface.m"]);
  });

  it("creates again what has vanished from the cloud", async () => {
    const { "aws_instance.agent": agent } = await folder.resources();
    project.cloud.remove("aws_instance", agent.id);

    const plan = await folder.planJson();

    expect(actions(plan)).toEqual({ "aws_instance.agent": "create" });
    expect((await folder.apply()).output).toContain("1 added, 0 changed, 0 destroyed");
  });

  it("says in the resource's diagnostic what a hook has to say", async () => {
    const { "aws_instance.agent": agent } = await folder.resources();
    project.cloud.remove("aws_instance", agent.id);
    hooks.created = async (type) => {
      throw new Error(`no namespaces for ${type}\nallow user namespaces, or run as root`);
    };

    const failed = await folder.apply();
    delete hooks.created;

    expect(failed.code).toBe(1);
    expect(failed.output).toContain("Error: creating aws_instance: no namespaces for aws_instance");
    expect(failed.output).toContain("with aws_instance.agent");
    expect(failed.output).toContain("allow user namespaces, or run as root");
    expect((await folder.apply()).code).toBe(0);
  });

  it("publishes a new image, which a machine that ignores it does not follow", async () => {
    process.env.CDKTF_MESOS_TEST_AMI = "ami-0123456789abcdef0";
    try {
      const plan = await folder.planJson();

      expect(actions(plan)).toEqual({});
      expect(plan.planned_values.outputs.ami.value).toBe("ami-0123456789abcdef0");
    } finally {
      delete process.env.CDKTF_MESOS_TEST_AMI;
    }
  });

  it("removes things in an order the cloud accepts, waiting for what others are still removing", async () => {
    hooks.deleted = (type) => new Promise((done) => setTimeout(done, type === "aws_instance" ? 200 : 0));

    const { code, output } = await folder.destroy();

    expect(output).toContain("Destroy complete! Resources: 11 destroyed.");
    expect(code).toBe(0);
    expect(project.cloud.objects()).toEqual([]);
  });
});
