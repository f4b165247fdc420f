import { Token } from "cdktf";
import { Construct } from "constructs";
import { ValidationError } from "../errors";
import { validateIdentifier } from "../private/identifier";
import { validateOwnerName } from "../private/owner-name";
import type { MachineSize } from "../machine/instance-type";
import { validateWholeNumber } from "../private/whole-number";
import { validateAgentResources } from "./cluster-plan";
import { Launcher, type LauncherOptions, type MesosHost } from "./launcher";
import type { IMesosCluster } from "./mesos-cluster";
import { resolveSshAccess, type SshAccess, validateHost } from "./ssh-access";

/** A Mesos cluster that is there already, for `MesosCluster.fromAttributes`. */
export interface MesosClusterAttributes extends LauncherOptions {
  /** Name of the cluster. */
  readonly clusterName: string;
  /**
   * The hosts that launch tasks. One may be any host; several must be all masters, as the leading one launches.
   */
  readonly masters: MesosHost[];
  /** Where the leading master is found, as `mesos-execute --master` takes it: `zk://10.0.0.4:2181/mesos`, or `10.0.0.4:5050`. */
  readonly masterUrl: string;
  /** How the machine that runs Terraform reaches the hosts. */
  readonly ssh: SshAccess;
  /**
   * Number of agents. With it and `agentResources`, tasks that do not fit are refused.
   *
   * @default - not known
   */
  readonly agentCount?: number;
  /**
   * What of an agent tasks may use.
   *
   * @default - not known
   */
  readonly agentResources?: MachineSize;
}

/** `MesosCluster.fromAttributes`. */
export class ImportedCluster extends Construct implements IMesosCluster {
  public readonly clusterName: string;
  public readonly masterUrl: string;
  public readonly masters: MesosHost[];
  /** @internal */
  public readonly _launcher: Launcher;

  constructor(scope: Construct, id: string, attributes: MesosClusterAttributes) {
    super(scope, id);
    if (attributes.masters.length === 0) {
      throw new ValidationError(this, "'masters' must name at least one host, got []");
    }
    validateMasters(this, attributes.masters);
    validateMasterUrl(this, attributes.masterUrl);
    validateOwnerName(this, "clusterName", attributes.clusterName);
    const { agentCount, agentResources } = attributes;
    if (agentCount !== undefined) validateWholeNumber(this, "agentCount", agentCount, [1, Infinity]);
    validateAgentResources(this, agentResources);
    this.clusterName = attributes.clusterName;
    this.masterUrl = attributes.masterUrl;
    this.masters = attributes.masters;
    this._launcher = new Launcher(this, "Launcher", {
      hosts: attributes.masters,
      ssh: resolveSshAccess(this, attributes.ssh, "ubuntu"),
      masterUrl: attributes.masterUrl,
      options: attributes,
      reach: [],
      agents: { count: agentCount, resources: agentResources },
    });
    this._launcher.upload();
  }
}

function validateMasters(scope: Construct, masters: MesosHost[]): void {
  for (const { host, instanceId } of masters) {
    validateHost(scope, "masters.host", host);
    if (instanceId !== undefined) validateIdentifier(scope, "masters.instanceId", instanceId);
  }
  const twice = masters.find(
    ({ host }, index) => masters.findIndex((other) => other.host === host) !== index,
  );
  if (twice !== undefined) {
    throw new ValidationError(
      scope,
      `'masters' must name each host once, got ${JSON.stringify(twice.host)} again`,
    );
  }
}

function validateMasterUrl(scope: Construct, url: string): void {
  if (!Token.isUnresolved(url) && !/^[!-~]+$/.test(url)) {
    throw new ValidationError(
      scope,
      `'masterUrl' must be what mesos-execute takes as --master, like "zk://10.0.0.4:2181/mesos", got ${JSON.stringify(url)}`,
    );
  }
}
