import { RouteTableAssociation as AwsRouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet as AwsSubnet } from "@cdktf/provider-aws/lib/subnet";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";

/** Properties for `ZoneSubnet`. */
export interface ZoneSubnetProps {
  readonly vpcId: string;
  /** Name of the zone. */
  readonly zone: string;
  readonly cidr: string;
  readonly routeTableId: string;
  readonly tags: Record<string, string>;
}

/** A subnet in one zone, and the route table it uses. */
export class ZoneSubnet extends Construct {
  public readonly subnetId: string;
  /** Without it the subnet has the VPC's main routes: what needs the internet depends on it. */
  public readonly association: ITerraformDependable;

  constructor(scope: Construct, id: string, props: ZoneSubnetProps) {
    super(scope, id);
    const subnet = new AwsSubnet(this, "Resource", {
      vpcId: props.vpcId,
      availabilityZone: props.zone,
      cidrBlock: props.cidr,
      tags: props.tags,
      // A zone looked up is not followed: a zone that AWS opens must not replace a subnet and all that is in it.
      lifecycle: Token.isUnresolved(props.zone) ? { ignoreChanges: ["availability_zone"] } : undefined,
    });
    this.subnetId = subnet.id;
    this.association = new AwsRouteTableAssociation(this, "RouteTableAssociation", {
      subnetId: subnet.id,
      routeTableId: props.routeTableId,
    });
  }
}
