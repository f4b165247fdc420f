import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { MesosCluster } from "../mesos/mesos-cluster";
import { Network } from "../network/network";
import type { ArtifactSettings } from "./artifact-settings";
import { CLUSTER_OUTPUT, clusterOutput } from "./cluster-output";
import { checkPrivateKeyFirst } from "./preflight";
import type { Settings } from "./settings";
import { shellExports, sshLine } from "./shell-outputs";
import type { StateLocation } from "./state-location";
import { Variables } from "./variables";

/** Port of the shop on every agent: the edge router's. */
const SHOP_PORT = 80;

/** The stack `mesos`: a network and a Mesos cluster in it. */
export class MesosStack extends TerraformStack {
  constructor(
    scope: Construct,
    id: string,
    settings: Settings,
    state: StateLocation,
    artifacts: ArtifactSettings = {},
  ) {
    super(scope, id);
    state.store(this);
    const variables = new Variables(this, settings, true);
    new AwsProvider(this, "Aws", {
      region: variables.region,
      accessKey: variables.accessKey,
      secretKey: variables.secretKey,
    });
    new NullProvider(this, "Null");

    const network = new Network(this, "Network", { networkName: settings.clusterName });
    const cluster = new MesosCluster(this, "Cluster", {
      ...settings,
      ...artifacts,
      network,
      keyName: variables.keyName,
      ssh: {
        privateKeyFile: variables.privateKeyFile,
        port: variables.sshPort,
        connectTimeoutSec: variables.sshTimeoutSec,
      },
      adminCidrs: variables.adminCidrs,
      clusterSecret: variables.clusterSecret,
    });
    cluster.allowToAgents("Shop", SHOP_PORT, variables.shopCidrs, "the shop from shop_cidrs");

    this.addOutputs(cluster, variables);
    checkPrivateKeyFirst(this, variables.privateKeyFile);
  }

  private addOutputs(cluster: MesosCluster, variables: Variables): void {
    this.output(CLUSTER_OUTPUT, "What the stack sock-shop needs to know", clusterOutput(cluster));
    this.output(
      "master_addresses",
      "Addresses of the masters",
      cluster.masters.map(({ host }) => host),
    );
    this.output(
      "agent_addresses",
      "Addresses of the agents",
      cluster.agents.map(({ host }) => host),
    );
    this.output("ssh", "Opens a shell on the first master", sshLine(cluster, variables));
    this.output(
      "exports",
      'KEY, MASTER and SLAVE0… for a shell: eval "$(…)"',
      shellExports(cluster, variables),
    );
  }

  private output(name: string, description: string, value: unknown): void {
    new TerraformOutput(this, name, { description, value }).overrideLogicalId(name);
  }
}
