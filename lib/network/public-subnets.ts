import { Route as AwsRoute } from "@cdktf/provider-aws/lib/route";
import { RouteTable as AwsRouteTable } from "@cdktf/provider-aws/lib/route-table";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { tags } from "../private/tags";
import { ZoneSubnet } from "./zone-subnet";

/** Properties for `PublicSubnets`. */
export interface PublicSubnetsProps {
  readonly owner: string;
  readonly vpcId: string;
  readonly internetGatewayId: string;
  /** Names of the zones. */
  readonly zones: string[];
  /** One a zone. */
  readonly cidrs: string[];
}

/** One subnet a zone, all with a route to the internet. Machines get a public address only where they ask for one. */
export class PublicSubnets extends Construct {
  public readonly subnetIds: string[];
  public readonly routeTableId: string;
  public readonly internetAccess: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: PublicSubnetsProps) {
    super(scope, id);
    const table = new AwsRouteTable(this, "RouteTable", {
      vpcId: props.vpcId,
      tags: tags(props.owner, "public"),
    });
    const route = new AwsRoute(this, "InternetRoute", {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: props.internetGatewayId,
    });
    const zones = props.zones.map(
      (zone, index) =>
        new ZoneSubnet(this, `Zone${index + 1}`, {
          vpcId: props.vpcId,
          zone,
          cidr: props.cidrs[index] as string,
          routeTableId: table.id,
          tags: tags(props.owner, `public-${index + 1}`),
        }),
    );
    this.subnetIds = zones.map(({ subnetId }) => subnetId);
    this.routeTableId = table.id;
    this.internetAccess = [route, ...zones.map(({ association }) => association)];
  }
}
