import { type ClusterState, liveTasks, type Task } from "../../tools/rehearsal/mesos/cluster-state";
import { taskFromFlags } from "../../tools/rehearsal/mesos/task-info";
import { NodeCluster } from "../rehearsal/node-cluster";
import { installLauncher, LAUNCHER } from "../rehearsal/shipped-launcher";

/** About what it is between a real master and mesos-execute: long enough that starts overlap. */
const MESSAGE_DELAY_SEC = 0.05;

/** What follows the service's name in the id of its task. */
const GENERATION = /-1-\d{14}$/;

const AGENT_RESOURCES = "cpus:2;mem:6144;ports:[80-80,31000-32000]";

/** One master with the shipped launcher, and three agents of two cpus each: machines of a rehearsal, without Terraform. */
export class ServiceCluster {
  /** @param seed decides in which order agents are offered */
  public static async boot(seed: number): Promise<ServiceCluster> {
    const cluster = new ServiceCluster(seed);
    try {
      await cluster.nodes.boot();
      await installLauncher(cluster.nodes, cluster.master);
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  private readonly nodes: NodeCluster;
  private state?: ClusterState;
  private copies = 0;

  private constructor(seed: number) {
    this.nodes = new NodeCluster({
      masters: 1,
      agents: 3,
      resources: AGENT_RESOURCES,
      seed,
      messageDelaySec: MESSAGE_DELAY_SEC,
      watch: (state) => this.look(state),
    });
  }

  /** Names of the services that run now, in order. */
  public get running(): string[] {
    const tasks = liveTasks(this.state ?? { frameworks: [] });
    return idsOf(tasks.filter(({ state }) => state === "TASK_RUNNING")).map((id) =>
      id.replace(GENERATION, ""),
    );
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
      this.nodes.write(this.master, `${LAUNCHER}/tasks/${taskOf(service)}.json`, definition(service, cpus));
    }
    await this.bash(
      `systemctl start ${services.map((service) => `mesos-task@${taskOf(service)}`).join(" ")}`,
    );
  }

  /** Runs a task of a service once more, past the launcher, until it is ended. */
  public async startByHand(service: string, end: Promise<unknown>): Promise<void> {
    const task = `${LAUNCHER}/tasks/${taskOf(service)}.json`;
    const byHand = this.bash(
      `mesos-execute --master=file://${LAUNCHER}/etc/master --task=file://${task} & echo $! >/tmp/by-hand; wait $!`,
    );
    await Promise.all([end.then(() => this.bash("kill $(cat /tmp/by-hand)")), byHand.catch(() => undefined)]);
  }

  /** Runs a script on the master. */
  public async bash(script: string): Promise<void> {
    await this.nodes.mustRun(this.master, script);
  }

  /** Takes the power away from all machines, and removes them. */
  public close(): Promise<void> {
    return this.nodes.close();
  }

  private get master(): string {
    return this.nodes.masters[0] as string;
  }

  private look(state: ClusterState): void {
    this.state = state;
    const ids = idsOf(liveTasks(state));
    for (const id of ids) this.copies = Math.max(this.copies, ids.filter((other) => other === id).length);
  }
}

function taskOf(service: string): string {
  return `${service}-1-20260101000000`;
}

function definition(service: string, cpus: number): string {
  const resources = `cpus:${cpus};mem:32`;
  const info = taskFromFlags({
    name: service,
    shell: true,
    command: "exec sleep infinity",
    env: {},
    resources,
  });
  return JSON.stringify({ ...info, task_id: { value: taskOf(service) } });
}

function idsOf(tasks: readonly Task[]): string[] {
  return tasks.map(({ info }) => info.task_id.value).sort();
}
