import { TestCloud } from "../support/cloud";
import type { CloudObject } from "../../tools/testing";

let aws: TestCloud;
let vpc: CloudObject;
let subnet: CloudObject;
let group: CloudObject;

beforeEach(async () => {
  aws = new TestCloud();
  vpc = await aws.create("aws_vpc", { cidr_block: "10.0.0.0/16" });
  subnet = await aws.create("aws_subnet", { vpc_id: vpc.id, cidr_block: "10.0.1.0/24" });
  group = await aws.create("aws_security_group", { vpc_id: vpc.id, name: "masters" });
});

afterEach(() => aws.close());

function networkInterface(address: string): Promise<CloudObject> {
  return aws.create("aws_network_interface", { subnet_id: subnet.id, private_ips: [address] });
}

function instance(config: Record<string, string>): Promise<CloudObject> {
  return aws.create("aws_instance", { ami: "ami-1", instance_type: "t3.small", ...config });
}

function instanceOn(networkInterfaceId: string): Promise<CloudObject> {
  const primary_network_interface = [{ network_interface_id: networkInterfaceId }];
  return aws.create("aws_instance", { ami: "ami-1", instance_type: "t3.small", primary_network_interface });
}

describe("a subnet is refused", () => {
  test.each([
    ["outside its VPC", "10.1.0.0/24", "InvalidSubnet.Range"],
    ["over its sibling", "10.0.1.128/25", "InvalidSubnet.Conflict"],
  ])("%s", async (_, cidr_block, code) => {
    await expect(aws.create("aws_subnet", { vpc_id: vpc.id, cidr_block })).rejects.toThrow(code);
    expect(aws.cloud.objects("aws_subnet")).toHaveLength(1);
  });

  it("in a zone of another region", async () => {
    const config = { vpc_id: vpc.id, cidr_block: "10.0.2.0/24", availability_zone: "us-east-1a" };

    await expect(aws.create("aws_subnet", config)).rejects.toThrow(
      "Value (us-east-1a) for parameter availabilityZone is invalid",
    );
  });
});

describe("an address of an interface is refused", () => {
  test.each([
    ["outside its subnet", "10.0.2.4", "does not fall within the subnet's address range"],
    ["the network's own", "10.0.1.0", "reserved"],
    ["the router's", "10.0.1.1", "reserved"],
    ["the name server's", "10.0.1.2", "reserved"],
    ["kept for the future", "10.0.1.3", "reserved"],
    ["the broadcast address", "10.0.1.255", "reserved"],
  ])("%s: %s", async (_, address, message) => {
    await expect(networkInterface(address)).rejects.toThrow(message);
  });

  it("in use", async () => {
    await networkInterface("10.0.1.4");

    await expect(networkInterface("10.0.1.4")).rejects.toThrow("InvalidIPAddress.InUse");
    await expect(instance({ subnet_id: subnet.id, private_ip: "10.0.1.4" })).rejects.toThrow(
      "InvalidIPAddress.InUse",
    );
  });

  it("of a second instance", async () => {
    const { id } = await networkInterface("10.0.1.4");
    await instanceOn(id);

    await expect(instanceOn(id)).rejects.toThrow(`InvalidNetworkInterface.InUse: Interface: [${id}] in use.`);
  });
});

describe("user data is refused", () => {
  const base64 = (bytes: number) => Buffer.alloc(bytes).toString("base64");

  it("above 16384 bytes before base64", async () => {
    await instance({ subnet_id: subnet.id, user_data_base64: base64(16384) });

    await expect(instance({ subnet_id: subnet.id, user_data_base64: base64(16385) })).rejects.toThrow(
      "User data is limited to 16384 bytes, got 16385 after base64 decoding",
    );
  });

  it("above that in an update too", async () => {
    const machine = await instance({ subnet_id: subnet.id, user_data_base64: base64(1) });

    await expect(aws.update("aws_instance", machine, { user_data_base64: base64(16385) })).rejects.toThrow(
      "limited to 16384 bytes",
    );
  });
});

