import { conflicts } from "../combination";
import { CloudError } from "../problem";
import type { Problem } from "../problem";
import type { Rules, World } from "../rules";
import type { Fields } from "../value";
import { text } from "./checks";
import { iamArn, newId, newName } from "./naming";

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role */
export const IAM_ROLE: Rules = {
  replacedBy: ["name", "name_prefix", "path"],
  defaults: { force_detach_policies: false, max_session_duration: 3600, path: "/" },
  combinations: [conflicts("name", "name_prefix")],
  validate: (config) => [...nameProblems(config, 64), ...policyProblems(config, "assume_role_policy")],
  create: (object, world) => named("aws_iam_role", "role", "AROA", object, world),
  remove: (object, { cloud }) => {
    const inProfile = cloud.objects("aws_iam_instance_profile").some(({ role }) => role === object.name);
    const attached = cloud.objects("aws_iam_role_policy_attachment").some(({ role }) => role === object.name);
    if (inProfile) throw deleteConflict("must remove roles from instance profile first");
    if (attached && object.force_detach_policies !== true)
      throw deleteConflict("must detach all policies first");
  },
};

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_instance_profile */
export const IAM_INSTANCE_PROFILE: Rules = {
  replacedBy: ["name", "name_prefix", "path"],
  defaults: { path: "/" },
  combinations: [conflicts("name", "name_prefix")],
  validate: (config) => nameProblems(config, 128),
  create: (object, world) => named("aws_iam_instance_profile", "instance-profile", "AIPA", object, world),
};

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role_policy_attachment */
export const IAM_ROLE_POLICY_ATTACHMENT: Rules = {
  replacedBy: ["policy_arn", "role"],
  create: (object) => ({ id: `${text(object.role) ?? ""}/${text(object.policy_arn) ?? ""}` }),
};

function named(type: string, kind: string, prefix: string, object: Fields, { cloud }: World) {
  const name = text(object.name) ?? newName(text(object.name_prefix) ?? "terraform-");
  if (cloud.get(type, name) !== undefined) {
    throw new CloudError("EntityAlreadyExists", `${kind} with name ${name} already exists.`);
  }
  return {
    id: name,
    name,
    arn: iamArn(`${kind}${text(object.path) ?? "/"}${name}`),
    unique_id: newId(prefix).replace("-", "").toUpperCase(),
    create_date: new Date().toISOString().replace(/\.\d+/, ""),
  };
}

function deleteConflict(what: string): CloudError {
  return new CloudError("DeleteConflict", `Cannot delete entity, ${what}.`);
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
function nameProblems({ name }: Fields, longest: number): Problem[] {
  const given = text(name);
  if (given === undefined || (given.length <= longest && /^[\w+=,.@-]+$/.test(given))) return [];
  const summary = `"name" must be up to ${longest} characters of letters, digits and +=,.@-_, got ${JSON.stringify(given)}`;
  return [{ summary, detail: "", attribute: "name" }];
}

function policyProblems(config: Fields, attribute: string): Problem[] {
  const policy = text(config[attribute]);
  if (policy === undefined) return [];
  try {
    JSON.parse(policy);
    return [];
  } catch (error) {
    const summary = `"${attribute}" contains an invalid JSON policy: ${(error as Error).message}`;
    return [{ summary, detail: "", attribute }];
  }
}
