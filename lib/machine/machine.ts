import { Instance as AwsInstance } from "@cdktf/provider-aws/lib/instance";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { tags } from "../private/tags";

/** Where a machine is on the network: on an interface that outlives it, or on one of its own. */
export interface MachineAttachment {
  /** Interface that outlives the machine. */
  readonly networkInterfaceId?: string;
  /** Subnet of the machine's own interface. */
  readonly subnetId?: string;
  readonly securityGroupIds?: string[];
  readonly publicAddress?: boolean;
}

/** Properties for `Machine`. */
export interface MachineProps {
  readonly owner: string;
  /** Last part of the machine's name. */
  readonly part: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly keyName: string;
  readonly instanceProfile: string;
  readonly volumeGiB: number;
  readonly attachment: MachineAttachment;
  readonly userDataBase64: string;
  readonly dependsOn: ITerraformDependable[];
}

/**
 * Attributes a live machine does not follow: a new image or a changed script must never stop a running node.
 * Machines are replaced one at a time, by `terraform apply -replace=…`.
 */
const NOT_FOLLOWED = ["ami", "user_data", "user_data_base64", "availability_zone"];

/** One EC2 instance with its user-data. */
export class Machine extends Construct {
  public readonly instance: AwsInstance;

  constructor(scope: Construct, id: string, props: MachineProps) {
    super(scope, id);
    const { networkInterfaceId, subnetId, securityGroupIds, publicAddress } = props.attachment;
    const name = tags(props.owner, props.part);
    this.instance = new AwsInstance(this, "Resource", {
      ami: props.imageId,
      instanceType: props.instanceType,
      keyName: props.keyName,
      iamInstanceProfile: props.instanceProfile,
      primaryNetworkInterface: networkInterfaceId === undefined ? undefined : { networkInterfaceId },
      subnetId,
      vpcSecurityGroupIds: securityGroupIds,
      associatePublicIpAddress: publicAddress,
      userDataBase64: props.userDataBase64,
      // Tokens of the metadata service cannot cross the overlay's bridge: containers never act as the machine.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      rootBlockDevice: {
        volumeType: "gp3",
        volumeSize: props.volumeGiB,
        encrypted: true,
        deleteOnTermination: true,
        tags: name,
      },
      tags: name,
      dependsOn: props.dependsOn,
      lifecycle: { ignoreChanges: NOT_FOLLOWED },
    });
  }
}
