import * as fs from "node:fs";
import * as path from "node:path";
import { Instance } from "../../tools/rehearsal/instance";
import { hostPath } from "../../tools/rehearsal/machine-path";
import { type ClusterState, liveTasks } from "../../tools/rehearsal/mesos/cluster-state";
import { Clusters } from "../../tools/rehearsal/mesos/clusters";
import { taskFromFlags } from "../../tools/rehearsal/mesos/task-info";
import { namespaceMode } from "../../tools/rehearsal/namespace";
import { nodeFiles } from "../rehearsal/node-files";
import { temporaryDirectory } from "../rehearsal/support";

const SHIPPED = path.join(__dirname, "../../lib/mesos/launcher");
const UPLOAD = "/home/ubuntu/.cdktf-mesos/launcher";
const INSTALLED = "/opt/cdktf-mesos/launcher";

const MASTER = "10.0.0.4";
const AGENTS = ["10.0.1.4", "10.0.1.5", "10.0.1.6"];
/** About what it is between a real master and mesos-execute: long enough that starts overlap. */
const MESSAGE_DELAY_SEC = 0.05;

const AGENT_RESOURCES = "cpus:2;mem:6144;ports:[80-80,31000-32000]";

/** One master with the shipped launcher, and three agents of two cpus each: machines of a rehearsal, without Terraform. */
export class ServiceCluster {
  /** @param seed decides in which order agents are offered */
  public static async boot(seed: number): Promise<ServiceCluster> {
    const cluster = new ServiceCluster(seed);
    try {
      await cluster.launchAll();
      await cluster.installLauncher();
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  private readonly folder = temporaryDirectory();
  private readonly clusters: Clusters;
  private instances: Instance[] = [];
  private state?: ClusterState;
  private copies = 0;

  private constructor(seed: number) {
    this.clusters = new Clusters({
      seed,
      messageDelaySec: MESSAGE_DELAY_SEC,
      watch: (state) => this.look(state),
    });
  }

  /** Ids of the tasks that run now, in order. */
  public get running(): string[] {
    const tasks = liveTasks(this.state ?? { frameworks: [] });
    return idsOf(tasks.filter(({ state }) => state === "TASK_RUNNING"));
  }

  /** How many look for an offer no more although they have no task: they wait for ever. */
  public get starving(): number {
    const all = this.state?.frameworks ?? [];
    return all.filter(({ suppressed, tasks }) => suppressed && tasks.length === 0).length;
  }

  /** The most tasks of one id that lived at any moment. */
  public get mostCopies(): number {
    return this.copies;
  }

  /** Writes the definition of each service, and starts their units side by side. */
  public async start(services: readonly string[], cpus: number): Promise<void> {
    for (const service of services) {
      fs.writeFileSync(this.onMaster(`${INSTALLED}/tasks/${service}.json`), definition(service, cpus));
    }
    await this.bash(`systemctl start ${services.map((service) => `mesos-task@${service}`).join(" ")}`);
  }

  /** Runs a script on the master. */
  public async bash(script: string): Promise<void> {
    const { code, stderr } = await this.master.machine.run(["/bin/bash", "-c", script]);
    if (code !== 0) throw new Error(`exit code ${code}: ${script}\n${stderr}`);
  }

  /** Takes the power away from all machines, and removes them. */
  public async close(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.terminate()));
    this.clusters.close();
    this.folder.remove();
  }

  private get master(): Instance {
    return this.instances[0] as Instance;
  }

  private async launchAll(): Promise<void> {
    const mode = await namespaceMode();
    const node = {
      CLUSTER_NAME: "starts",
      MASTERS: MASTER,
      MESOS_QUORUM: "1",
      MESOS_RESOURCES: AGENT_RESOURCES,
    };
    const common = { directory: this.folder.directory, mode, publicKey: "", clusters: this.clusters };
    this.instances = await Promise.all(
      [MASTER, ...AGENTS].map((address) => {
        const files = nodeFiles({ ...node, NODE_ROLE: address === MASTER ? "master" : "agent" });
        return Instance.launch({ ...common, id: `i-${address}`, address, files });
      }),
    );
  }

  /** As Terraform does it. */
  private async installLauncher(): Promise<void> {
    fs.cpSync(SHIPPED, this.onMaster(UPLOAD), { recursive: true });
    fs.mkdirSync(this.onMaster(`${UPLOAD}/etc`));
    fs.writeFileSync(this.onMaster(`${UPLOAD}/etc/master`), `zk://${MASTER}:2181/mesos`);
    await this.bash(`bash ${UPLOAD}/bin/install-launcher ${INSTALLED}`);
  }

  private onMaster(file: string): string {
    return hostPath(this.master.machine.root, file);
  }

  private look(state: ClusterState): void {
    this.state = state;
    const ids = idsOf(liveTasks(state));
    for (const id of ids) this.copies = Math.max(this.copies, ids.filter((other) => other === id).length);
  }
}

function definition(service: string, cpus: number): string {
  const resources = `cpus:${cpus};mem:32`;
  return JSON.stringify(
    taskFromFlags({ name: service, shell: true, command: "exec sleep infinity", env: {}, resources }),
  );
}

function idsOf(tasks: ReturnType<typeof liveTasks>): string[] {
  return tasks.map(({ info }) => info.task_id.value).sort();
}
