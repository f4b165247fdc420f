import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { DefaultSecurityGroup as AwsDefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { InternetGateway as AwsInternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { Vpc as AwsVpc } from "@cdktf/provider-aws/lib/vpc";
import { Fn, ITerraformDependable, Token } from "cdktf";
import { Construct, IConstruct } from "constructs";
import { ValidationError } from "../errors";
import { validateIdentifier } from "../private/identifier";
import { validateOwnerName } from "../private/owner-name";
import { tags } from "../private/tags";
import { validateWholeNumber } from "../private/whole-number";
import { Cidr, formatCidr, parseCidr } from "./cidr";
import { CidrAllocator } from "./cidr-allocator";
import { ImportedNetwork, NetworkAttributes } from "./imported-network";
import { PrivateSubnets } from "./private-subnets";
import { PublicSubnets } from "./public-subnets";
import { longestPrefix, MAX_ZONES, subnetCidrs } from "./subnet-cidrs";

/** A VPC and its subnets: one made by `Network`, or one that is there already. */
export interface INetwork extends IConstruct {
  /** Id of the VPC. */
  readonly vpcId: string;
  /** Range of the VPC; always a literal, because addresses are computed from it at synth. */
  readonly vpcCidr: string;
  /** Names of the zones; the names may be tokens, their number is known. */
  readonly availabilityZones: string[];
  /** Ids of the public subnets, one a zone; empty when there are none. */
  readonly publicSubnetIds: string[];
  /** Ids of the private subnets, one a zone; empty when there are none. */
  readonly privateSubnetIds: string[];
  /** Route tables of the public subnets, one a zone (the same one may stand several times). */
  readonly publicRouteTableIds: string[];
  /** Route tables of the private subnets, one a zone. */
  readonly privateRouteTableIds: string[];
  /** What must exist before a machine in a subnet reaches the internet, and as long as it shall. */
  readonly internetAccess: ITerraformDependable[];
  /**
   * The next free /28 networks of the reserved range, for subnets whose machines have fixed addresses.
   *
   * What a caller gets depends on the order of the calls: add new callers after the old ones.
   *
   * @throws ValidationError when the reserved range is used up
   */
  allocateSubnetCidrs(count: number): string[];
}

/** How machines without a public address reach the internet. */
export enum NatGateways {
  /** Not at all. */
  NONE = "none",
  /** Through one gateway in the first zone: about $33 a month and $0.045 a GB; its zone is a single point of failure. */
  ONE = "one",
  /** Through a gateway in their own zone: about $33 a month each. */
  ONE_PER_ZONE = "one-per-zone",
}

/** Properties for `Network`. */
export interface NetworkProps {
  /**
   * Prefix of the name of every resource, and the value of the tag `cdktf-mesos:cluster`.
   *
   * Lower-case letters, digits and hyphens, at most 32.
   */
  readonly networkName: string;
  /**
   * Range of the VPC, a literal between a /16 and a /24.
   *
   * @default "10.0.0.0/16"
   */
  readonly cidr?: string;
  /**
   * Number of availability zones, 1 to 6.
   *
   * @default - as many as `availabilityZones` names, else 2
   */
  readonly zones?: number;
  /**
   * Names of the zones.
   *
   * @default - the first zones of the region that are available
   */
  readonly availabilityZones?: string[];
  /**
   * Whether each zone gets a private subnet beside its public one.
   *
   * @default - true when `natGateways` asks for a gateway, else false
   */
  readonly privateSubnets?: boolean;
  /**
   * How machines in private subnets reach the internet; costs money, see `NatGateways`.
   *
   * @default NatGateways.NONE
   */
  readonly natGateways?: NatGateways;
}

/** A VPC over several zones: public subnets, on request private ones, routes, and a default security group that lets nothing pass. */
export class Network extends Construct implements INetwork {
  /**
   * Uses a VPC that is there already.
   *
   * @throws ValidationError when a range is no literal or the lists do not have one entry a zone
   */
  public static fromAttributes(scope: Construct, id: string, attributes: NetworkAttributes): INetwork {
    return new ImportedNetwork(scope, id, attributes);
  }

  public readonly vpcId: string;
  public readonly vpcCidr: string;
  public readonly availabilityZones: string[];
  public readonly publicSubnetIds: string[];
  public readonly privateSubnetIds: string[];
  public readonly publicRouteTableIds: string[];
  public readonly privateRouteTableIds: string[];
  public readonly internetAccess: ITerraformDependable[];
  private readonly allocator: CidrAllocator;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    validateOwnerName(this, "networkName", props.networkName);
    const zones = validateZones(this, props);
    const cidr = validateVpcCidr(this, props.cidr ?? "10.0.0.0/16", zones);
    const cidrs = subnetCidrs(cidr, zones);
    const owner = props.networkName;

    this.vpcCidr = formatCidr(cidr);
    this.availabilityZones = props.availabilityZones ?? availableZones(this, zones);
    this.allocator = new CidrAllocator(this, parseCidr(cidrs.reserved) as Cidr);
    const vpc = createVpc(this, owner, this.vpcCidr);
    this.vpcId = vpc.id;

    const gateway = new AwsInternetGateway(this, "InternetGateway", {
      vpcId: vpc.id,
      tags: tags(owner, "internet"),
    });
    const publicSubnets = new PublicSubnets(this, "Public", {
      owner,
      vpcId: vpc.id,
      internetGatewayId: gateway.id,
      zones: this.availabilityZones,
      cidrs: cidrs.publicCidrs,
    });
    this.publicSubnetIds = publicSubnets.subnetIds;
    this.publicRouteTableIds = this.availabilityZones.map(() => publicSubnets.routeTableId);

    const natGateways = validateNatGateways(this, props);
    const privateSubnets =
      (props.privateSubnets ?? natGateways !== NatGateways.NONE)
        ? new PrivateSubnets(this, "Private", {
            owner,
            vpcId: vpc.id,
            zones: this.availabilityZones,
            cidrs: cidrs.privateCidrs,
            natSubnetIds: natSubnetIds(natGateways, publicSubnets.subnetIds),
            internetAccess: publicSubnets.internetAccess,
          })
        : undefined;
    this.privateSubnetIds = privateSubnets?.subnetIds ?? [];
    this.privateRouteTableIds = privateSubnets?.routeTableIds ?? [];
    this.internetAccess = [...publicSubnets.internetAccess, ...(privateSubnets?.internetAccess ?? [])];
  }

  public allocateSubnetCidrs(count: number): string[] {
    return this.allocator.allocate(count);
  }
}

function createVpc(scope: Construct, owner: string, cidrBlock: string): AwsVpc {
  const vpc = new AwsVpc(scope, "Resource", {
    cidrBlock,
    enableDnsHostnames: true,
    enableDnsSupport: true,
    tags: tags(owner, "vpc"),
  });
  new AwsDefaultSecurityGroup(scope, "DefaultSecurityGroup", {
    vpcId: vpc.id,
    tags: tags(owner, "default-closed"),
  });
  return vpc;
}

/** Zones we look for: a set that does not grow when a region gets another zone. */
const ZONE_LETTERS = ["a", "b", "c", "d", "e", "f"];

/** The first zones of the region; Terraform refuses at plan, in our words, when the region has fewer. */
function availableZones(scope: Construct, zones: number): string[] {
  const { region } = new DataAwsRegion(scope, "Region");
  const lookup = new DataAwsAvailabilityZones(scope, "Zones", {
    state: "available",
    filter: [
      { name: "zone-name", values: ZONE_LETTERS.map((letter) => `${region}${letter}`) },
      { name: "opt-in-status", values: ["opt-in-not-required"] },
    ],
  });
  lookup.lifecycle = {
    postcondition: [
      {
        condition: `\${length(self.names) >= ${zones}}`,
        errorMessage: `${scope.node.path}: 'zones' is ${zones}, but the region has fewer zones; lower 'zones' or choose another region`,
      },
    ],
  };
  return Array.from({ length: zones }, (_, index) => Fn.element(lookup.names, index) as string);
}

function natSubnetIds(natGateways: NatGateways, publicSubnetIds: string[]): string[] {
  switch (natGateways) {
    case NatGateways.NONE:
      return [];
    case NatGateways.ONE:
      return publicSubnetIds.slice(0, 1);
    case NatGateways.ONE_PER_ZONE:
      return publicSubnetIds;
  }
}

function validateNatGateways(scope: Construct, props: NetworkProps): NatGateways {
  const natGateways = props.natGateways ?? NatGateways.NONE;
  if (natGateways !== NatGateways.NONE && props.privateSubnets === false) {
    throw new ValidationError(
      scope,
      `'natGateways' is ${JSON.stringify(natGateways)}, but 'privateSubnets' is false; leave one of the two out`,
    );
  }
  return natGateways;
}

function validateZones(scope: Construct, props: NetworkProps): number {
  const named = props.availabilityZones?.length;
  const zones = props.zones ?? named ?? 2;
  validateWholeNumber(scope, "zones", zones, [1, MAX_ZONES]);
  for (const name of props.availabilityZones ?? []) validateIdentifier(scope, "availabilityZones", name);
  if (named !== undefined && named !== zones) {
    const names = JSON.stringify(props.availabilityZones);
    throw new ValidationError(
      scope,
      `'availabilityZones' must name ${zones} zones, got ${names}; name as many as 'zones' says`,
    );
  }
  return zones;
}

function validateVpcCidr(scope: Construct, text: string, zones: number): Cidr {
  if (Token.isUnresolved(text)) {
    throw new ValidationError(
      scope,
      `'cidr' must be known at synth, got a token; give the range itself, like "10.0.0.0/16"`,
    );
  }
  const cidr = parseCidr(text);
  if (cidr === undefined) {
    throw new ValidationError(
      scope,
      `'cidr' must be a network like "10.0.0.0/16", got ${JSON.stringify(text)}`,
    );
  }
  const longest = longestPrefix(zones);
  if (cidr.prefix < 16 || cidr.prefix > longest) {
    const rule =
      cidr.prefix < 16
        ? "no larger than a /16, the largest AWS takes"
        : `at most a /${longest} to hold the subnets of ${zones} zones`;
    throw new ValidationError(scope, `'cidr' must be ${rule}, got ${JSON.stringify(text)}`);
  }
  return cidr;
}
