import { type TerraformMetaArguments, TerraformResource } from "cdktf";
import type { Construct } from "constructs";

/** Arguments of `TerraformData`. */
export interface TerraformDataConfig extends TerraformMetaArguments {
  /** Value kept in the state, which provisioners read as `self.output`. */
  readonly input?: Record<string, unknown>;
  /** A changed value replaces the resource. */
  readonly triggersReplace?: Record<string, unknown>;
}

/**
 * Terraform's built-in `terraform_data`.
 *
 * cdktf's own class starts `terraform version` at every synth, once for each resource: that takes longer than all else
 * the resource does, and makes a synth fail where Terraform is not installed.
 *
 * @see https://developer.hashicorp.com/terraform/language/resources/terraform-data
 */
export class TerraformData extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly config: TerraformDataConfig,
  ) {
    super(scope, id, { ...config, terraformResourceType: "terraform_data" });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { input: this.config.input, triggers_replace: this.config.triggersReplace };
  }
}
