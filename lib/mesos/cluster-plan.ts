import { Token } from "cdktf";
import type { Construct } from "constructs";
import { ValidationError } from "../errors";
import type { MachineFile } from "../machine/cloud-config";
import { instanceSize, isArm, type MachineSize, taskResources } from "../machine/instance-type";
import { MachineImage } from "../machine/machine-image";
import { artifactsFile } from "../machine/node-artifacts";
import type { INetwork } from "../network/network";
import { validateOwnerName } from "../private/owner-name";
import { validateKnownNumber, validateWholeNumber } from "../private/whole-number";
import { WeaveNetwork } from "../weave/weave-network";
import { validateCidrs } from "./firewall";
import { type MasterPlace, masterPlaces } from "./master-addresses";
import type { MesosClusterProps } from "./mesos-cluster";
import { type ResolvedSshAccess, resolveSshAccess } from "./ssh-access";

const DEFAULTS = {
  masterCount: 1,
  masterType: "t3.small",
  agentCount: 3,
  agentType: "t3.large",
  startTimeoutSec: 900,
} as const;

/** The props with every default applied and everything computed that can be. */
export interface ClusterPlan {
  readonly masterType: string;
  readonly agentType: string;
  readonly agentCount: number;
  readonly agentResources: MachineSize;
  readonly publicAddresses: boolean;
  readonly image: MachineImage;
  readonly ssh: ResolvedSshAccess;
  readonly subnetCidrs: string[];
  readonly places: MasterPlace[];
  readonly weave: WeaveNetwork;
  /** Where machines get what they are made of. */
  readonly artifacts: MachineFile;
  readonly startTimeoutSec: number;
}

/**
 * Checks the props and computes what follows from them.
 *
 * @throws ValidationError naming the property, the value and the way out
 */
export function planCluster(scope: Construct, props: MesosClusterProps): ClusterPlan {
  validateProps(scope, props);
  const { network, masterType = DEFAULTS.masterType, agentType = DEFAULTS.agentType } = props;
  const masterCount = props.masterCount ?? DEFAULTS.masterCount;
  const image = props.image ?? MachineImage.ubuntu2404();
  const weave = props.weave ?? new WeaveNetwork(scope, "Weave");
  weave._validateAgainst(network.vpcCidr);
  const subnetCidrs = network.allocateSubnetCidrs(Math.min(masterCount, network.availabilityZones.length));
  return {
    masterType,
    agentType,
    agentCount: props.agentCount ?? DEFAULTS.agentCount,
    agentResources: props.agentResources ?? defaultResources(scope, agentType),
    publicAddresses: publicAddresses(props),
    image,
    ssh: resolveSshAccess(scope, props.ssh, image.sshUser),
    subnetCidrs,
    places: masterPlaces(subnetCidrs, masterCount),
    weave,
    artifacts: artifactsFile(scope, props.artifacts ?? {}, props.artifactMirror),
    startTimeoutSec: props.startTimeoutSec ?? DEFAULTS.startTimeoutSec,
  };
}

function publicAddresses({ publicAddresses, network }: MesosClusterProps): boolean {
  return publicAddresses ?? network.privateSubnetIds.length === 0;
}

function validateProps(scope: Construct, props: MesosClusterProps): void {
  validateOwnerName(scope, "clusterName", props.clusterName);
  validateCidrs(scope, "adminCidrs", props.adminCidrs);
  if (props.adminCidrs.length === 0) {
    throw new ValidationError(
      scope,
      `'adminCidrs' must hold at least one network like "203.0.113.7/32", got []; nobody could reach the machines`,
    );
  }
  validateKeyName(scope, props.keyName);
  validateMasterCount(scope, props.masterCount ?? DEFAULTS.masterCount, props.network);
  validateWholeNumber(scope, "agentCount", props.agentCount ?? DEFAULTS.agentCount, [1, Infinity]);
  validateInstanceType(scope, "masterType", props.masterType ?? DEFAULTS.masterType);
  validateInstanceType(scope, "agentType", props.agentType ?? DEFAULTS.agentType);
  validateAgentResources(scope, props.agentResources);
  validateSubnets(scope, props.network, publicAddresses(props));
  validateWholeNumber(
    scope,
    "startTimeoutSec",
    props.startTimeoutSec ?? DEFAULTS.startTimeoutSec,
    [60, 86400],
  );
  validateSecret(scope, "clusterSecret", props.clusterSecret);
  validateSecret(scope, "registryAuth", props.registryAuth);
}

