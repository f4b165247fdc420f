import { TerraformOutput, TerraformStack } from "cdktf";
import { Instance } from "@cdktf/provider-aws/lib/instance";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";

import { describeTerraform, terraformProject } from "../support/terraform";
import type { Json, TerraformProject } from "../support/terraform";

jest.setTimeout(60_000);

function stack(resource: Json, provider: Json = { region: "eu-west-1" }): Json {
  return {
    terraform: { required_providers: { aws: { source: "aws" }, null: { source: "null" } } },
    provider: { aws: [provider] },
    resource,
  };
}

describeTerraform("a mistake is shown readably", () => {
  let project: TerraformProject;

  beforeAll(async () => {
    project = await terraformProject();
  });

  afterAll(() => project.close());

  test.each<[string, Json, string[]]>([
    [
      "a misspelt attribute",
      { aws_instance: { a: { ami: "ami-1", instance_typ: "t3.small", instance_type: "t3.small" } } },
      ["Extraneous JSON object property", 'named "instance_typ"', "in resource.aws_instance.a"],
    ],
    [
      "a misspelt attribute in a block",
      { aws_instance: { a: { ami: "ami-1", instance_type: "t", root_block_device: { volume_sise: 1 } } } },
      ["Extraneous JSON object property", "volume_sise"],
    ],
    [
      "a missing one",
      { aws_subnet: { s: { cidr_block: "10.0.0.0/24" } } },
      ["Missing required argument", '"vpc_id" is required'],
    ],
    [
      "a wrong type",
      {
        aws_vpc_security_group_ingress_rule: {
          r: { security_group_id: "sg-1", ip_protocol: "tcp", cidr_ipv4: "10.0.0.0/8", from_port: "ssh" },
        },
      },
      ["Incorrect attribute value type", "a number is required"],
    ],
    [
      "too many blocks",
      { aws_instance: { a: { ami: "ami-1", instance_type: "t", root_block_device: [{}, {}] } } },
      ["Too many root_block_device blocks"],
    ],
    [
      "a conflict",
      {
        aws_instance: {
          a: {
            ami: "ami-1",
            instance_type: "t3.small",
            subnet_id: "subnet-1",
            primary_network_interface: { network_interface_id: "eni-1" },
          },
        },
      },
      [
        "Conflicting configuration arguments",
        '"primary_network_interface": conflicts with subnet_id',
        "aws_instance.a",
      ],
    ],
    [
      "two of what must be one",
      {
        aws_vpc_security_group_egress_rule: {
          r: {
            security_group_id: "sg-1",
            ip_protocol: "-1",
            cidr_ipv4: "10.0.0.0/8",
            prefix_list_id: "pl-1",
          },
        },
      },
      ["Invalid combination of arguments", "but `cidr_ipv4,prefix_list_id` were specified"],
    ],
    [
      "a value only the provider sets",
      { aws_vpc: { v: { cidr_block: "10.0.0.0/16", arn: "arn:x" } } },
      ["Value for unconfigurable attribute", '"arn" can\'t be set'],
    ],
    [
      "a dependency cycle",
      {
        aws_security_group: {
          a: { description: "${aws_security_group.b.id}" },
          b: { description: "${aws_security_group.a.id}" },
        },
      },
      ["Error: Cycle:", "aws_security_group.a", "aws_security_group.b"],
    ],
    [
      "a reference to nothing",
      { aws_subnet: { s: { vpc_id: "${aws_vpc.none.id}" } } },
      ["Reference to undeclared resource", '"aws_vpc" "none"'],
    ],
    ["an unknown type", { aws_vcp: { v: {} } }, ["Invalid resource type", '"aws_vcp"']],
  ])("%s", async (_, resource, texts) => {
    const { code, output } = await project.write(stack(resource)).validate();

    expect(code).toBe(1);
    for (const text of texts) expect(unwrapped(output)).toContain(text);
  });

  test.each<[string, Json, string]>([
    ["a misspelt setting", { region: "eu-west-1", acces_key: "x" }, "acces_key"],
    ["a setting of the wrong type", { region: "eu-west-1", max_retries: "many" }, "a number is required"],
  ])("of the provider: %s", async (_, provider, text) => {
    const { code, output } = await project.write(stack({ aws_vpc: { v: {} } }, provider)).validate();

    expect(code).toBe(1);
    expect(output).toContain(text);
  });

  it("no region", async () => {
    delete process.env.AWS_REGION;
    delete process.env.AWS_DEFAULT_REGION;
    const { output } = await project
      .write(stack({ aws_vpc: { v: { cidr_block: "10.0.0.0/16" } } }, {}))
      .plan();

    expect(output).toContain("Missing region");
    expect(output).toContain("AWS_REGION");
  });

  it("importing", async () => {
    const folder = project.write(stack({ aws_vpc: { v: { cidr_block: "10.0.0.0/16" } } }));
    const { code, output } = await folder.run("import", "aws_vpc.v", "vpc-1");

    expect(code).toBe(1);
    expect(output).toContain("the test provider does not support importing (aws_vpc)");
  });

  it("what the cloud refuses", async () => {
    const folder = project.write(
      stack({
        aws_vpc: { v: { cidr_block: "10.0.0.0/16" } },
        aws_subnet: { s: { vpc_id: "${aws_vpc.v.id}", cidr_block: "10.1.0.0/24" } },
      }),
      "refused",
    );

    const { code, output } = await folder.apply();

    expect(code).toBe(1);
    expect(unwrapped(output)).toContain(
      "Error: creating aws_subnet: api error InvalidSubnet.Range: The CIDR '10.1.0.0/24' is invalid",
    );
    expect((await folder.destroy()).output).toContain("Resources: 1 destroyed");
  });

  it("removing what something else still needs, after a while", async () => {
    const folder = project.write(stack({ aws_vpc: { v: { cidr_block: "10.0.0.0/16" } } }), "needed");
    await folder.apply();
    const [vpc] = project.cloud.objects("aws_vpc");
    project.cloud.put("aws_subnet", { id: "subnet-by-hand", vpc_id: vpc?.id ?? "" });

    const refused = await folder.destroy();
    project.cloud.remove("aws_subnet", "subnet-by-hand");

    expect(refused.output).toContain("DependencyViolation");
    expect(refused.output).toContain("has dependencies and cannot be deleted");
    expect((await folder.destroy()).code).toBe(0);
  });

  it("keys of the account appear nowhere: not in the cloud, the state or what is printed", async () => {
    const keys = { region: "eu-west-1", access_key: "AKIASECRETID", secret_key: "verysecretkey" };
    const folder = project.write(stack({ aws_vpc: { v: { cidr_block: "10.0.0.0/16" } } }, keys), "keys");

    const { code, output } = await folder.apply();
    const state = await folder.stateJson();

    expect(code).toBe(0);
    expect(output + JSON.stringify(state) + JSON.stringify(project.cloud.objects())).not.toMatch(
      /AKIASECRETID|verysecretkey/,
    );
    await folder.destroy();
  });

  it("constructs deploy as they synthesize", async () => {
    project.synth((app) => {
      const small = new TerraformStack(app, "small");
      new AwsProvider(small, "Aws", { region: "eu-west-1" });
      const vpc = new Vpc(small, "Vpc", { cidrBlock: "10.0.0.0/16" });
      const subnet = new Subnet(small, "Subnet", { vpcId: vpc.id, cidrBlock: "10.0.1.0/24" });
      const machine = new Instance(small, "Machine", {
        ami: "ami-1",
        instanceType: "t3.small",
        subnetId: subnet.id,
      });
      new TerraformOutput(small, "address", { value: machine.privateIp });
    });

    const { code, output } = await project.stack("small").apply();

    expect(output).toContain('address = "10.0.1.4"');
    expect(code).toBe(0);
    expect((await project.stack("small").destroy()).code).toBe(0);
  });
});

/** Terraform wraps its diagnostics at the terminal's width and draws a line beside them. */
function unwrapped(output: string): string {
  return output.replace(/\s*\n[│|]?\s*/g, " ");
}
