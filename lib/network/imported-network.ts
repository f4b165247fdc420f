import { type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { ValidationError } from "../errors";
import { validateIdentifier } from "../private/identifier";
import { Cidr, cidrContains, parseCidr } from "./cidr";
import { CidrAllocator } from "./cidr-allocator";
import type { INetwork } from "./network";

/** A VPC that is there already, for `Network.fromAttributes`. */
export interface NetworkAttributes {
  /** Id of the VPC. */
  readonly vpcId: string;
  /** Range of the VPC, a literal: addresses are computed from it at synth. */
  readonly vpcCidr: string;
  /**
   * A range inside the VPC that no subnet uses, a literal, at least a /28 for each zone.
   *
   * Subnets with fixed addresses (those of the masters) are made in it.
   */
  readonly reservedCidr: string;
  /** Names of the zones. */
  readonly availabilityZones: string[];
  /**
   * Ids of the public subnets, one a zone.
   *
   * @default - none
   */
  readonly publicSubnetIds?: string[];
  /**
   * Route tables of the public subnets, one a zone.
   *
   * @default - none
   */
  readonly publicRouteTableIds?: string[];
  /**
   * Ids of the private subnets, one a zone.
   *
   * @default - none
   */
  readonly privateSubnetIds?: string[];
  /**
   * Route tables of the private subnets, one a zone.
   *
   * @default - none
   */
  readonly privateRouteTableIds?: string[];
}

const SUBNET_LISTS = [
  "publicSubnetIds",
  "publicRouteTableIds",
  "privateSubnetIds",
  "privateRouteTableIds",
] as const;

/** `Network.fromAttributes`. */
export class ImportedNetwork extends Construct implements INetwork {
  public readonly vpcId: string;
  public readonly vpcCidr: string;
  public readonly availabilityZones: string[];
  public readonly publicSubnetIds: string[];
  public readonly privateSubnetIds: string[];
  public readonly publicRouteTableIds: string[];
  public readonly privateRouteTableIds: string[];
  public readonly internetAccess: ITerraformDependable[] = [];
  private readonly allocator: CidrAllocator;

  constructor(scope: Construct, id: string, attributes: NetworkAttributes) {
    super(scope, id);
    const vpcCidr = literalCidr(this, "vpcCidr", attributes.vpcCidr);
    const reserved = literalCidr(this, "reservedCidr", attributes.reservedCidr);
    if (!cidrContains(vpcCidr, reserved)) {
      throw new ValidationError(
        this,
        `'reservedCidr' must lie inside 'vpcCidr' ${JSON.stringify(attributes.vpcCidr)}, got ${JSON.stringify(attributes.reservedCidr)}`,
      );
    }
    validateLists(this, attributes);
    validateIdentifier(this, "vpcId", attributes.vpcId);
    this.vpcId = attributes.vpcId;
    this.vpcCidr = attributes.vpcCidr;
    this.availabilityZones = attributes.availabilityZones;
    this.publicSubnetIds = attributes.publicSubnetIds ?? [];
    this.privateSubnetIds = attributes.privateSubnetIds ?? [];
    this.publicRouteTableIds = attributes.publicRouteTableIds ?? [];
    this.privateRouteTableIds = attributes.privateRouteTableIds ?? [];
    this.allocator = new CidrAllocator(this, reserved);
  }

  public allocateSubnetCidrs(count: number): string[] {
    return this.allocator.allocate(count);
  }
}

function literalCidr(scope: Construct, property: string, text: string): Cidr {
  const cidr = Token.isUnresolved(text) ? undefined : parseCidr(text);
  if (cidr === undefined) {
    const got = Token.isUnresolved(text) ? "a token" : JSON.stringify(text);
    throw new ValidationError(
      scope,
      `'${property}' must be a literal network like "10.0.0.0/16", got ${got}`,
    );
  }
  return cidr;
}

function validateLists(scope: Construct, attributes: NetworkAttributes): void {
  for (const property of ["availabilityZones", ...SUBNET_LISTS] as const) {
    const list = attributes[property] ?? [];
    if (Token.isUnresolved(list)) {
      throw new ValidationError(
        scope,
        `'${property}' must be a list known at synth, got a token; give the list itself, its entries may be tokens`,
      );
    }
    for (const entry of list) validateIdentifier(scope, property, entry);
  }
  const zones = attributes.availabilityZones.length;
  for (const property of SUBNET_LISTS) {
    const list = attributes[property];
    if (list !== undefined && list.length !== zones) {
      throw new ValidationError(
        scope,
        `'${property}' must have one entry for each of the ${zones} zones, got ${JSON.stringify(list)}`,
      );
    }
  }
  if (attributes.publicSubnetIds === undefined && attributes.privateSubnetIds === undefined) {
    throw new ValidationError(scope, "supply 'publicSubnetIds' or 'privateSubnetIds', got neither");
  }
  for (const kind of ["public", "private"] as const) {
    const [subnets, tables] = [attributes[`${kind}SubnetIds`], attributes[`${kind}RouteTableIds`]];
    if ((subnets === undefined) !== (tables === undefined)) {
      throw new ValidationError(
        scope,
        `'${kind}SubnetIds' and '${kind}RouteTableIds' must be given together`,
      );
    }
  }
}
