import { createHash } from "node:crypto";

import { exactlyOne } from "../combination";
import { CloudError } from "../problem";
import type { Rules, World } from "../rules";
import type { Fields } from "../value";
import { vpcOf } from "./addresses";
import { cidrProblems, dependencyViolation, refuseWhileUsed, text } from "./checks";
import { identity, newId } from "./naming";

const DESTINATIONS = ["destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"];

const TARGETS = [
  "carrier_gateway_id",
  "core_network_arn",
  "egress_only_gateway_id",
  "gateway_id",
  "local_gateway_id",
  "nat_gateway_id",
  "network_interface_id",
  "transit_gateway_id",
  "vpc_endpoint_id",
  "vpc_peering_connection_id",
];

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route_table */
export const ROUTE_TABLE: Rules = {
  replacedBy: ["vpc_id"],
  create: (_, world) => identity("rtb", "route-table", world),
  remove: (object, world) =>
    refuseWhileUsed(
      world,
      object,
      [["aws_route_table_association", "route_table_id"]],
      dependencyViolation(`The routeTable '${object.id}' has dependencies and cannot be deleted.`),
    ),
};

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route */
export const ROUTE: Rules = {
  replacedBy: ["route_table_id", ...DESTINATIONS],
  combinations: [exactlyOne(...DESTINATIONS), exactlyOne(...TARGETS)],
  validate: (config) => cidrProblems(config, "destination_cidr_block"),
  create: (object, world) => {
    refuseDuplicate(object, world);
    refuseForeignGateway(object, world);
    const digest = createHash("sha1").update(destinationOf(object)).digest().readUInt32BE();
    return {
      id: `r-${text(object.route_table_id) ?? ""}${digest}`,
      origin: "CreateRoute",
      state: "active",
    };
  },
  update: (_, after, world) => {
    refuseForeignGateway(after, world);
    return {};
  },
};

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route_table_association */
export const ROUTE_TABLE_ASSOCIATION: Rules = {
  replacedBy: ["gateway_id", "subnet_id"],
  combinations: [exactlyOne("gateway_id", "subnet_id")],
  create: (object, world) => {
    const subnet = text(object.subnet_id);
    const associations = world.cloud.objects("aws_route_table_association");
    if (subnet !== undefined && associations.some((other) => other.subnet_id === subnet)) {
      throw new CloudError(
        "Resource.AlreadyAssociated",
        `the specified association for route table ${text(object.route_table_id) ?? ""} conflicts with an existing association`,
      );
    }
    const table = world.cloud.get("aws_route_table", text(object.route_table_id));
    const vpc = vpcOf(subnet, world);
    if (table !== undefined && vpc !== undefined && table.vpc_id !== vpc) {
      const message = `Route table ${table.id} and subnet ${subnet ?? ""} belong to different networks`;
      throw new CloudError("InvalidParameterValue", message);
    }
    return { id: newId("rtbassoc") };
  },
};

function destinationOf(object: Fields): string {
  return DESTINATIONS.map((name) => text(object[name]) ?? "").join("");
}

function refuseDuplicate(object: Fields, { cloud }: World): void {
  const sameDestination = (other: Fields) =>
    other.route_table_id === object.route_table_id && destinationOf(other) === destinationOf(object);
  if (!cloud.objects("aws_route").some(sameDestination)) return;
  throw new CloudError(
    "RouteAlreadyExists",
    `The route identified by ${destinationOf(object)} already exists in ${text(object.route_table_id) ?? ""}.`,
  );
}

function refuseForeignGateway(object: Fields, { cloud }: World): void {
  const gateway = cloud.get("aws_internet_gateway", text(object.gateway_id));
  const table = cloud.get("aws_route_table", text(object.route_table_id));
  if (gateway === undefined || table === undefined || gateway.vpc_id === table.vpc_id) return;
  throw new CloudError(
    "InvalidParameterValue",
    `route table ${table.id} and network gateway ${gateway.id} belong to different networks`,
  );
}
