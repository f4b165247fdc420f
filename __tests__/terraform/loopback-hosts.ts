import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformStack } from "cdktf";

import { type IMesosCluster, MesosCluster, type MesosClusterAttributes } from "../../lib";
import { type Rehearsal, startRehearsal } from "../../tools/rehearsal";
import type { Machine } from "../../tools/rehearsal/machine";
import type { UserDataFile } from "../../tools/rehearsal/user-data";
import { nodeFiles } from "../rehearsal/node-files";
import { type TerraformProject, terraformProject } from "../support/terraform";

/** A machine that Terraform did not make, as `MesosCluster.fromAttributes` takes it. */
export interface LoopbackHost {
  readonly host: string;
  readonly instanceId: string;
  readonly machine: Machine;
}

/** A project for the real Terraform, and machines on loopback that it reaches by real SSH. */
export class LoopbackHosts {
  /** Close it when done, in `afterAll`. */
  public static async start(): Promise<LoopbackHosts> {
    const directory = mkdtempSync(join(tmpdir(), "cdktf-mesos-hosts-"));
    const rehearsal = await startRehearsal({ directory });
    return new LoopbackHosts(directory, rehearsal, await terraformProject(rehearsal.hooks));
  }

  private constructor(
    /** A folder that goes with the rest. */
    public readonly directory: string,
    public readonly rehearsal: Rehearsal,
    public readonly project: TerraformProject,
  ) {}

  /**
   * Boots a machine.
   *
   * @param node what makes it a node of a cluster of several machines, and its private address
   */
  public async boot(instanceId: string, node?: { address: string; settings: Record<string, string> }) {
    const object = {
      id: instanceId,
      associate_public_ip_address: true,
      ...(node && { private_ip: node.address, user_data_base64: userData(nodeFiles(node.settings)) }),
    };
    const offer = await this.rehearsal.hooks.created?.("aws_instance", object);
    return {
      host: (offer as { public_ip: string }).public_ip,
      instanceId,
      machine: this.rehearsal.machine(instanceId) as Machine,
    } satisfies LoopbackHost;
  }

  /** Boots masters and agents of one cluster, by their addresses; the first master comes first, so that it leads. */
  public async bootCluster(masters: readonly string[], agents: readonly string[]) {
    const common = {
      CLUSTER_NAME: "demo",
      MASTERS: masters.join(" "),
      MESOS_QUORUM: String(Math.floor(masters.length / 2) + 1),
      MESOS_RESOURCES: "cpus:4;mem:4096;ports:[80-80,31000-32000]",
    };
    const boot = (NODE_ROLE: string) => (address: string) =>
      this.boot(`i-${address}`, { address, settings: { ...common, NODE_ROLE } });
    const booted: LoopbackHost[] = [];
    for (const address of masters) booted.push(await boot("master")(address));
    return { masters: booted, agents: await Promise.all(agents.map(boot("agent"))) };
  }

  /** A cluster of hosts, in a stack that holds nothing else yet. */
  public cluster(stack: TerraformStack, attributes: ClusterAttributes): IMesosCluster {
    new NullProvider(stack, "Null");
    return MesosCluster.fromAttributes(stack, "Cluster", {
      clusterName: "demo",
      masterUrl: "zk://10.0.0.4:2181/mesos",
      ...attributes,
      ssh: {
        privateKeyFile: this.rehearsal.privateKeyFile,
        port: this.rehearsal.sshPort,
        ...attributes.ssh,
      },
    });
  }

  /** Stops everything and removes all folders. */
  public async close(): Promise<void> {
    await this.project.close();
    await this.rehearsal.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function userData(files: readonly UserDataFile[]): string {
  return Buffer.from(`#cloud-config\n${JSON.stringify({ write_files: files })}`).toString("base64");
}

/** What a test says of its cluster; the rest is the same for all. */
export type ClusterAttributes = Pick<MesosClusterAttributes, "masters"> &
  Partial<Omit<MesosClusterAttributes, "ssh">> & { ssh?: Partial<MesosClusterAttributes["ssh"]> };
