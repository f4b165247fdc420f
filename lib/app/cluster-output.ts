import { propertyAccess, type TerraformRemoteState, Token } from "cdktf";
import type { MesosCluster } from "../mesos/mesos-cluster";
import type { MesosHost } from "../mesos/launcher";

/** Name of the one output that crosses from `mesos` to `sock-shop`. It holds no secret. */
export const CLUSTER_OUTPUT = "cluster";

/** What `sock-shop` needs to know of the cluster. */
export interface ClusterFacts {
  readonly masters: MesosHost[];
  readonly masterUrl: string;
  readonly sshUser: string;
}

/** The output of `mesos`. */
export function clusterOutput(cluster: MesosCluster): Record<string, unknown> {
  return {
    name: cluster.clusterName,
    master_url: cluster.masterUrl,
    ssh_user: cluster.sshUser,
    masters: cluster.masters.map(({ host, instanceId }) => ({ host, instance_id: instanceId })),
  };
}

/**
 * What stands in for the output when `mesos` has none, because it is destroyed: with it `sock-shop` can still be planned
 * and destroyed, by what its own state knows.
 */
export function absentClusterOutput(masterCount: number): Record<string, unknown> {
  return {
    name: "",
    master_url: "",
    ssh_user: "",
    masters: Array.from({ length: masterCount }, () => ({ host: "", instance_id: "" })),
  };
}

/** Reads the output. */
export function readClusterOutput(state: TerraformRemoteState, masterCount: number): ClusterFacts {
  const at = (...path: (string | number)[]) =>
    Token.asString(propertyAccess(state.get(CLUSTER_OUTPUT), path));
  return {
    masters: Array.from({ length: masterCount }, (_, index) => ({
      host: at("masters", index, "host"),
      instanceId: at("masters", index, "instance_id"),
    })),
    masterUrl: at("master_url"),
    sshUser: at("ssh_user"),
  };
}
