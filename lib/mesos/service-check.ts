import { TerraformElement, Token } from "cdktf";
import { Construct } from "constructs";
import { ValidationError } from "../errors";
import type { IMesosCluster } from "./mesos-cluster";

/** Properties for `ServiceCheck`. */
export interface ServiceCheckProps {
  /** The cluster whose services are looked at: all that the code declares on it. */
  readonly cluster: IMesosCluster;
  /**
   * Where a master tells what runs, from the machine that runs Terraform.
   *
   * @default "http://127.0.0.1:5052/"
   */
  readonly address?: string;
}

/** Name of the output in what a master tells, and of the data source that reads it. */
const OUTPUT = "services";

/**
 * Lets `terraform plan` warn of services that do not run as declared, and names what is amiss of each.
 *
 * Terraform reads what a master tells as if it were another stack's state: no provider is needed, and where nobody
 * answers that is a warning too.
 *
 * @see https://developer.hashicorp.com/terraform/language/checks
 */
export class ServiceCheck extends Construct {
  constructor(scope: Construct, id: string, props: ServiceCheckProps) {
    super(scope, id);
    const { address = "http://127.0.0.1:5052/", cluster } = props;
    if (!Token.isUnresolved(address) && !/^https?:\/\/[^\s"\\$%]+$/.test(address)) {
      throw new ValidationError(
        this,
        `'address' must be a URL that begins with http:// or https://, got ${JSON.stringify(address)}`,
      );
    }
    new CheckBlock(this, "Block", address, () => cluster._launcher.services);
  }
}

/** Terraform's block, which cdktf has no class for. It is rendered when every service is declared. */
class CheckBlock extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly address: string,
    private readonly services: () => readonly string[],
  ) {
    super(scope, id, "check");
  }

  public override toTerraform(): object {
    const told = `data.terraform_remote_state.${this.friendlyUniqueId}.outputs.${OUTPUT}`;
    const declared = JSON.stringify(this.services());
    const amiss =
      `[for name in ${declared} : "\${name}: \${lookup(${told}, name, "no master knows it")}" ` +
      `if lookup(${told}, name, "-") != ""]`;
    return {
      check: {
        [this.friendlyUniqueId]: {
          data: {
            terraform_remote_state: {
              [this.friendlyUniqueId]: { backend: "http", config: { address: this.address } },
            },
          },
          assert: [
            {
              condition: `\${length(${amiss}) == 0}`,
              error_message: `services do not run as declared: \${join("; ", ${amiss})}`,
            },
          ],
        },
      },
    };
  }
}
