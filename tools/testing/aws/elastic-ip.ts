import type { CloudObject } from "../cloud";
import { CloudError } from "../problem";
import type { Change, Computed, Rules, World } from "../rules";
import { sameValue, UNKNOWN } from "../value";
import type { Fields } from "../value";
import { freePublicAddress, vpcOf } from "./addresses";
import { choiceProblems, text } from "./checks";
import { hasInternetGateway } from "./internet-gateway";
import { arn, newId, privateDns, publicDns } from "./naming";
import { attachedInstance } from "./network-interface";

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eip */
export const ELASTIC_IP: Rules = {
  replacedBy: ["address", "domain", "ipam_pool_id", "network_border_group", "public_ipv4_pool"],
  validate: (config) => choiceProblems(config, "domain", "vpc", "standard"),
  plan: planAssociation,
  create: (object, world) => {
    const id = newId("eipalloc");
    const address = freePublicAddress(world);
    return {
      id,
      allocation_id: id,
      arn: arn("ec2", world, `elastic-ip/${id}`),
      domain: "vpc",
      network_border_group: world.region,
      public_ipv4_pool: "amazon",
      public_ip: address,
      public_dns: publicDns(address, world.region),
      ...association(object, world),
    };
  },
  update: (before, after, world) => {
    if (after.association_id !== UNKNOWN) return {};
    return association({ ...after, id: before.id }, world);
  },
  read: (object, world) => {
    const isAssociated = text(object.network_interface) !== undefined;
    return isAssociated ? { ...interfaceOf(object, world) } : ({} as Computed);
  },
};

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eip */
function planAssociation({ prior, config, planned }: Change): string[] {
  const sides = ["instance", "network_interface", "associate_with_private_ip"];
  if (prior === null || sides.every((side) => sameValue(prior[side], planned[side]))) return [];
  for (const name of ["association_id", "private_ip", "private_dns"]) planned[name] = UNKNOWN;
  for (const side of ["instance", "network_interface"])
    if ((config[side] ?? null) === null) planned[side] = UNKNOWN;
  return [];
}

function association(object: Fields, world: World): Computed {
  const target = targetInterface(object, world);
  if (target === undefined) return {};
  refuseUnreachable(target, world);
  refuseTaken(target, object, world);
  const { instance, private_ip } = interfaceOf({ network_interface: target }, world);
  return {
    association_id: newId("eipassoc"),
    network_interface: target,
    instance,
    private_ip,
    private_dns: private_ip === "" ? "" : privateDns(private_ip, world.region),
  };
}

function targetInterface(object: Fields, { cloud }: World): string | undefined {
  const instance = cloud.get("aws_instance", text(object.instance));
  return text(object.network_interface) ?? text(instance?.primary_network_interface_id);
}

function interfaceOf(object: Fields, world: World): { instance: string; private_ip: string } {
  const id = text(object.network_interface) ?? "";
  const instance = attachedInstance(id, world);
  const address = world.cloud.get("aws_network_interface", id)?.private_ip ?? instance?.private_ip;
  return { instance: instance?.id ?? "", private_ip: text(address) ?? "" };
}

function refuseUnreachable(interfaceId: string, world: World): void {
  const subnet =
    world.cloud.get("aws_network_interface", interfaceId)?.subnet_id ??
    attachedInstance(interfaceId, world)?.subnet_id;
  const vpc = vpcOf(subnet, world);
  if (vpc === undefined || hasInternetGateway(vpc, world)) return;
  throw new CloudError("Gateway.NotAttached", `Network ${vpc} is not attached to any internet gateway`);
}

function refuseTaken(interfaceId: string, own: Fields, { cloud }: World): void {
  const isOther = (eip: CloudObject) => eip.network_interface === interfaceId && eip.id !== own.id;
  const other = cloud.objects("aws_eip").find(isOther);
  if (other === undefined) return;
  throw new CloudError(
    "Resource.AlreadyAssociated",
    `resource ${other.id} is already associated with ${interfaceId}`,
  );
}
