import type { Instance as AwsInstance } from "@cdktf/provider-aws/lib/instance";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import type { CloudConfig } from "../machine/cloud-config";
import { Machine } from "../machine/machine";
import { userDataBase64 } from "../machine/user-data";
import type { AgentMember } from "./capacity";
import type { NodeGroupProps } from "./masters";

/** Properties for `Agents`. */
export interface AgentsProps extends NodeGroupProps {
  readonly count: number;
  readonly userData: CloudConfig;
}

/** Agents, spread over the zones. Their number can change: the last ones come and go, the others stay. */
export class Agents extends Construct {
  public readonly instances: AwsInstance[];
  /** Who they are for masters. */
  public readonly members: AgentMember[];

  constructor(scope: Construct, id: string, props: AgentsProps) {
    super(scope, id);
    const { network, publicAddresses } = props;
    // Written once: of a thousand agents it would be nine tenths of what is synthesized.
    const userData = new TerraformLocal(this, "UserData", userDataBase64(this, props.userData));
    const subnetIds = publicAddresses ? network.publicSubnetIds : network.privateSubnetIds;
    this.instances = Array.from(
      { length: props.count },
      (_, index) =>
        new Machine(this, `Agent${index + 1}`, {
          ...props,
          userDataBase64: userData.asString,
          part: `agent-${index + 1}`,
          attachment: {
            subnetId: subnetIds[index % subnetIds.length],
            securityGroupIds: [props.securityGroupId],
            publicAddress: publicAddresses,
          },
        }).instance,
    );
    this.members = this.instances.map(({ id, privateIp }) => ({ instanceId: id, address: privateIp }));
  }
}
