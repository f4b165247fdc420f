import * as fs from "node:fs";
import * as path from "node:path";
import { Instance } from "../../tools/rehearsal/instance";
import type { CommandResult } from "../../tools/rehearsal/machine";
import { hostPath } from "../../tools/rehearsal/machine-path";
import type { Cluster, ClusterOptions } from "../../tools/rehearsal/mesos/cluster";
import type { ClusterState } from "../../tools/rehearsal/mesos/cluster-state";
import { Clusters } from "../../tools/rehearsal/mesos/clusters";
import { namespaceMode, type NamespaceMode } from "../../tools/rehearsal/namespace";
import { nodeFiles } from "./node-files";
import { temporaryDirectory } from "./support";

/** What a cluster is made of. */
export interface NodeClusterOptions extends ClusterOptions {
  readonly masters: number;
  readonly agents: number;
  /** What each agent has, as Mesos' flag says it. */
  readonly resources: string;
}

/** Masters and agents of one cluster: machines of a rehearsal, without Terraform. */
export class NodeCluster {
  /** Addresses of the masters. */
  public readonly masters: readonly string[];
  private readonly folder = temporaryDirectory();
  private readonly clusters: Clusters;
  private readonly instances = new Map<string, Instance>();
  private mode?: NamespaceMode;
  private agents = 0;

  constructor(private readonly options: NodeClusterOptions) {
    this.masters = Array.from({ length: options.masters }, (_, index) => `10.0.0.${index + 4}`);
    this.clusters = new Clusters(options);
  }

  /** Boots all of them. */
  public async boot(): Promise<void> {
    this.mode = await namespaceMode();
    const agents = Array.from({ length: this.options.agents }, () => this.nextAgent());
    await Promise.all([...this.masters, ...agents].map((address) => this.powerOn(address)));
  }

  /** Addresses of the machines that run, masters and agents. */
  public get running(): string[] {
    return [...this.instances.keys()];
  }

  /** What the masters know. */
  public get state(): ClusterState {
    return this.cluster.state;
  }

  /** The cluster that all of them are in. */
  public get cluster(): Cluster {
    const [any] = this.instances.values();
    if (any === undefined) throw new Error("no machine runs, so there is no cluster");
    return any.cluster;
  }

  /** Address of the master that leads. */
  public get leader(): string | undefined {
    return this.cluster.state.leader?.address;
  }

  /** A machine that runs. */
  public instance(address: string): Instance {
    const instance = this.instances.get(address);
    if (instance === undefined) throw new Error(`no machine runs at ${address}`);
    return instance;
  }

  /** Boots a machine: for the first time, or from its disk since it was cut off. */
  public async powerOn(address: string): Promise<void> {
    const role = this.masters.includes(address) ? "master" : "agent";
    const files = nodeFiles({
      CLUSTER_NAME: "test",
      MASTERS: this.masters.join(" "),
      MESOS_QUORUM: String(Math.floor(this.masters.length / 2) + 1),
      MESOS_RESOURCES: this.options.resources,
      NODE_ROLE: role,
    });
    const { directory } = this.folder;
    const mode = this.mode as NamespaceMode;
    const { clusters } = this;
    const id = `i-${address}`;
    const instance = await Instance.launch({ directory, mode, clusters, publicKey: "", id, address, files });
    this.instances.set(address, instance);
  }

  /** Boots one more agent. Gives its address. */
  public async addAgent(): Promise<string> {
    const address = this.nextAgent();
    await this.powerOn(address);
    return address;
  }

  /** Takes the power away from a machine; its disk stays. */
  public async cutPower(address: string): Promise<void> {
    const instance = this.instance(address);
    this.instances.delete(address);
    await instance.cutPower();
  }

  /** Takes a machine away with all it had. */
  public async remove(address: string): Promise<void> {
    const instance = this.instance(address);
    this.instances.delete(address);
    await instance.terminate();
  }

  /** Runs a script on a machine to its end. */
  public bash(address: string, script: string): Promise<CommandResult> {
    return this.instance(address).machine.run(["/bin/bash", "-c", script]);
  }

  /** Runs a script on a machine that must succeed; gives what it printed. */
  public async mustRun(address: string, script: string): Promise<string> {
    const { code, signal, stdout, stderr } = await this.bash(address, script);
    if (code === 0) return stdout;
    throw new Error(`${address}: ${signal ?? `exit code ${code}`}: ${script}\n${stdout}${stderr}`);
  }

  /** Where a file of a machine lies here. */
  public onHost(address: string, file: string): string {
    return hostPath(this.instance(address).machine.root, file);
  }

  /** Writes a file of a machine. */
  public write(address: string, file: string, text: string): void {
    const target = this.onHost(address, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
  }

  /** Takes the power away from all machines, and removes them. */
  public async close(): Promise<void> {
    await Promise.all([...this.instances.values()].map((instance) => instance.terminate()));
    this.clusters.close();
    this.folder.remove();
  }

  private nextAgent(): string {
    return `10.0.1.${++this.agents + 3}`;
  }
}
