import type { ITerraformDependable } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import type { MachineSize } from "../machine/instance-type";
import type { MachineImage } from "../machine/machine-image";
import type { INetwork } from "../network/network";
import { TerraformData } from "../private/terraform-data";
import { terraformLiteral } from "../private/terraform-literal";
import { validateWholeNumber } from "../private/whole-number";
import type { WeaveNetwork } from "../weave/weave-network";
import { Agents } from "./agents";
import type { PortRange } from "./capacity";
import { type ClusterPlan, planCluster } from "./cluster-plan";
import { Firewall, validateCidrs, validateDescription } from "./firewall";
import { ImportedCluster, type MesosClusterAttributes } from "./imported-cluster";
import { NodeInstanceProfile } from "./instance-profile";
import { Join } from "./join";
import { Launcher, type LauncherOptions, type MesosHost } from "./launcher";
import { quorum, zooKeeperUrl } from "./master-addresses";
import { Masters, type NodeGroupProps } from "./masters";
import type { NodeOptions } from "./node-options";
import { nodeUserData, type NodeSettings } from "./node-user-data";
import { ZOOKEEPER_PORT } from "./ports";
import type { SshAccess } from "./ssh-access";

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
export interface MesosClusterProps extends LauncherOptions, NodeOptions {
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
  /** What exists once the cluster is ready: every master answers, one leads, all agents are registered, Weave is whole. */
  public readonly ready: ITerraformDependable[];
  private readonly firewall: Firewall;

  constructor(scope: Construct, id: string, props: MesosClusterProps) {
    super(scope, id);
    const plan = planCluster(this, props);
    this.clusterName = props.clusterName;
    this.sshUser = plan.ssh.user;
    this.agentResources = plan.agentResources;
    this.masterAddresses = plan.places.map(({ address }) => address);
    this.masterUrl = zooKeeperUrl(this.masterAddresses, ZOOKEEPER_PORT);

    this.firewall = new Firewall(this, "Firewall", {
      owner: props.clusterName,
      vpcId: props.network.vpcId,
      adminCidrs: props.adminCidrs,
      sshPort: plan.ssh.port,
    });
    const reachable = new TerraformData(this, "Reachable", {
      dependsOn: [...this.firewall.rules, ...props.network.internetAccess],
    });
    const group = this.nodeGroup(props, plan, reachable);
    const masters = this.createMasters(group, plan);
    const { instances, members } = this.createAgents(group, plan);

    this.masters = masters.hosts;
    this.agents = instances.map(({ id, publicIp, privateIp }) => ({
      host: plan.publicAddresses ? publicIp : privateIp,
      instanceId: id,
    }));
    this.agentAddresses = instances.map(({ privateIp }) => privateIp);
    const join = new Join(this, "Join", {
      clusterName: props.clusterName,
      masters: this.masters,
      agents: this.agents,
      ssh: plan.ssh,
      options: props,
      startTimeoutSec: plan.startTimeoutSec,
      reach: [reachable, ...masters.reach],
    });
    this.ready = [join.ready];
    this._launcher = new Launcher(this, "Launcher", {
      hosts: this.masters,
      ssh: plan.ssh,
      masterUrl: this.masterUrl,
      options: props,
      reach: this.ready,
      agents: { count: plan.agentCount, resources: plan.agentResources, ports: AGENT_PORTS, members },
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
    validateWholeNumber(this, "port", port, [1, 65535]);
    validateCidrs(this, "cidrs", cidrs);
    validateDescription(this, "why", why);
    this.firewall.allowFromCidrs("agents", id, port, cidrs, why);
  }

  private nodeGroup(props: MesosClusterProps, plan: ClusterPlan, reachable: TerraformData): NodeGroup {
    const profile = new NodeInstanceProfile(this, "InstanceProfile", props.clusterName);
    return {
      owner: props.clusterName,
      network: props.network,
      publicAddresses: plan.publicAddresses,
      imageId: plan.image._imageId(this),
      keyName: terraformLiteral(props.keyName),
      instanceProfile: profile.instanceProfileName,
      dependsOn: [reachable],
    };
  }

  private createMasters(group: NodeGroup, plan: ClusterPlan): Masters {
    const settings = this.nodeSettings(plan.weave);
    return new Masters(this, "Masters", {
      ...group,
      securityGroupId: this.firewall.groupIds.masters,
      instanceType: plan.masterType,
      volumeGiB: MASTER_VOLUME_GIB,
      subnetCidrs: plan.subnetCidrs,
      places: plan.places,
      userData: (index) =>
        nodeUserData("master", { ...settings, MASTER_ID: String(index + 1) }, plan.artifacts),
    });
  }

  private createAgents(group: NodeGroup, plan: ClusterPlan): Agents {
    const settings = {
      ...this.nodeSettings(plan.weave),
      MESOS_RESOURCES: mesosResources(plan.agentResources),
    };
    return new Agents(this, "Agents", {
      ...group,
      securityGroupId: this.firewall.groupIds.agents,
      instanceType: plan.agentType,
      volumeGiB: AGENT_VOLUME_GIB,
      count: plan.agentCount,
      userData: nodeUserData("agent", settings, plan.artifacts),
    });
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

/** Ports of an agent that tasks may take: that of the web, and Mesos' own. */
const AGENT_PORTS: readonly PortRange[] = [
  [80, 80],
  [31000, 32000],
];

/** What all machines have in common, whatever their role. */
type NodeGroup = Omit<NodeGroupProps, "securityGroupId" | "instanceType" | "volumeGiB">;

function mesosResources({ cpus, memoryMiB }: MachineSize): string {
  const ports = AGENT_PORTS.map((range) => range.join("-")).join(",");
  return `cpus:${cpus};mem:${memoryMiB};ports:[${ports}]`;
}
