import { randomInt } from "node:crypto";

import type { ProviderDefinition } from "../provider-definition";
import type { Rules } from "../rules";

/** @see https://registry.terraform.io/providers/hashicorp/null/latest/docs/resources/resource */
const NULL_RESOURCE: Rules = {
  replacedBy: ["triggers"],
  stored: false,
  create: () => ({ id: String(randomInt(2 ** 47)) }),
};

/** The provider `hashicorp/null`: what it makes lives in Terraform's state and nowhere else. */
export const nullProvider: ProviderDefinition = {
  name: "null",
  rules: (type) => (type === "null_resource" ? NULL_RESOURCE : {}),
  dataSource: () => undefined,
  configure: () => ({ region: null, defaultTags: null }),
  completePlan: () => undefined,
};
