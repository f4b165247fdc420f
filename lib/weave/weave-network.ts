import { Token } from "cdktf";
import { Construct } from "constructs";
import { ValidationError } from "../errors";
import { Cidr, cidrsOverlap, parseCidr } from "../network/cidr";
import { validateWholeNumber } from "../private/whole-number";

/** Name of the CNI network, by which a task asks for it. */
export const WEAVE_NETWORK_NAME = "weave";

/** Properties for `WeaveNetwork`. */
export interface WeaveNetworkProps {
  /**
   * Range the tasks' addresses come from, a literal; it must not overlap the VPC.
   *
   * @default "10.32.0.0/12"
   */
  readonly ipRange?: string;
  /**
   * Largest packet on the overlay, in bytes.
   *
   * The default fits the 9001-byte frames of a VPC; traffic that leaves a VPC's region needs 1376.
   *
   * @default 8916
   * @see https://github.com/weaveworks/weave/blob/master/site/tasks/manage/fastdp.md
   */
  readonly mtu?: number;
  /**
   * Whether traffic between machines is encrypted.
   *
   * @default true
   */
  readonly encrypted?: boolean;
}

/** The overlay network of a cluster's tasks: Weave Net, attached by Mesos' CNI isolator. Makes no resource of its own. */
export class WeaveNetwork extends Construct {
  /** Range the tasks' addresses come from. */
  public readonly ipRange: string;
  /** Largest packet on the overlay, in bytes. */
  public readonly mtu: number;
  /** Whether traffic between machines is encrypted. */
  public readonly encrypted: boolean;

  constructor(scope: Construct, id: string, props: WeaveNetworkProps = {}) {
    super(scope, id);
    this.ipRange = props.ipRange ?? "10.32.0.0/12";
    this.mtu = props.mtu ?? 8916;
    this.encrypted = props.encrypted ?? true;
    validateRange(this, this.ipRange);
    validateWholeNumber(this, "mtu", this.mtu, [576, 8916]);
  }

  /** @internal */
  public _nodeEnv(): Record<string, string> {
    return {
      WEAVE_RANGE: this.ipRange,
      WEAVE_MTU: String(this.mtu),
      WEAVE_ENCRYPTED: String(this.encrypted),
    };
  }

  /**
   * Refuses a VPC whose range shares an address with the overlay: one of the two would be unreachable.
   *
   * @internal
   */
  public _validateAgainst(vpcCidr: string): void {
    if (cidrsOverlap(parseCidr(this.ipRange) as Cidr, parseCidr(vpcCidr) as Cidr)) {
      throw new ValidationError(
        this,
        `'ipRange' must not overlap the VPC's ${JSON.stringify(vpcCidr)}, got ${JSON.stringify(this.ipRange)}; ` +
          "choose another private range for one of the two",
      );
    }
  }
}

function validateRange(scope: Construct, range: string): void {
  const cidr = Token.isUnresolved(range) ? undefined : parseCidr(range);
  if (cidr === undefined || cidr.prefix > 24) {
    const got = Token.isUnresolved(range) ? "a token" : JSON.stringify(range);
    throw new ValidationError(
      scope,
      `'ipRange' must be a literal network of at least a /24, like "10.32.0.0/12", got ${got}`,
    );
  }
}
