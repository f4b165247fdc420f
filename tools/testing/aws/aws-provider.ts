import type { Problem } from "../problem";
import type { ProviderDefinition } from "../provider-definition";
import type { Rules, Settings } from "../rules";
import { isFields, isList } from "../value";
import type { Fields, Value } from "../value";
import { completeAwsPlan } from "./common-plan";
import { DATA_SOURCES } from "./data-sources";
import { ELASTIC_IP } from "./elastic-ip";
import { FLOW_LOG } from "./flow-log";
import { genericIdentity } from "./generic";
import { IAM_INSTANCE_PROFILE, IAM_ROLE, IAM_ROLE_POLICY_ATTACHMENT } from "./iam";
import { INSTANCE } from "./instance";
import { INTERNET_GATEWAY } from "./internet-gateway";
import { KEY_PAIR } from "./key-pair";
import { NAT_GATEWAY } from "./nat-gateway";
import { NETWORK_INTERFACE } from "./network-interface";
import { ROUTE, ROUTE_TABLE, ROUTE_TABLE_ASSOCIATION } from "./routes";
import { DEFAULT_SECURITY_GROUP, SECURITY_GROUP } from "./security-group";
import { EGRESS_RULE, INGRESS_RULE } from "./security-group-rule";
import { SUBNET } from "./subnet";
import { VPC } from "./vpc";

/** What the bindings do not say, of the types for which it is written down. */
export const AWS_RULES: Readonly<Record<string, Rules>> = {
  aws_default_security_group: DEFAULT_SECURITY_GROUP,
  aws_eip: ELASTIC_IP,
  aws_flow_log: FLOW_LOG,
  aws_iam_instance_profile: IAM_INSTANCE_PROFILE,
  aws_iam_role: IAM_ROLE,
  aws_iam_role_policy_attachment: IAM_ROLE_POLICY_ATTACHMENT,
  aws_instance: INSTANCE,
  aws_internet_gateway: INTERNET_GATEWAY,
  aws_key_pair: KEY_PAIR,
  aws_nat_gateway: NAT_GATEWAY,
  aws_network_interface: NETWORK_INTERFACE,
  aws_route: ROUTE,
  aws_route_table: ROUTE_TABLE,
  aws_route_table_association: ROUTE_TABLE_ASSOCIATION,
  aws_security_group: SECURITY_GROUP,
  aws_subnet: SUBNET,
  aws_vpc: VPC,
  aws_vpc_security_group_egress_rule: EGRESS_RULE,
  aws_vpc_security_group_ingress_rule: INGRESS_RULE,
};

/** The provider `hashicorp/aws`. */
export const awsProvider: ProviderDefinition = {
  name: "aws",
  rules: rulesOf,
  dataSource: (type) => DATA_SOURCES[type],
  configure,
  completePlan: completeAwsPlan,
};

function rulesOf(type: string): Rules {
  const rules = AWS_RULES[type] ?? {};
  return {
    ...rules,
    replacedBy: [...(rules.replacedBy ?? []), "region"],
    create: (object, world) => ({ ...genericIdentity(type, world), ...rules.create?.(object, world) }),
  };
}

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs#provider-configuration */
function configure(config: Fields): Settings | readonly Problem[] {
  const region = config.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? null;
  if (region === null) {
    const detail = "Set region in the provider's configuration, or AWS_REGION in the environment.";
    return [{ summary: "Missing region", detail, attribute: "region" }];
  }
  return { region, defaultTags: defaultTags(config.default_tags) };
}

function defaultTags(blocks: Value | undefined): Value {
  const block = isList(blocks) ? blocks.find(isFields) : undefined;
  return block?.tags ?? null;
}
