import { exactlyOne } from "../combination";
import type { Rules } from "../rules";
import { arn, newId } from "./naming";

const SOURCES = [
  "eni_id",
  "regional_nat_gateway_id",
  "subnet_id",
  "transit_gateway_attachment_id",
  "transit_gateway_id",
  "vpc_id",
];

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/flow_log */
export const FLOW_LOG: Rules = {
  replacedBy: [
    "deliver_cross_account_role",
    "destination_options",
    "iam_role_arn",
    "log_destination",
    "log_destination_type",
    "log_format",
    "max_aggregation_interval",
    "traffic_type",
    ...SOURCES,
  ],
  defaults: { log_destination_type: "cloud-watch-logs", max_aggregation_interval: 600 },
  combinations: [exactlyOne(...SOURCES)],
  create: (_, world) => {
    const id = newId("fl");
    return { id, arn: arn("ec2", world, `vpc-flow-log/${id}`) };
  },
};
