import { DataResource, type ITerraformDependable, Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { ValidationError } from "../errors";
import { instanceSize, isArm, type MachineSize, taskResources } from "../machine/instance-type";
import { MachineImage } from "../machine/machine-image";
import type { INetwork } from "../network/network";
import { validateOwnerName } from "../private/owner-name";
import { WeaveNetwork } from "../weave/weave-network";
import { Agents } from "./agents";
import { Firewall, validateCidrs } from "./firewall";
import { ImportedCluster, type MesosClusterAttributes } from "./imported-cluster";
import { NodeInstanceProfile } from "./instance-profile";
import { Launcher, type LauncherOptions, type MesosHost } from "./launcher";
import { masterPlaces, quorum, zooKeeperUrl } from "./master-addresses";
import { Masters, type NodeGroupProps } from "./masters";
import { nodeUserData, type NodeSettings } from "./node-user-data";
import { ZOOKEEPER_PORT } from "./ports";
import { resolveSshAccess, type SshAccess } from "./ssh-access";

/** A Mesos cluster: one made by `MesosCluster`, or hosts that are there already. */
export interface IMesosCluster extends IConstruct {
  /** Name of the cluster. */
  readonly clusterName: string;
  /** Where the leading master is found, as `mesos-execute --master` takes it. */
  readonly masterUrl: string;
  /** The masters, which launch tasks. */
  readonly masters: MesosHost[];
  /**
   * Launches tasks: what `MesosTask` uses.
   *
   * @internal
   */
  readonly _launcher: Launcher;
}

/** Properties for `MesosCluster`. */
export interface MesosClusterProps extends LauncherOptions {
  /**
   * Name of the cluster: prefix of the name of every resource, and the value of the tag `cdktf-mesos:cluster`.
   *
   * Lower-case letters, digits and hyphens, at most 32.
   */
  readonly clusterName: string;
  /** The network the machines are in. */
  readonly network: INetwork;
  /** Name of the key pair in AWS whose public half the machines get. */
  readonly keyName: string;
  /** How the machine that runs Terraform reaches the nodes. */
  readonly ssh: SshAccess;
  /** Networks that may open SSH connections, like `["203.0.113.7/32"]`. */
  readonly adminCidrs: string[];
  /**
   * Number of masters: 1, 3 or 5. It cannot be changed on a live cluster.
   *
   * @default 1
   */
  readonly masterCount?: number;
  /**
   * Instance type of the masters, x86-64.
   *
   * @default "t3.small"
   */
  readonly masterType?: string;
  /**
   * Number of agents; may change at any time.
   *
   * @default 3
   */
  readonly agentCount?: number;
  /**
   * Instance type of the agents, x86-64.
   *
   * @default "t3.large"
   */
  readonly agentType?: string;
  /**
   * What of an agent tasks may use.
   *
   * @default - from `agentType`: all its cpus, and its memory less 1 GiB and an eighth
   */
  readonly agentResources?: MachineSize;
  /**
   * The network of the tasks.
   *
   * @default - a `WeaveNetwork` with its defaults
   */
  readonly weave?: WeaveNetwork;
  /**
   * Image of the machines. A live machine does not follow it.
   *
   * @default MachineImage.ubuntu2404()
   */
  readonly image?: MachineImage;
  /**
   * Whether machines are in public subnets with public addresses, masters with Elastic IPs (an account's quota is 5).
   *
   * @default - true unless the network has private subnets
   */
  readonly publicAddresses?: boolean;
}

/** Root volumes, in GiB. */
const [MASTER_VOLUME_GIB, AGENT_VOLUME_GIB] = [20, 50];

/** Masters on fixed addresses, agents, and a firewall by role, on AWS. */
export class MesosCluster extends Construct implements IMesosCluster {
  /**
   * Uses hosts that are there already, on any cloud or metal.
   *
   * They need sshd, sudo, systemd, bash 4 or newer, curl, jq and mesos-execute; what is missing is named at deploy.
   */
  public static fromAttributes(
    scope: Construct,
    id: string,
    attributes: MesosClusterAttributes,
  ): IMesosCluster {
    return new ImportedCluster(scope, id, attributes);
  }

  public readonly clusterName: string;
  public readonly masterUrl: string;
  public readonly masters: MesosHost[];
  /** @internal */
  public readonly _launcher: Launcher;
  /** The agents. */
  public readonly agents: MesosHost[];
  /** Private addresses of the masters, literals. */
  public readonly masterAddresses: string[];
  /** Private addresses of the agents. */
  public readonly agentAddresses: string[];
  /** What of an agent tasks may use. */
  public readonly agentResources: MachineSize;
  /** User that logs in to the machines. */
  public readonly sshUser: string;
  /** What must exist before the cluster is of use. */
  public readonly ready: ITerraformDependable[];
  private readonly firewall: Firewall;

  constructor(scope: Construct, id: string, props: MesosClusterProps) {
    super(scope, id);
    const { masterType, agentType, publicAddresses } = validateProps(this, props);
    const { clusterName, network } = props;
    const masterCount = props.masterCount ?? 1;
    const image = props.image ?? MachineImage.ubuntu2404();
    const ssh = resolveSshAccess(this, props.ssh, image.sshUser);
    const subnetCidrs = network.allocateSubnetCidrs(Math.min(masterCount, network.availabilityZones.length));
    const places = masterPlaces(subnetCidrs, masterCount);
    const weave = props.weave ?? new WeaveNetwork(this, "Weave");
    weave._validateAgainst(network.vpcCidr);

    this.clusterName = clusterName;
    this.sshUser = ssh.user;
    this.agentResources = props.agentResources ?? defaultResources(this, agentType);
    this.masterAddresses = places.map(({ address }) => address);
    this.masterUrl = zooKeeperUrl(this.masterAddresses, ZOOKEEPER_PORT);

    this.firewall = new Firewall(this, "Firewall", {
      owner: clusterName,
      vpcId: network.vpcId,
      adminCidrs: props.adminCidrs,
      sshPort: ssh.port,
    });
    const reachable = new DataResource(this, "Reachable", {
      dependsOn: [...this.firewall.rules, ...network.internetAccess],
    });
    const group: Omit<NodeGroupProps, "securityGroupId" | "instanceType" | "volumeGiB"> = {
      owner: clusterName,
      network,
      publicAddresses,
      imageId: image._imageId(this),
      keyName: props.keyName,
      instanceProfile: new NodeInstanceProfile(this, "InstanceProfile", clusterName).instanceProfileName,
      dependsOn: [reachable],
    };
    const settings = this.nodeSettings(weave);
    const masters = new Masters(this, "Masters", {
      ...group,
      securityGroupId: this.firewall.groupIds.masters,
      instanceType: masterType,
      volumeGiB: MASTER_VOLUME_GIB,
      subnetCidrs,
      places,
      userData: (index) => nodeUserData({ ...settings, NODE_ROLE: "master", MASTER_ID: String(index + 1) }),
    });
    const { instances } = new Agents(this, "Agents", {
      ...group,
      securityGroupId: this.firewall.groupIds.agents,
      instanceType: agentType,
      volumeGiB: AGENT_VOLUME_GIB,
      count: props.agentCount ?? 3,
      userData: nodeUserData({
        ...settings,
        NODE_ROLE: "agent",
        MESOS_RESOURCES: mesosResources(this.agentResources),
      }),
    });

    this.masters = masters.hosts;
    this.agents = instances.map(({ id, publicIp, privateIp }) => ({
      host: publicAddresses ? publicIp : privateIp,
      instanceId: id,
    }));
    this.agentAddresses = instances.map(({ privateIp }) => privateIp);
    this.ready = [reachable, ...masters.reach, ...instances];
    this._launcher = new Launcher(this, "Launcher", {
      hosts: this.masters,
      ssh,
      masterUrl: this.masterUrl,
      options: props,
      reach: this.ready,
    });
  }

  /**
   * Lets networks reach a TCP port of every agent.
   *
   * @param id part of the rule's construct id, a noun
   * @param port the port
   * @param cidrs networks like `["203.0.113.7/32"]`
   * @param why description of the rule
   * @throws ValidationError when a network is no CIDR
   */
  public allowToAgents(id: string, port: number, cidrs: string[], why: string): void {
    validateCidrs(this, "cidrs", cidrs);
    this.firewall.allowFromCidrs("agents", id, port, cidrs, why);
  }

  private nodeSettings(weave: WeaveNetwork): NodeSettings {
    return {
      CLUSTER_NAME: this.clusterName,
      MASTERS: this.masterAddresses.join(" "),
      MESOS_QUORUM: String(quorum(this.masterAddresses.length)),
      ...weave._nodeEnv(),
    };
  }
}

function mesosResources({ cpus, memoryMiB }: MachineSize): string {
  return `cpus:${cpus};mem:${memoryMiB};ports:[80-80,31000-32000]`;
}

function validateProps(scope: Construct, props: MesosClusterProps) {
  validateOwnerName(scope, "clusterName", props.clusterName);
  validateCidrs(scope, "adminCidrs", props.adminCidrs);
  validateCounts(scope, props);
  const masterType = props.masterType ?? "t3.small";
  const agentType = props.agentType ?? "t3.large";
  validateInstanceType(scope, "masterType", masterType);
  validateInstanceType(scope, "agentType", agentType);
  const { network } = props;
  const publicAddresses = props.publicAddresses ?? network.privateSubnetIds.length === 0;
  if ((publicAddresses ? network.publicSubnetIds : network.privateSubnetIds).length === 0) {
    const kind = publicAddresses ? "public" : "private";
    throw new ValidationError(
      scope,
      `'publicAddresses' is ${publicAddresses}, but the network ${network.node.path} has no ${kind} subnets`,
    );
  }
  return { masterType, agentType, publicAddresses };
}

function validateCounts(scope: Construct, props: MesosClusterProps): void {
  const masters = props.masterCount ?? 1;
  const agents = props.agentCount ?? 3;
  const zones = props.network.availabilityZones.length;
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
  if (!Number.isInteger(agents) || agents < 1) {
    throw new ValidationError(scope, `'agentCount' must be a whole number from 1, got ${agents}`);
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
  return taskResources(size);
}
