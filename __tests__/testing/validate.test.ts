import { join } from "node:path";

import { awsProvider } from "../../tools/testing/aws/aws-provider";
import { Bindings } from "../../tools/testing/bindings";
import { Schemas } from "../../tools/testing/schemas";
import { UNKNOWN } from "../../tools/testing/value";
import type { Fields } from "../../tools/testing/value";
import { validateConfig } from "../../tools/testing/validate";

const schemas = new Schemas(new Bindings("aws", join(__dirname, "..", "..")), awsProvider);

function problems(type: string, config: Fields): string[] {
  const { validate } = awsProvider.rules(type);
  const rules = validate === undefined ? {} : { validate };
  return validateConfig(schemas.resource(type), rules, config).map(
    ({ summary, detail }) => `${summary}: ${detail}`,
  );
}

describe("what only the provider sets cannot be configured", () => {
  test.each([
    ["aws_vpc", { arn: "arn:x" }, '"arn" can\'t be set'],
    ["aws_instance", { public_ip: UNKNOWN }, '"public_ip" can\'t be set'],
    ["aws_instance", { root_block_device: [{ volume_id: "vol-1" }] }, '"volume_id" can\'t be set'],
  ])("%s", (type, config: Fields, text) => {
    expect(problems(type, config)).toEqual([expect.stringContaining(text)]);
    expect(problems(type, config)[0]).toMatch(/^Value for unconfigurable attribute/);
  });
});

describe("values the provider refuses", () => {
  test.each([
    ["aws_vpc", { cidr_block: "10.0.0.0" }, '"10.0.0.0" is not a valid IPv4 CIDR block'],
    ["aws_vpc", { cidr_block: "10.0.3.0/16" }, 'did you mean "10.0.0.0/16"?'],
    ["aws_vpc", { cidr_block: "10.0.0.0/8" }, "between 16 and 28 significant bits, got: 8"],
    ["aws_subnet", { cidr_block: "10.0.0.0/29" }, "between 16 and 28 significant bits, got: 29"],
    ["aws_route", { destination_cidr_block: "everywhere" }, '"everywhere" is not a valid IPv4 CIDR block'],
    ["aws_vpc_security_group_ingress_rule", { cidr_ipv4: "1.2.3.4" }, '"1.2.3.4" is not a valid IPv4 CIDR'],
    ["aws_vpc_security_group_egress_rule", { to_port: 65536 }, "between -1 and 65535, got: 65536"],
    ["aws_network_interface", { private_ips: ["10.0.0.4", "host"] }, '"host" is not a valid IPv4 address'],
    ["aws_instance", { private_ip: "10.0.0" }, '"10.0.0" is not a valid IPv4 address'],
    ["aws_instance", { user_data_base64: "#!/bin/sh" }, "user_data_base64: must be base64-encoded"],
    ["aws_instance", { user_data: "é".repeat(8193) }, "got 16386 bytes"],
    ["aws_eip", { domain: "classic" }, 'expected domain to be one of ["vpc","standard"], got classic'],
    ["aws_nat_gateway", { connectivity_type: "secret" }, "expected connectivity_type to be one of"],
    ["aws_security_group", { name: "sg-masters" }, "cannot begin with sg-"],
    ["aws_iam_role", { assume_role_policy: "{" }, '"assume_role_policy" contains an invalid JSON policy'],
    [
      "aws_iam_role",
      { name: "a".repeat(65), assume_role_policy: "{}" },
      '"name" must be up to 64 characters',
    ],
    ["aws_iam_instance_profile", { name: "a b" }, '"name" must be up to 128 characters of letters'],
  ])("%s: %p", (type, config: Fields, text) => {
    expect(problems(type, config)).toEqual([expect.stringContaining(text)]);
  });

  it("are not looked for in what is not known yet", () => {
    expect(problems("aws_subnet", { cidr_block: UNKNOWN })).toEqual([]);
    expect(problems("aws_network_interface", { private_ips: [UNKNOWN] })).toEqual([]);
  });
});
