import { exactlyOne } from "../combination";
import { CloudError } from "../problem";
import type { Problem } from "../problem";
import type { Change, Rules, World } from "../rules";
import type { Fields } from "../value";
import { cidrProblems, text } from "./checks";
import { arn, newId } from "./naming";
import { refuseForeignGroups, refuseText } from "./security-group";

const SOURCES = ["cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"];

/**
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_security_group_ingress_rule
 */
export const INGRESS_RULE: Rules = ruleRules("aws_vpc_security_group_ingress_rule");

/**
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_security_group_egress_rule
 */
export const EGRESS_RULE: Rules = ruleRules("aws_vpc_security_group_egress_rule");

function ruleRules(type: string): Rules {
  return {
    replacedBy: ["security_group_id"],
    combinations: [exactlyOne(...SOURCES)],
    validate: (config) => [...cidrProblems(config, "cidr_ipv4"), ...portProblems(config)],
    plan: planSource,
    create: (object, world) => {
      refuseRule(type, object, world);
      const id = newId("sgr");
      return { id, security_group_rule_id: id, arn: arn("ec2", world, `security-group-rule/${id}`) };
    },
    update: (_, after, world) => {
      refuseRule(type, after, world);
      return {};
    },
  };
}

/** A rule keeps the kind of its source: another address can be put in place, a group in place of an address not. */
function planSource({ prior, planned }: Change): string[] {
  const kind = (fields: Fields) => SOURCES.find((source) => (fields[source] ?? null) !== null);
  return prior !== null && kind(prior) !== kind(planned) ? SOURCES : [];
}

function portProblems(config: Fields): Problem[] {
  return ["from_port", "to_port"]
    .filter((attribute) => typeof config[attribute] === "number")
    .filter((attribute) => Number(config[attribute]) < -1 || Number(config[attribute]) > 65535)
    .map((attribute) => ({
      summary: "Invalid Attribute Value",
      detail: `Attribute ${attribute} value must be between -1 and 65535, got: ${String(config[attribute])}`,
      attribute,
    }));
}

function refuseRule(type: string, object: Fields, world: World): void {
  refuseText("rule description", text(object.description));
  refusePorts(object);
  const own = world.cloud.get("aws_security_group", text(object.security_group_id));
  refuseForeignGroups([text(object.referenced_security_group_id) ?? ""], text(own?.vpc_id), world);
  const twin = world.cloud
    .objects(type)
    .find((other) => other.id !== object.id && meaning(other) === meaning(object));
  if (twin === undefined) return;
  throw new CloudError(
    "InvalidPermission.Duplicate",
    `the specified rule "${meaning(object)}, ALLOW" already exists`,
  );
}

function refusePorts(object: Fields): void {
  const ports = [object.from_port, object.to_port].filter((port) => typeof port === "number" && port !== -1);
  if (protocolOf(object) === "-1" && ports.length > 0) {
    throw new CloudError(
      "InvalidParameterValue",
      "You may not specify all protocols and specific ports. Please specify each protocol and port range combination individually, or all protocols and no port range.",
    );
  }
  if (["tcp", "udp"].includes(protocolOf(object)) && ports.length < 2) {
    throw new CloudError(
      "InvalidParameterValue",
      "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
    );
  }
}

function protocolOf(object: Fields): string {
  const written = (text(object.ip_protocol) ?? "").toLowerCase();
  return { all: "-1", "6": "tcp", "17": "udp", "1": "icmp" }[written] ?? written;
}

function meaning(object: Fields): string {
  const peer = SOURCES.map((source) => text(object[source]) ?? "").join("");
  const ports = `from port: ${String(object.from_port ?? -1)}, to port: ${String(object.to_port ?? -1)}`;
  return `${text(object.security_group_id) ?? ""}, peer: ${peer}, ${protocolOf(object).toUpperCase()}, ${ports}`;
}
