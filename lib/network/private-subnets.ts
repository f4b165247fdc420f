import { Eip as AwsEip } from "@cdktf/provider-aws/lib/eip";
import { NatGateway as AwsNatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route as AwsRoute } from "@cdktf/provider-aws/lib/route";
import { RouteTable as AwsRouteTable } from "@cdktf/provider-aws/lib/route-table";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { tags } from "../private/tags";
import { ZoneSubnet } from "./zone-subnet";

/** Properties for `PrivateSubnets`. */
export interface PrivateSubnetsProps {
  readonly owner: string;
  readonly vpcId: string;
  /** Names of the zones. */
  readonly zones: string[];
  /** One a zone. */
  readonly cidrs: string[];
  /** Public subnets that get a NAT gateway: none, the first, or one a zone. */
  readonly natSubnetIds: string[];
  /** What NAT gateways need before they reach the internet. */
  readonly internetAccess: ITerraformDependable[];
}

/** One subnet a zone without a route from the internet, and out to it only through NAT gateways. */
export class PrivateSubnets extends Construct {
  public readonly subnetIds: string[] = [];
  public readonly routeTableIds: string[] = [];
  public readonly internetAccess: ITerraformDependable[] = [];

  constructor(scope: Construct, id: string, props: PrivateSubnetsProps) {
    super(scope, id);
    const gateways = props.natSubnetIds.map((subnetId, index) => this.createGateway(subnetId, index, props));
    props.zones.forEach((zone, index) =>
      this.createZone(zone, index, gateways[Math.min(index, gateways.length - 1)], props),
    );
  }

  private createGateway(subnetId: string, index: number, props: PrivateSubnetsProps): AwsNatGateway {
    const scope = new Construct(this, `Nat${index + 1}`);
    const address = new AwsEip(scope, "Address", {
      domain: "vpc",
      dependsOn: props.internetAccess,
      tags: tags(props.owner, `nat-${index + 1}`),
    });
    return new AwsNatGateway(scope, "Resource", {
      allocationId: address.id,
      subnetId,
      dependsOn: props.internetAccess,
      tags: tags(props.owner, `nat-${index + 1}`),
    });
  }

  private createZone(
    zone: string,
    index: number,
    gateway: AwsNatGateway | undefined,
    props: PrivateSubnetsProps,
  ): void {
    const zoneTags = tags(props.owner, `private-${index + 1}`);
    const table = new AwsRouteTable(this, `RouteTable${index + 1}`, { vpcId: props.vpcId, tags: zoneTags });
    const subnet = new ZoneSubnet(this, `Zone${index + 1}`, {
      vpcId: props.vpcId,
      zone,
      cidr: props.cidrs[index] as string,
      routeTableId: table.id,
      tags: zoneTags,
    });
    this.subnetIds.push(subnet.subnetId);
    this.routeTableIds.push(table.id);
    this.internetAccess.push(subnet.association);
    if (gateway !== undefined) {
      this.internetAccess.push(
        new AwsRoute(this, `InternetRoute${index + 1}`, {
          routeTableId: table.id,
          destinationCidrBlock: "0.0.0.0/0",
          natGatewayId: gateway.id,
        }),
      );
    }
  }
}