/** The text itself is not told: what is printed is read by many. */
function validateSecret(scope: Construct, property: string, secret: string | undefined): void {
  if (secret !== undefined && !Token.isUnresolved(secret)) {
    throw new ValidationError(
      scope,
      `'${property}' must be a Terraform value, got a text that would stand in the configuration; use a variable`,
    );
  }
}

function validateKeyName(scope: Construct, keyName: string): void {
  if (!Token.isUnresolved(keyName) && !/^[!-~](?:[ -~]{0,253}[!-~])?$/.test(keyName)) {
    throw new ValidationError(
      scope,
      `'keyName' must be the name of a key pair, 1 to 255 printable ASCII characters, got ${JSON.stringify(keyName)}`,
    );
  }
}

function validateSubnets(scope: Construct, network: INetwork, isPublic: boolean): void {
  const [kind, ids] = isPublic ? ["public", network.publicSubnetIds] : ["private", network.privateSubnetIds];
  if (ids.length === 0) {
    throw new ValidationError(
      scope,
      `'publicAddresses' is ${isPublic}, but the network ${network.node.path} has no ${kind} subnets`,
    );
  }
}

function validateMasterCount(scope: Construct, masters: number, network: INetwork): void {
  const zones = network.availabilityZones.length;
  validateKnownNumber(scope, "masterCount", masters);
  if (![1, 3, 5].includes(masters)) {
    throw new ValidationError(
      scope,
      `'masterCount' must be 1, 3 or 5 so that ZooKeeper can form a majority, got ${masters}; use ${nearestOdd(masters)}`,
    );
  }
  if (masters > 1 && zones < 2) {
    throw new ValidationError(
      scope,
      `'network' must span at least 2 zones for ${masters} masters, got ${zones}; raise its 'zones', or use 1 master`,
    );
  }
}

function nearestOdd(masters: number): number {
  return masters <= 1 ? 1 : masters <= 3 ? 3 : 5;
}

function validateInstanceType(scope: Construct, property: string, instanceType: string): void {
  if (Token.isUnresolved(instanceType)) {
    throw new ValidationError(
      scope,
      `'${property}' must be known at synth, got a token; give the type itself`,
    );
  }
  if (!/^[a-z0-9-]+\.[a-z0-9-]+$/.test(instanceType)) {
    throw new ValidationError(
      scope,
      `'${property}' must be an instance type like "t3.large", got ${JSON.stringify(instanceType)}`,
    );
  }
  if (isArm(instanceType)) {
    throw new ValidationError(
      scope,
      `'${property}' must be an x86-64 instance type, got ${JSON.stringify(instanceType)}, which is Arm; ` +
        "Mesos, Weave and the Sock Shop images are built for amd64 only",
    );
  }
}

function defaultResources(scope: Construct, agentType: string): MachineSize {
  const size = instanceSize(agentType);
  if (size === undefined) {
    throw new ValidationError(
      scope,
      `'agentResources' must be given for the instance type ${JSON.stringify(agentType)}, whose size is not known; ` +
        "say how many cpus and MiB tasks may use",
    );
  }
  const resources = taskResources(size);
  if (resources.memoryMiB <= 0) {
    throw new ValidationError(
      scope,
      `'agentType' must leave memory for tasks, got ${JSON.stringify(agentType)}, whose ${size.memoryMiB} MiB ` +
        "the system, Mesos and Weave need; use a larger type",
    );
  }
  return resources;
}

/**
 * Checks what of an agent tasks may use.
 *
 * @throws ValidationError naming the property and the value
 */
export function validateAgentResources(scope: Construct, resources: MachineSize | undefined): void {
  for (const property of ["cpus", "memoryMiB"] as const) {
    const value = resources?.[property];
    if (value !== undefined) validateKnownNumber(scope, `agentResources.${property}`, value);
    if (value !== undefined && !(Number.isFinite(value) && value > 0)) {
      throw new ValidationError(scope, `'agentResources.${property}' must be a number above 0, got ${value}`);
    }
  }
}
