import { Construct } from "constructs";
import type { IMesosCluster } from "../mesos/mesos-cluster";
import { MesosTask } from "../mesos/mesos-task";
import { SOCK_SHOP_SERVICES, type SockShopService } from "./services";

/** Properties for `SockShop`. */
export interface SockShopProps {
  /** The cluster that runs the services. */
  readonly cluster: IMesosCluster;
}

/** The Sock Shop microservices; of this release, catalogue and its database. */
export class SockShop extends Construct {
  /** Names of the services. */
  public readonly serviceNames: string[];

  constructor(scope: Construct, id: string, props: SockShopProps) {
    super(scope, id);
    const tasks = new Map<string, MesosTask>();
    for (const service of SOCK_SHOP_SERVICES) {
      tasks.set(service.name, this.createTask(service, props.cluster, tasks));
    }
    this.serviceNames = [...tasks.keys()];
  }

  private createTask(
    service: SockShopService,
    cluster: IMesosCluster,
    tasks: Map<string, MesosTask>,
  ): MesosTask {
    const { name, startAfter, ...definition } = service;
    return new MesosTask(this, pascalCase(name), {
      cluster,
      taskName: name,
      ...definition,
      startAfter: startAfter?.map((other) => tasks.get(other) as MesosTask),
    });
  }
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
