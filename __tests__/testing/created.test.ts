import { TestCloud } from "../support/cloud";
import type { CloudObject } from "../../tools/testing";

let aws: TestCloud;
let vpc: CloudObject;
let subnet: CloudObject;

beforeAll(async () => {
  aws = new TestCloud();
  vpc = await aws.create("aws_vpc", { cidr_block: "10.0.0.0/16" });
  subnet = await aws.create("aws_subnet", {
    vpc_id: vpc.id,
    cidr_block: "10.0.1.0/24",
    map_public_ip_on_launch: true,
  });
});

afterAll(() => aws.close());

describe("ids", () => {
  test.each([
    ["aws_vpc", { cidr_block: "10.0.0.0/16" }, /^vpc-[0-9a-f]{17}$/],
    ["aws_subnet", { vpc_id: "vpc-1", cidr_block: "10.0.0.0/24" }, /^subnet-[0-9a-f]{17}$/],
    ["aws_internet_gateway", {}, /^igw-[0-9a-f]{17}$/],
    ["aws_nat_gateway", { subnet_id: "subnet-1", allocation_id: "eipalloc-1" }, /^nat-[0-9a-f]{17}$/],
    ["aws_route_table", { vpc_id: "vpc-1" }, /^rtb-[0-9a-f]{17}$/],
    [
      "aws_route",
      { route_table_id: "rtb-1", destination_cidr_block: "0.0.0.0/0", gateway_id: "igw-1" },
      /^r-rtb-1\d+$/,
    ],
    [
      "aws_route_table_association",
      { route_table_id: "rtb-1", subnet_id: "subnet-1" },
      /^rtbassoc-[0-9a-f]{17}$/,
    ],
    ["aws_eip", {}, /^eipalloc-[0-9a-f]{17}$/],
    ["aws_network_interface", { subnet_id: "subnet-1" }, /^eni-[0-9a-f]{17}$/],
    ["aws_security_group", { vpc_id: "vpc-1" }, /^sg-[0-9a-f]{17}$/],
    ["aws_default_security_group", { vpc_id: "vpc-1" }, /^sg-[0-9a-f]{17}$/],
    [
      "aws_vpc_security_group_egress_rule",
      { cidr_ipv4: "0.0.0.0/0", ip_protocol: "-1" },
      /^sgr-[0-9a-f]{17}$/,
    ],
    ["aws_instance", { ami: "ami-1", instance_type: "t3.small", subnet_id: "subnet-1" }, /^i-[0-9a-f]{17}$/],
    ["aws_iam_role", { name: "node", assume_role_policy: "{}" }, /^node$/],
    ["aws_iam_instance_profile", { name: "node" }, /^node$/],
    ["aws_iam_role_policy_attachment", { role: "node", policy_arn: "arn:p" }, /^node\/arn:p$/],
    ["aws_key_pair", { key_name: "key", public_key: "ssh-rsa AAAA me" }, /^key$/],
    ["aws_flow_log", { vpc_id: "vpc-1" }, /^fl-[0-9a-f]{17}$/],
    ["aws_sqs_queue", { name: "any-other-type" }, /^sqs-queue-[0-9a-f]{17}$/],
  ])("%s", async (type, config, id) => {
    expect((await aws.create(type, config)).id).toMatch(id);
  });
});

describe("an instance", () => {
  it("gets addresses from its subnet, and a public one where the subnet says so", async () => {
    const config = { ami: "ami-1", instance_type: "t3.small", subnet_id: subnet.id };
    const [first, second] = [
      await aws.create("aws_instance", config),
      await aws.create("aws_instance", config),
    ];

    expect(first).toMatchObject({
      private_ip: "10.0.1.4",
      private_dns: "ip-10-0-1-4.eu-west-1.compute.internal",
      availability_zone: "eu-west-1a",
      associate_public_ip_address: true,
      instance_state: "running",
      vpc_security_group_ids: [vpc.default_security_group_id],
      arn: `arn:aws:ec2:eu-west-1:123456789012:instance/${first.id}`,
    });
    expect(second.private_ip).toBe("10.0.1.5");
    expect(first.public_ip).not.toBe(second.public_ip);
  });

  it("has no public address when it says so itself", async () => {
    const machine = await aws.create("aws_instance", {
      ami: "ami-1",
      instance_type: "t3.small",
      subnet_id: subnet.id,
      associate_public_ip_address: false,
    });

    expect(machine).toMatchObject({ public_ip: "", public_dns: "", associate_public_ip_address: false });
  });

  it("takes everything of the network from an interface that was there before it", async () => {
    const eni = await aws.create("aws_network_interface", {
      subnet_id: subnet.id,
      private_ips: ["10.0.1.9"],
      security_groups: ["sg-1"],
    });
    const machine = await aws.create("aws_instance", {
      ami: "ami-1",
      instance_type: "t3.small",
      primary_network_interface: [{ network_interface_id: eni.id }],
    });

    expect(machine).toMatchObject({
      primary_network_interface_id: eni.id,
      private_ip: "10.0.1.9",
      subnet_id: subnet.id,
      vpc_security_group_ids: ["sg-1"],
      primary_network_interface: [{ network_interface_id: eni.id, delete_on_termination: false }],
    });
  });

  it("has what AWS decides of the volumes and options it states", async () => {
    const machine = await aws.create("aws_instance", {
      ami: "ami-1",
      instance_type: "t3.small",
      subnet_id: subnet.id,
      root_block_device: [{ volume_size: 20, encrypted: true }],
      metadata_options: [{ http_tokens: "required" }],
    });

    expect(machine.root_block_device).toEqual([
      expect.objectContaining({
        volume_size: 20,
        encrypted: true,
        volume_type: "gp3",
        iops: 3000,
        delete_on_termination: true,
        volume_id: expect.stringMatching(/^vol-[0-9a-f]{17}$/),
        kms_key_id: expect.stringMatching(/^arn:aws:kms:/),
      }),
    ]);
    expect(machine.metadata_options).toEqual([
      expect.objectContaining({
        http_endpoint: "enabled",
        http_tokens: "required",
        http_put_response_hop_limit: 1,
      }),
    ]);
  });

  it("gets another public address of its own when it is restarted", async () => {
    const config = { ami: "ami-1", instance_type: "t3.small", subnet_id: subnet.id };
    const machine = await aws.create("aws_instance", config);

    const bigger = await aws.update("aws_instance", machine, { instance_type: "t3.large" });

    expect(bigger.id).toBe(machine.id);
    expect(bigger.public_ip).not.toBe(machine.public_ip);
  });
});

describe("an interface", () => {
  it("takes the first free address of its subnet", async () => {
    const eni = await aws.create("aws_network_interface", { subnet_id: subnet.id });

    expect(eni.private_ips).toEqual([eni.private_ip]);
    expect(eni).toMatchObject({ private_ips_count: 0, source_dest_check: true, interface_type: "interface" });
  });
});

describe("the default security group", () => {
  it("is the one its VPC came with", async () => {
    const group = await aws.create("aws_default_security_group", { vpc_id: vpc.id });

    expect(group).toMatchObject({
      id: vpc.default_security_group_id,
      name: "default",
      ingress: [],
      egress: [],
    });
  });
});
