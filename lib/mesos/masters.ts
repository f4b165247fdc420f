import { Eip as AwsEip } from "@cdktf/provider-aws/lib/eip";
import { NetworkInterface as AwsNetworkInterface } from "@cdktf/provider-aws/lib/network-interface";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { CloudConfig } from "../machine/cloud-config";
import { Machine } from "../machine/machine";
import { userDataBase64 } from "../machine/user-data";
import type { INetwork } from "../network/network";
import { ZoneSubnet } from "../network/zone-subnet";
import { tags } from "../private/tags";
import type { MesosHost } from "./launcher";
import { type MasterPlace } from "./master-addresses";

/** What all machines of a role have in common. */
export interface NodeGroupProps {
  readonly owner: string;
  readonly network: INetwork;
  /** Whether the machines are in public subnets and have public addresses. */
  readonly publicAddresses: boolean;
  readonly securityGroupId: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly keyName: string;
  readonly instanceProfile: string;
  readonly volumeGiB: number;
  readonly dependsOn: ITerraformDependable[];
}

/** Properties for `Masters`. */
export interface MastersProps extends NodeGroupProps {
  readonly subnetCidrs: string[];
  readonly places: MasterPlace[];
  readonly userData: (index: number) => CloudConfig;
}

/**
 * Masters in subnets of their own, each on an interface that outlives it: address, SSH host and security group of a
 * master stay when its machine is replaced.
 */
export class Masters extends Construct {
  public readonly hosts: MesosHost[];
  /** What must be there before the masters can be reached. */
  public readonly reach: ITerraformDependable[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MastersProps,
  ) {
    super(scope, id);
    const subnets = props.subnetCidrs.map((cidr, zone) => this.createSubnet(cidr, zone));
    this.hosts = props.places.map((place, index) =>
      this.createMaster(place, index, (subnets[place.subnet] as ZoneSubnet).subnetId),
    );
  }

  private createSubnet(cidr: string, zone: number): ZoneSubnet {
    const { network, owner, publicAddresses } = this.props;
    const tables = publicAddresses ? network.publicRouteTableIds : network.privateRouteTableIds;
    const subnet = new ZoneSubnet(this, `Subnet${zone + 1}`, {
      vpcId: network.vpcId,
      zone: network.availabilityZones[zone] as string,
      cidr,
      routeTableId: tables[zone] as string,
      tags: tags(owner, `masters-${zone + 1}`),
    });
    this.reach.push(subnet.association);
    return subnet;
  }

  private createMaster(place: MasterPlace, index: number, subnetId: string): MesosHost {
    const { props } = this;
    const part = `master-${index + 1}`;
    const scope = new Construct(this, `Master${index + 1}`);
    const networkInterface = new AwsNetworkInterface(scope, "Interface", {
      subnetId,
      privateIps: [place.address],
      securityGroups: [props.securityGroupId],
      description: `${props.owner} ${part}`,
      tags: tags(props.owner, part),
    });
    const address = props.publicAddresses
      ? new AwsEip(scope, "Address", {
          domain: "vpc",
          networkInterface: networkInterface.id,
          dependsOn: props.network.internetAccess,
          tags: tags(props.owner, part),
        })
      : undefined;
    const machine = new Machine(scope, "Machine", {
      ...props,
      part,
      attachment: { networkInterfaceId: networkInterface.id },
      userDataBase64: userDataBase64(scope, props.userData(index)),
      dependsOn: [...props.dependsOn, ...(address === undefined ? [] : [address])],
    });
    this.reach.push(machine.instance);
    return { host: address?.publicIp ?? place.address, instanceId: machine.instance.id };
  }
}
