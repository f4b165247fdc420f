import { stockApp } from "../../tools/bench/stock/stock-app";
import { className, expression } from "../../tools/bench/stock/typescript";

describe("className", () => {
  it.each([
    ["resource", "aws_vpc", "aws.vpc.Vpc"],
    [
      "resource",
      "aws_vpc_security_group_egress_rule",
      "aws.vpcSecurityGroupEgressRule.VpcSecurityGroupEgressRule",
    ],
    ["data", "aws_ami", "aws.dataAwsAmi.DataAwsAmi"],
    ["resource", "null_resource", "nullProvider.resource.Resource"],
    ["resource", "terraform_data", "cdktf.DataResource"],
    ["provider", "aws", "aws.provider.AwsProvider"],
  ] as const)("of the %s %s", (kind, type, expected) => {
    expect(className(kind, type)).toBe(expected);
  });
});

describe("expression", () => {
  it.each([
    [
      "names of arguments in cdktf's case",
      { vpc_id: "x", root_block_device: { volume_size: 1 } },
      '{ "vpcId": "x", "rootBlockDevice": { "volumeSize": 1 } }',
    ],
    ["keys of maps as they are", { tags: { my_tag: "x" } }, '{ "tags": {"my_tag":"x"} }'],
    ["addresses as what has one", { depends_on: ["aws_vpc.a"] }, '{ "dependsOn": [{ fqn: "aws_vpc.a" }] }'],
    ["numbers Terraform computes", { port: "${var.p}" }, '{ "port": cdktf.Token.asNumber("${var.p}") }'],
  ])("writes %s", (_, value, expected) => {
    expect(expression(value)).toBe(expected);
  });
});

describe("stockApp", () => {
  it("spells out every resource of every stack, provisioners and overrides too", () => {
    const source = stockApp({
      shop: {
        provider: { null: [{}] },
        variable: { key: { type: "string", ephemeral: true } },
        locals: { greeting: "hello" },
        resource: {
          null_resource: {
            A: {
              "//": { metadata: {} },
              provisioner: [{ file: { destination: "x" } }, { "local-exec": { command: "y" } }],
              for_each: { a: "a" },
            },
          },
        },
      },
    });

    expect(source.split("\n").slice(4)).toEqual([
      "class Stack1 extends cdktf.TerraformStack {",
      "constructor(scope: Construct, id: string) {",
      "super(scope, id);",
      'new nullProvider.provider.NullProvider(this, "provider-null", {  });',
      'new cdktf.TerraformVariable(this, "key", { "type": "string" }).addOverride("ephemeral", true);',
      'new cdktf.TerraformLocal(this, "greeting", "hello");',
      'new nullProvider.resource.Resource(this, "A", { "provisioners": ' +
        '[{ "type": "file", "destination": "x" }, { "type": "local-exec", "command": "y" }] })' +
        '.addOverride("for_each", {"a":"a"});',
      "}",
      "}",
      "const app = new cdktf.App();",
      'new Stack1(app, "shop");',
      "app.synth();",
      "",
    ]);
  });
});