describe("an elastic address", () => {
  it("is refused where the VPC has no internet gateway", async () => {
    const { id } = await networkInterface("10.0.1.4");

    await expect(aws.create("aws_eip", { domain: "vpc", network_interface: id })).rejects.toThrow(
      `Gateway.NotAttached: Network ${vpc.id} is not attached to any internet gateway`,
    );
  });

  it("is refused to an interface that has one", async () => {
    await aws.create("aws_internet_gateway", { vpc_id: vpc.id });
    const { id } = await networkInterface("10.0.1.4");
    await aws.create("aws_eip", { network_interface: id });

    await expect(aws.create("aws_eip", { network_interface: id })).rejects.toThrow(
      "Resource.AlreadyAssociated",
    );
  });

  it("shows the private address of its interface, and is the public one of the instance on it", async () => {
    await aws.create("aws_internet_gateway", { vpc_id: vpc.id });
    const { id } = await networkInterface("10.0.1.4");
    const machine = await instanceOn(id);
    const eip = await aws.create("aws_eip", { network_interface: id });

    expect(eip).toMatchObject({ private_ip: "10.0.1.4", instance: machine.id });
    expect(machine.public_ip).toBe("");
    expect(aws.read("aws_instance", machine)).toMatchObject({ public_ip: eip.public_ip });
  });

  it("moves to another interface", async () => {
    await aws.create("aws_internet_gateway", { vpc_id: vpc.id });
    const [first, second] = [await networkInterface("10.0.1.4"), await networkInterface("10.0.1.5")];
    const eip = await aws.create("aws_eip", { network_interface: first.id });

    const moved = await aws.update("aws_eip", eip, { network_interface: second.id });

    expect(moved).toMatchObject({ private_ip: "10.0.1.5", public_ip: eip.public_ip });
  });
});

describe("a rule of a security group is refused", () => {
  const type = "aws_vpc_security_group_ingress_rule";
  const ssh = { cidr_ipv4: "10.0.0.0/8", ip_protocol: "tcp", from_port: 22, to_port: 22 };

  it("twice", async () => {
    await aws.create(type, { security_group_id: group.id, ...ssh, description: "one" });

    await expect(
      aws.create(type, { security_group_id: group.id, ...ssh, ip_protocol: "6", description: "two" }),
    ).rejects.toThrow("InvalidPermission.Duplicate");
    await expect(
      aws.create("aws_vpc_security_group_egress_rule", { security_group_id: group.id, ...ssh }),
    ).resolves.toMatchObject({ id: expect.stringMatching(/^sgr-[0-9a-f]{17}$/) });
  });

  test.each([
    [
      "all protocols with ports",
      { ...ssh, ip_protocol: "-1" },
      "You may not specify all protocols and specific ports",
    ],
    [
      "TCP without ports",
      { cidr_ipv4: "10.0.0.0/8", ip_protocol: "tcp" },
      "Must specify both from and to ports",
    ],
    ["a character EC2 does not take", { ...ssh, description: "master's" }, 'description "master\'s"'],
  ])("%s", async (_, rule, message) => {
    await expect(aws.create(type, { security_group_id: group.id, ...rule })).rejects.toThrow(message);
  });

  it("from a group of another VPC", async () => {
    const other = await aws.create("aws_vpc", { cidr_block: "10.9.0.0/16" });
    const foreign = await aws.create("aws_security_group", { vpc_id: other.id, name: "masters" });
    const rule = { ip_protocol: "-1", referenced_security_group_id: foreign.id };

    await expect(aws.create(type, { security_group_id: group.id, ...rule })).rejects.toThrow(
      "belong to different networks",
    );
  });
});

