import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformStack } from "cdktf";

import { type IMesosCluster, MesosCluster, type MesosClusterAttributes } from "../../lib";
import { type Rehearsal, startRehearsal } from "../../tools/rehearsal";
import type { Machine } from "../../tools/rehearsal/machine";
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

  /** Boots a machine. */
  public async boot(instanceId: string): Promise<LoopbackHost> {
    const object = { id: instanceId, associate_public_ip_address: true };
    const offer = await this.rehearsal.hooks.created?.("aws_instance", object);
    return {
      host: (offer as { public_ip: string }).public_ip,
      instanceId,
      machine: this.rehearsal.machine(instanceId) as Machine,
    };
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

/** What a test says of its cluster; the rest is the same for all. */
export type ClusterAttributes = Pick<MesosClusterAttributes, "masters"> &
  Partial<Omit<MesosClusterAttributes, "ssh">> & { ssh?: Partial<MesosClusterAttributes["ssh"]> };
