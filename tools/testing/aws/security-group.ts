import { conflicts } from "../combination";
import { CloudError } from "../problem";
import type { Rules, World } from "../rules";
import type { Fields } from "../value";
import { dependencyViolation, refuseWhileUsed, text } from "./checks";
import { ACCOUNT, arn, identity, newId, newName } from "./naming";

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group */
export const SECURITY_GROUP: Rules = {
  replacedBy: ["description", "name", "name_prefix", "vpc_id"],
  defaults: { description: "Managed by Terraform", revoke_rules_on_delete: false },
  combinations: [conflicts("name", "name_prefix")],
  validate: ({ name }) =>
    text(name)?.startsWith("sg-") === true
      ? [{ summary: "invalid value for name (cannot begin with sg-)", detail: "", attribute: "name" }]
      : [],
  create: (object, world) => {
    const name = text(object.name) ?? newName(text(object.name_prefix) ?? "terraform-");
    refuseText("group description", text(object.description));
    refuseText("group name", name);
    refuseName(name, object, world);
    return { ...identity("sg", "security-group", world), name };
  },
  remove: (object, world) => {
    refuseWhileUsed(
      world,
      object,
      [
        ["aws_instance", "vpc_security_group_ids"],
        ["aws_network_interface", "security_groups"],
        ["aws_vpc_security_group_ingress_rule", "referenced_security_group_id"],
        ["aws_vpc_security_group_egress_rule", "referenced_security_group_id"],
      ],
      dependencyViolation(`resource ${object.id} has a dependent object`),
    );
  },
};

/**
 * The group every VPC comes with: adopted, its rules removed, and left alone at the end.
 *
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/default_security_group
 */
export const DEFAULT_SECURITY_GROUP: Rules = {
  replacedBy: ["vpc_id"],
  defaults: { revoke_rules_on_delete: false },
  create: (object, world) => {
    const vpc = world.cloud.get("aws_vpc", text(object.vpc_id));
    const id = text(vpc?.default_security_group_id) ?? newId("sg");
    return {
      id,
      arn: arn("ec2", world, `security-group/${id}`),
      owner_id: ACCOUNT,
      name: "default",
      description: "default VPC security group",
      vpc_id: vpc?.id ?? "",
    };
  },
};

/**
 * Refuses text EC2 does not take in names and descriptions of groups and rules.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
 */
export function refuseText(what: string, value: string | undefined): void {
  if (value === undefined || /^[a-zA-Z0-9. _:/()#,@[\]+=&;{}!$*-]{0,255}$/.test(value)) return;
  throw new CloudError(
    "InvalidParameterValue",
    `Invalid security ${what} ${JSON.stringify(value)}: up to 255 characters of a-zA-Z0-9. _-:/()#,@[]+=&;{}!$* are allowed`,
  );
}

/** Refuses groups of another VPC than the one they are used in. */
export function refuseForeignGroups(
  groups: readonly string[],
  vpc: string | undefined,
  { cloud }: World,
): void {
  const foreign = groups
    .map((group) => cloud.get("aws_security_group", group))
    .find((group) => group !== undefined && vpc !== undefined && group.vpc_id !== vpc);
  if (foreign === undefined) return;
  throw new CloudError(
    "InvalidParameter",
    `Security group ${foreign.id} and subnet belong to different networks.`,
  );
}

function refuseName(name: string, object: Fields, { cloud }: World): void {
  const taken = cloud
    .objects("aws_security_group")
    .some((group) => group.name === name && group.vpc_id === object.vpc_id);
  if (!taken) return;
  const message = `The security group '${name}' already exists for VPC '${text(object.vpc_id) ?? ""}'`;
  throw new CloudError("InvalidGroup.Duplicate", message);
}