describe("removing is refused", () => {
  it("of a VPC with subnets", async () => {
    await expect(aws.remove("aws_vpc", vpc)).rejects.toThrow(
      `DependencyViolation: The vpc '${vpc.id}' has dependencies and cannot be deleted.`,
    );
  });

  it("of a subnet, an interface and a group in use", async () => {
    const config = { subnet_id: subnet.id, private_ips: ["10.0.1.4"], security_groups: [group.id] };
    const eni = await aws.create("aws_network_interface", config);
    await instanceOn(eni.id);

    await expect(aws.remove("aws_subnet", subnet)).rejects.toThrow("DependencyViolation");
    await expect(aws.remove("aws_network_interface", eni)).rejects.toThrow("is currently in use");
    await expect(aws.remove("aws_security_group", group)).rejects.toThrow("has a dependent object");
  });

  it("of a group another one's rule speaks of", async () => {
    const agents = await aws.create("aws_security_group", { vpc_id: vpc.id, name: "agents" });
    await aws.create("aws_vpc_security_group_ingress_rule", {
      security_group_id: agents.id,
      referenced_security_group_id: group.id,
      ip_protocol: "-1",
    });

    await expect(aws.remove("aws_security_group", group)).rejects.toThrow("has a dependent object");
  });

  it("of a gateway through which public addresses are reached", async () => {
    const gateway = await aws.create("aws_internet_gateway", { vpc_id: vpc.id });
    const eni = await networkInterface("10.0.1.4");
    const eip = await aws.create("aws_eip", { network_interface: eni.id });

    await expect(aws.remove("aws_internet_gateway", gateway)).rejects.toThrow("mapped public address(es)");
    await aws.remove("aws_eip", eip);
    await expect(aws.remove("aws_internet_gateway", gateway)).resolves.toBeUndefined();
  });

  it("of a role a profile holds", async () => {
    const role = await aws.create("aws_iam_role", { name: "node", assume_role_policy: "{}" });
    await aws.create("aws_iam_instance_profile", { name: "node", role: "node" });

    await expect(aws.remove("aws_iam_role", role)).rejects.toThrow("DeleteConflict");
  });

  it("of an instance protected from it", async () => {
    const machine = await aws.create("aws_instance", {
      ami: "ami-1",
      instance_type: "t3.small",
      subnet_id: subnet.id,
      disable_api_termination: true,
    });

    await expect(aws.remove("aws_instance", machine)).rejects.toThrow("OperationNotPermitted");
  });
});

describe("a second one is refused", () => {
  test.each([
    ["aws_security_group", () => ({ vpc_id: vpc.id, name: "other" }), "InvalidGroup.Duplicate"],
    ["aws_iam_role", () => ({ name: "node", assume_role_policy: "{}" }), "EntityAlreadyExists"],
    ["aws_key_pair", () => ({ key_name: "k", public_key: "ssh-ed25519 AAAA" }), "InvalidKeyPair.Duplicate"],
    ["aws_internet_gateway", () => ({ vpc_id: vpc.id }), "Resource.AlreadyAssociated"],
    [
      "aws_route_table_association",
      () => ({ route_table_id: "rtb-1", subnet_id: subnet.id }),
      "Resource.AlreadyAssociated",
    ],
    [
      "aws_route",
      () => ({ route_table_id: "rtb-1", destination_cidr_block: "0.0.0.0/0", gateway_id: "igw-1" }),
      "RouteAlreadyExists",
    ],
    [
      "aws_nat_gateway",
      () => ({ subnet_id: "subnet-1", allocation_id: "eipalloc-1" }),
      "Resource.AlreadyAssociated",
    ],
  ])("%s", async (type, config, code) => {
    await aws.create(type, config());

    await expect(aws.create(type, config())).rejects.toThrow(code);
  });
});

describe("further refusals", () => {
  it("a NAT gateway without an elastic address, or without a way out", async () => {
    const config = { subnet_id: subnet.id };
    const withAddress = { ...config, allocation_id: "eipalloc-1" };

    await expect(aws.create("aws_nat_gateway", config)).rejects.toThrow("MissingParameter");
    await expect(aws.create("aws_nat_gateway", withAddress)).rejects.toThrow("Gateway.NotAttached");
  });

  it("a route to the gateway of another VPC", async () => {
    const other = await aws.create("aws_vpc", { cidr_block: "10.9.0.0/16" });
    const gateway = await aws.create("aws_internet_gateway", { vpc_id: other.id });
    const table = await aws.create("aws_route_table", { vpc_id: vpc.id });
    const route = { destination_cidr_block: "0.0.0.0/0", gateway_id: gateway.id };

    await expect(aws.create("aws_route", { route_table_id: table.id, ...route })).rejects.toThrow(
      "belong to different networks",
    );
  });

  it("an instance that says neither where nor on what", async () => {
    await expect(instance({})).rejects.toThrow("VPCIdNotSpecified");
  });

  it("a key that is none", async () => {
    await expect(aws.create("aws_key_pair", { key_name: "k", public_key: "hello" })).rejects.toThrow(
      "InvalidKey.Format",
    );
  });
});
