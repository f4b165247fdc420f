import { conflicts } from "../combination";
import { CloudError } from "../problem";
import type { Rules, World } from "../rules";
import type { Fields } from "../value";
import { freeAddress, refuseAddresses, vpcOf } from "./addresses";
import { addressProblems, choiceProblems, text, texts } from "./checks";
import { hasInternetGateway } from "./internet-gateway";
import { newId } from "./naming";

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/nat_gateway */
export const NAT_GATEWAY: Rules = {
  replacedBy: [
    "allocation_id",
    "connectivity_type",
    "private_ip",
    "secondary_private_ip_address_count",
    "subnet_id",
  ],
  defaults: { connectivity_type: "public" },
  combinations: [conflicts("secondary_private_ip_address_count", "secondary_private_ip_addresses")],
  validate: (config) => [
    ...choiceProblems(config, "connectivity_type", "public", "private"),
    ...addressProblems(config, "private_ip"),
  ],
  create: (object, world) => {
    const subnet = text(object.subnet_id);
    refuseAddresses(texts([object.private_ip ?? null]), subnet, world);
    const address = object.connectivity_type === "public" ? publicSide(object, world) : {};
    return {
      id: newId("nat"),
      network_interface_id: newId("eni"),
      private_ip: text(object.private_ip) ?? freeAddress(subnet, world),
      availability_mode: "zonal",
      vpc_id: vpcOf(subnet, world) ?? "",
      ...address,
    };
  },
};

function publicSide(object: Fields, world: World): { association_id: string; public_ip: string } {
  const allocation = text(object.allocation_id);
  if (allocation === undefined) {
    throw new CloudError(
      "MissingParameter",
      'a NAT gateway with connectivity_type = "public" needs allocation_id, the id of an elastic address',
    );
  }
  const vpc = vpcOf(text(object.subnet_id), world);
  if (vpc !== undefined && !hasInternetGateway(vpc, world)) {
    throw new CloudError("Gateway.NotAttached", `Network ${vpc} has no Internet gateway attached`);
  }
  const other = world.cloud.objects("aws_nat_gateway").find((nat) => nat.allocation_id === allocation);
  if (other !== undefined) {
    const message = `Elastic IP address [${allocation}] is already associated with ${other.id}`;
    throw new CloudError("Resource.AlreadyAssociated", message);
  }
  const publicIp = text(world.cloud.get("aws_eip", allocation)?.public_ip);
  return { association_id: newId("eipassoc"), public_ip: publicIp ?? "" };
}
