import type { CloudObject } from "../cloud";
import { CloudError } from "../problem";
import type { Rules, World } from "../rules";
import type { Fields } from "../value";
import { vpcOf } from "./addresses";
import { dependencyViolation, text } from "./checks";
import { identity } from "./naming";

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/internet_gateway */
export const INTERNET_GATEWAY: Rules = {
  create: (object, world) => {
    refuseSecond(object, world);
    return identity("igw", "internet-gateway", world);
  },
  remove: (object, world) => {
    const vpc = text(object.vpc_id);
    if (vpc === undefined || !hasPublicAddress(vpc, world)) return;
    throw dependencyViolation(
      `Network ${vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
    );
  },
};

/** Whether the internet can be reached from a VPC; one that was not made here has its own ways. */
export function hasInternetGateway(vpcId: string, { cloud }: World): boolean {
  const attached = cloud.objects("aws_internet_gateway").some((gateway) => gateway.vpc_id === vpcId);
  return attached || cloud.get("aws_vpc", vpcId) === undefined;
}

function refuseSecond(object: Fields, { cloud }: World): void {
  const vpc = text(object.vpc_id);
  const other = cloud.objects("aws_internet_gateway").find((gateway) => gateway.vpc_id === vpc);
  if (vpc === undefined || other === undefined) return;
  throw new CloudError(
    "Resource.AlreadyAssociated",
    `resource ${vpc} is already attached to network ${other.id}`,
  );
}

function hasPublicAddress(vpc: string, world: World): boolean {
  const { cloud } = world;
  const interfaceIn = (eip: CloudObject) =>
    vpcOf(cloud.get("aws_network_interface", eip.network_interface)?.subnet_id, world) === vpc;
  return (
    cloud.objects("aws_eip").some(interfaceIn) ||
    cloud.objects("aws_instance").some((one) => one.public_ip !== "" && vpcOf(one.subnet_id, world) === vpc)
  );
}
