import { atLeastOne, conflicts } from "../combination";
import type { CloudObject } from "../cloud";
import { CloudError } from "../problem";
import type { Change, Computed, Rules, World } from "../rules";
import { isFields, isList, sameValue, UNKNOWN } from "../value";
import type { Fields, Value } from "../value";
import { elasticAddress, freeAddress, freePublicAddress, refuseAddresses, vpcOf } from "./addresses";
import { volumes } from "./block-device";
import { addressProblems, text, texts } from "./checks";
import { identity, newId, privateDns, publicDns } from "./naming";
import { attachedInstance } from "./network-interface";
import { refuseForeignGroups } from "./security-group";
import { refuseUserData, userDataProblems } from "./user-data";
import { zoneNames } from "./zones";

/** What belongs to the interface, and so cannot be said beside one that exists already. */
const OF_THE_INTERFACE = [
  "associate_public_ip_address",
  "enable_primary_ipv6",
  "ipv6_address_count",
  "ipv6_addresses",
  "private_ip",
  "secondary_private_ips",
  "security_groups",
  "source_dest_check",
  "subnet_id",
  "vpc_security_group_ids",
];

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/instance */
export const INSTANCE: Rules = {
  replacedBy: [
    "ami",
    "associate_public_ip_address",
    "availability_zone",
    "cpu_options",
    "ebs_block_device",
    "ebs_optimized",
    "enclave_options",
    "ephemeral_block_device",
    "hibernation",
    "host_id",
    "ipv6_address_count",
    "ipv6_addresses",
    "key_name",
    "launch_template",
    "network_interface",
    "placement_group",
    "placement_group_id",
    "placement_partition_number",
    "primary_network_interface.network_interface_id",
    "private_ip",
    "root_block_device.encrypted",
    "root_block_device.kms_key_id",
    "security_groups",
    "subnet_id",
    "tenancy",
  ],
  defaults: {
    force_destroy: false,
    get_password_data: false,
    source_dest_check: true,
    user_data_replace_on_change: false,
    "metadata_options.http_endpoint": "enabled",
    "metadata_options.http_protocol_ipv6": "disabled",
    "root_block_device.delete_on_termination": true,
    "ebs_block_device.delete_on_termination": true,
  },
  combinations: [
    atLeastOne("ami", "launch_template"),
    atLeastOne("instance_type", "launch_template"),
    conflicts("user_data", "user_data_base64"),
    conflicts("primary_network_interface", "network_interface", ...OF_THE_INTERFACE),
    conflicts("network_interface", ...OF_THE_INTERFACE),
    conflicts("ipv6_address_count", "ipv6_addresses"),
    conflicts("placement_group", "placement_group_id", "host_resource_group_arn"),
  ],
  validate: (config) => [...userDataProblems(config), ...addressProblems(config, "private_ip")],
  plan: planUpdate,
  create: launch,
  update: (before, after, world) => {
    refuseUserData(after);
    refuseForeignGroups(texts(after.vpc_security_group_ids), vpcOf(before.subnet_id, world), world);
    return after.public_ip === UNKNOWN ? restarted(before, world) : {};
  },
  read: (object, world) => {
    const elastic = text(elasticAddress(object.primary_network_interface_id, world)?.public_ip);
    return elastic === undefined ? {} : publicSide(elastic, world);
  },
  remove: (object) => {
    if (object.disable_api_termination !== true || object.force_destroy === true) return;
    throw new CloudError(
      "OperationNotPermitted",
      `The instance '${object.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
    );
  },
};

/** A change of these stops and starts the machine, which may give it another public address. */
const RESTARTING = ["instance_type", "user_data", "user_data_base64"];

function planUpdate({ prior, planned }: Change): string[] {
  if (prior === null || RESTARTING.every((name) => sameValue(prior[name], planned[name]))) return [];
  planned.public_ip = UNKNOWN;
  planned.public_dns = UNKNOWN;
  return planned.user_data_replace_on_change === true ? ["user_data", "user_data_base64"] : [];
}

function launch(object: Fields, world: World): Computed {
  refuseUserData(object);
  const ami = text(object.ami);
  if (ami !== undefined && !ami.startsWith("ami-")) {
    throw new CloudError("InvalidAMIID.Malformed", `Invalid id: "${ami}" (expecting "ami-...")`);
  }
  const network = chosenInterface(object, world) ?? newInterface(object, world);
  const root = volumes(object.root_block_device, "/dev/sda1", world);
  return {
    ...identity("i", "instance", world),
    ...network,
    private_dns: privateDns(text(network.private_ip) ?? "", world.region),
    instance_state: "running",
    instance_initiated_shutdown_behavior: "stop",
    tenancy: "default",
    root_block_device: root,
    ebs_block_device: volumes(object.ebs_block_device, "", world),
    metadata_options: [
      { http_put_response_hop_limit: 1, http_tokens: "optional", instance_metadata_tags: "disabled" },
    ],
    primary_network_interface: [{ delete_on_termination: false }],
  };
}

/** What an instance takes over from an interface that exists before it. */
function chosenInterface(object: Fields, world: World): Computed | undefined {
  const blocks: (Value | undefined)[] = [object.primary_network_interface, object.network_interface];
  const id = text(blocks.filter(isList).flat().find(isFields)?.network_interface_id);
  if (id === undefined) return undefined;
  if (attachedInstance(id, world) !== undefined) {
    throw new CloudError("InvalidNetworkInterface.InUse", `Interface: [${id}] in use.`);
  }
  const chosen = world.cloud.get("aws_network_interface", id);
  const publicIp = text(elasticAddress(id, world)?.public_ip) ?? "";
  return {
    primary_network_interface_id: id,
    private_ip: chosen?.private_ip ?? freeAddress(undefined, world),
    subnet_id: chosen?.subnet_id ?? "",
    vpc_security_group_ids: chosen?.security_groups ?? [],
    availability_zone: zoneOf(chosen?.subnet_id as string | undefined, world),
    associate_public_ip_address: publicIp !== "",
    ...publicSide(publicIp, world),
  };
}

/** What an instance gets that brings no interface. */
function newInterface(object: Fields, world: World): Computed {
  const subnet = text(object.subnet_id);
  if (subnet === undefined) {
    throw new CloudError("VPCIdNotSpecified", "No default VPC for this user: the instance needs subnet_id.");
  }
  refuseAddresses(texts([object.private_ip ?? null]), subnet, world);
  refuseForeignGroups(texts(object.vpc_security_group_ids), vpcOf(subnet, world), world);
  const vpc = world.cloud.get("aws_vpc", vpcOf(subnet, world));
  const isPublic = wantsPublicAddress(object, subnet, world);
  return {
    primary_network_interface_id: newId("eni"),
    private_ip: text(object.private_ip) ?? freeAddress(subnet, world),
    vpc_security_group_ids: texts([vpc?.default_security_group_id ?? null]),
    availability_zone: zoneOf(subnet, world),
    associate_public_ip_address: isPublic,
    ...publicSide(isPublic ? freePublicAddress(world) : "", world),
  };
}

function wantsPublicAddress(object: Fields, subnet: string, { cloud }: World): boolean {
  const asked = object.associate_public_ip_address;
  if (typeof asked === "boolean") return asked;
  return cloud.get("aws_subnet", subnet)?.map_public_ip_on_launch === true;
}

/** An address of its own is given back when a machine stops; an elastic one stays. */
function restarted(before: CloudObject, world: World): Computed {
  const elastic = text(elasticAddress(before.primary_network_interface_id, world)?.public_ip);
  const fresh = text(before.public_ip) === undefined ? "" : freePublicAddress(world);
  return publicSide(elastic ?? fresh, world);
}

function publicSide(address: string, { region }: World): Computed {
  return { public_ip: address, public_dns: publicDns(address, region) };
}

function zoneOf(subnet: string | undefined, { cloud, region }: World): string {
  return text(cloud.get("aws_subnet", subnet)?.availability_zone) ?? zoneNames(region)[0] ?? region;
}
