import { join } from "node:path";

import { Bindings } from "../../tools/testing/bindings";
import type { BindingKind, ProviderName } from "../../tools/testing/bindings";
import { deriveProviderSchema, deriveSchema } from "../../tools/testing/derive-schema";
import type { Attribute, Block, NestedBlock } from "../../tools/testing/schema";

const REPOSITORY = join(__dirname, "..", "..");

function schemaOf(kind: BindingKind, type: string): Block {
  const provider = type.split("_", 1)[0] as ProviderName;
  const source = new Bindings(provider, REPOSITORY).source(kind, type);
  return kind === "provider" ? deriveProviderSchema(source) : deriveSchema(source);
}

function flags({ required, optional, computed }: Attribute): string {
  return [required && "required", optional && "optional", computed && "computed"].filter(Boolean).join("+");
}

function attributeAt(block: Block, path: string): Attribute | undefined {
  const [name = "", ...rest] = path.split(".");
  const inner = block.blocks.find((nested) => nested.name === name)?.block;
  if (rest.length > 0) return inner === undefined ? undefined : attributeAt(inner, rest.join("."));
  return block.attributes.find((attribute) => attribute.name === name);
}

function blockAt(block: Block, path: string): NestedBlock | undefined {
  const [name, ...rest] = path.split(".");
  const nested = block.blocks.find((candidate) => candidate.name === name);
  return rest.length === 0 || nested === undefined ? nested : blockAt(nested.block, rest.join("."));
}

describe("attributes", () => {
  test.each([
    ["resource", "aws_vpc", "id", '"string"', "optional+computed"],
    ["resource", "aws_vpc", "arn", '"string"', "computed"],
    ["resource", "aws_vpc", "ipv4_netmask_length", '"number"', "optional"],
    ["resource", "aws_subnet", "vpc_id", '"string"', "required"],
    ["resource", "aws_subnet", "map_public_ip_on_launch", '"bool"', "optional"],
    ["resource", "aws_subnet", "tags", '["map","string"]', "optional"],
    ["resource", "aws_network_interface", "private_ips", '["set","string"]', "optional+computed"],
    ["resource", "aws_network_interface", "private_ip_list", '["list","string"]', "optional+computed"],
    ["resource", "aws_instance", "get_password_data", '"bool"', "optional"],
    ["resource", "aws_instance", "root_block_device.volume_size", '"number"', "optional+computed"],
    ["resource", "aws_instance", "root_block_device.volume_id", '"string"', "computed"],
    ["resource", "aws_instance", "primary_network_interface.network_interface_id", '"string"', "required"],
    ["resource", "aws_instance", "timeouts.create", '"string"', "optional"],
    ["resource", "null_resource", "triggers", '["map","string"]', "optional"],
    ["resource", "null_resource", "id", '"string"', "computed"],
    ["data", "aws_ami", "owners", '["list","string"]', "optional"],
    ["data", "aws_ami", "filter.values", '["set","string"]', "required"],
    ["data", "aws_ami", "state_reason", '["map","string"]', "computed"],
    ["data", "aws_availability_zones", "names", '["list","string"]', "computed"],
    ["data", "aws_ec2_instance_type", "valid_cores", '["list","number"]', "computed"],
  ] as const)("%s %s: %s is %s, %s", (kind, type, path, valueType, expected) => {
    const attribute = attributeAt(schemaOf(kind, type), path);

    expect(attribute && [JSON.stringify(attribute.type), flags(attribute)]).toEqual([valueType, expected]);
  });

  it("that hold structures the provider may compute are sets of objects, not blocks", () => {
    const ingress = attributeAt(schemaOf("resource", "aws_security_group"), "ingress");

    expect(ingress).toMatchObject({ optional: true, computed: true });
    expect(ingress?.type).toEqual([
      "set",
      [
        "object",
        {
          cidr_blocks: ["list", "string"],
          description: "string",
          from_port: "number",
          ipv6_cidr_blocks: ["list", "string"],
          prefix_list_ids: ["list", "string"],
          protocol: "string",
          security_groups: ["set", "string"],
          self: "bool",
          to_port: "number",
        },
      ],
    ]);
  });

  it("that hold structures only the provider sets are sets of objects", () => {
    const mappings = attributeAt(schemaOf("data", "aws_ami"), "block_device_mappings");

    expect(mappings?.type).toEqual([
      "set",
      [
        "object",
        { device_name: "string", ebs: ["map", "string"], no_device: "string", virtual_name: "string" },
      ],
    ]);
  });
});

describe("blocks", () => {
  test.each([
    ["resource", "aws_instance", "root_block_device", "LIST", 0, 1],
    ["resource", "aws_instance", "ebs_block_device", "SET", 0, 0],
    ["resource", "aws_instance", "instance_market_options.spot_options", "LIST", 0, 1],
    ["resource", "aws_instance", "timeouts", "SINGLE", 0, 0],
    ["resource", "aws_network_interface", "attachment", "SET", 0, 0],
    ["resource", "aws_lb_listener", "default_action", "LIST", 1, 0],
    ["resource", "aws_iam_role", "inline_policy", "SET", 0, 0],
    ["data", "aws_ami", "filter", "SET", 0, 0],
  ] as const)("%s %s: %s is a %s of %i to %i", (kind, type, path, nesting, minItems, maxItems) => {
    expect(blockAt(schemaOf(kind, type), path)).toMatchObject({ nesting, minItems, maxItems });
  });
});

describe("providers", () => {
  test.each([
    ["region", '"string"'],
    ["max_retries", '"number"'],
    ["insecure", '"bool"'],
    ["allowed_account_ids", '["set","string"]'],
    ["shared_config_files", '["list","string"]'],
    ["default_tags.tags", '["map","string"]'],
    ["assume_role.role_arn", '"string"'],
    ["endpoints.ec2", '"string"'],
  ])("aws: %s is %s", (path, valueType) => {
    expect(JSON.stringify(attributeAt(schemaOf("provider", "aws"), path)?.type)).toBe(valueType);
  });

  it("have no alias, which Terraform keeps for itself", () => {
    expect(attributeAt(schemaOf("provider", "aws"), "alias")).toBeUndefined();
  });

  it("may have nothing to configure", () => {
    expect(schemaOf("provider", "null")).toEqual({ attributes: [], blocks: [] });
  });
});

describe("bindings", () => {
  it("know the types they hold, as Terraform spells them", () => {
    const aws = new Bindings("aws", REPOSITORY);

    expect(aws.types("resource")).toContain("aws_vpc_security_group_ingress_rule");
    expect(aws.types("data")).toContain("aws_availability_zones");
    expect(new Bindings("null", REPOSITORY).types("resource")).toEqual(["null_resource"]);
  });

  it("fail with the way out when they are not installed", () => {
    expect(() => new Bindings("aws", "/")).toThrow(
      'the bindings @cdktf/provider-aws are not installed in "/"; run: npm install @cdktf/provider-aws',
    );
  });
});
