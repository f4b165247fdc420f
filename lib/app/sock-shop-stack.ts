import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { instanceSize, taskResources } from "../machine/instance-type";
import { MesosCluster } from "../mesos/mesos-cluster";
import { SockShop } from "../sock-shop/sock-shop";
import { absentClusterOutput, CLUSTER_OUTPUT, readClusterOutput } from "./cluster-output";
import { checkPrivateKeyFirst } from "./preflight";
import type { Settings } from "./settings";
import type { StateLocation } from "./state-location";
import { Variables } from "./variables";

/** The stack `sock-shop`: the services, on the cluster that the stack `mesos` made. */
export class SockShopStack extends TerraformStack {
  constructor(scope: Construct, id: string, settings: Settings, state: StateLocation) {
    super(scope, id);
    state.store(this);
    const variables = new Variables(this, settings, false);
    new NullProvider(this, "Null");

    const mesos = state.read(this, "mesos", { [CLUSTER_OUTPUT]: absentClusterOutput(settings.masterCount) });
    const facts = readClusterOutput(mesos, settings.masterCount);
    const agentSize = instanceSize(settings.agentType);
    const cluster = MesosCluster.fromAttributes(this, "Cluster", {
      clusterName: settings.clusterName,
      masters: facts.masters,
      masterUrl: facts.masterUrl,
      ssh: {
        user: facts.sshUser,
        port: variables.sshPort,
        privateKeyFile: variables.privateKeyFile,
        connectTimeoutSec: variables.sshTimeoutSec,
      },
      agentCount: settings.agentCount,
      agentResources: agentSize === undefined ? undefined : taskResources(agentSize),
      repair: variables.repair,
      forget: settings.forgetCluster,
    });
    const shop = new SockShop(this, "SockShop", { cluster, startTimeoutSec: variables.taskTimeoutSec });

    const services = new TerraformOutput(this, "services", {
      description: "Names of the services",
      value: shop.serviceNames,
    });
    services.overrideLogicalId("services");
    checkPrivateKeyFirst(this, variables.privateKeyFile);
  }
}
