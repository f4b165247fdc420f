import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { eventually } from "../../../../tools/rehearsal/eventually";
import { Machine } from "../../../../tools/rehearsal/machine";
import { MachineCommand } from "../../../../tools/rehearsal/machine-command";
import { hostPath } from "../../../../tools/rehearsal/machine-path";
import { Cluster } from "../../../../tools/rehearsal/mesos/cluster";
import type { ClusterState, Framework } from "../../../../tools/rehearsal/mesos/cluster-state";
import { Fault, planFaults } from "../../../../tools/rehearsal/mesos/faults";
import { API_PORTS, ApiServer } from "../../../../tools/rehearsal/mesos/http/api-server";
import { BAD_HABITS } from "../../../../tools/rehearsal/mesos/habits";
import { mesosExecute } from "../../../../tools/rehearsal/mesos/mesos-execute";
import { parseResources } from "../../../../tools/rehearsal/mesos/resources";
import { formatUpdate } from "../../../../tools/rehearsal/mesos/status-update";
import { namespaceMode } from "../../../../tools/rehearsal/namespace";
import { StandIns } from "../../../../tools/rehearsal/stand-in/stand-ins";
import { expectEventually, temporaryDirectory } from "../../support";

/** What a cluster under test is made of. */
export interface ClusterOptions {
  readonly name: string;
  /** Addresses of its masters; no machine is needed for them. */
  readonly masters: readonly string[];
  readonly agents: number;
  readonly resources: string;
  /** How long a silent agent is waited for. */
  readonly agentTimeoutSec?: number;
}

/** Machines that are there for one cluster after the other: all can be agents, the first has mesos-execute. */
export class StandInMachines {
  private readonly clusters: StandInCluster[] = [];

  /** Boots them, at these addresses. */
  public static async boot(addresses: readonly string[]): Promise<StandInMachines> {
    const { directory, remove } = temporaryDirectory();
    const mode = await namespaceMode();
    const boot = (address: string, index: number) =>
      Machine.boot({
        directory: path.join(directory, `m${index}`),
        name: `m${index}`,
        mode,
        address,
        ports: API_PORTS,
      });
    return new StandInMachines(await Promise.all(addresses.map(boot)), remove);
  }

  private constructor(
    public readonly machines: readonly Machine[],
    private readonly remove: () => void,
  ) {
    StandIns.install(this.launcher, {
      "mesos-execute": (call) => mesosExecute(this.launcher, this.current.cluster)(call),
    });
  }

  /** The machine that has mesos-execute. */
  public get launcher(): Machine {
    return this.machines[0] as Machine;
  }

  /** A new cluster, in place of the one before. */
  public form(options: ClusterOptions): StandInCluster {
    this.clusters.at(-1)?.close();
    this.clusters.push(new StandInCluster(this, options));
    return this.current;
  }

  /** Takes the power away. */
  public async close(): Promise<void> {
    this.clusters.at(-1)?.close();
    await Promise.all(this.machines.map((machine) => machine.powerOff()));
    this.remove();
  }

  private get current(): StandInCluster {
    return this.clusters.at(-1) as StandInCluster;
  }
}

/** A cluster of real processes: those of mesos-execute and those of the tasks. */
export class StandInCluster {
  public readonly cluster: Cluster;
  private readonly server: ApiServer;
  private readonly background = new AbortController();

  constructor(
    private readonly standIn: StandInMachines,
    { name, masters, agents, resources, agentTimeoutSec = 75 }: ClusterOptions,
  ) {
    const quorum = Math.floor(masters.length / 2) + 1;
    this.cluster = new Cluster({ name, habits: BAD_HABITS, masters, quorum, agentTimeoutSec, refuseSec: 5 });
    for (const address of masters) this.cluster.masterUp(address);
    for (const machine of standIn.machines.slice(0, agents))
      this.cluster.agentUp(machine, parseResources(resources));
    this.server = new ApiServer(standIn.launcher, this.cluster, false);
  }

  /** Its state as the model has it. */
  public get state(): ClusterState {
    return this.cluster.state;
  }

  /** Writes a file of the machine that has mesos-execute. */
  public write(file: string, text: string): void {
    for (const { root } of this.standIn.machines) {
      fs.mkdirSync(path.dirname(hostPath(root, file)), { recursive: true });
      fs.writeFileSync(hostPath(root, file), text);
    }
  }

  /** Plans what goes wrong with tasks, by name. */
  public plan(faults: Readonly<Record<string, Fault>>): void {
    for (const { root } of this.standIn.machines) planFaults(root, faults);
  }

  /** Starts mesos-execute on its machine. */
  public execute(args: readonly string[]): Execution {
    return new Execution(this.standIn.launcher, args);
  }

  /** All agents fall silent. */
  public loseAgents(): void {
    for (const machine of this.standIn.machines) this.cluster.agentDown(machine);
  }

  /** Runs a mesos-execute that has nothing to do with anything, until the cluster is closed. */
  public async executeAside(args: readonly string[], signal = this.background.signal): Promise<number> {
    const ignore = () => undefined;
    const call = { token: "", name: "mesos-execute", cwd: "/", pid: 1, out: ignore, err: ignore };
    return mesosExecute(this.standIn.launcher, this.cluster)({ ...call, args, gone: signal });
  }

  /**
   * What the leader answers to curl, on the machine that has mesos-execute.
   *
   * @param options of curl
   */
  public async ask(url: string, ...options: readonly string[]): Promise<string> {
    const master = `http://${this.state.leader?.address}:5050`;
    const argv = ["curl", "--silent", "--show-error", "--max-time", "30", ...options];
    const { stdout, ...result } = await this.standIn.launcher.run([...argv, new URL(url, master).href]);
    if (result.code !== 0) throw new Error(`curl ${url} ended with ${JSON.stringify(result)}`);
    return stdout;
  }

  /** The JSON that the leader answers. */
  public async json(url: string, options: readonly string[] = []): Promise<unknown> {
    return JSON.parse(await this.ask(url, ...options));
  }

  /** Fails unless the condition comes true. */
  public async until(condition: (state: ClusterState) => boolean): Promise<void> {
    if (!(await eventually(() => condition(this.state), 30_000))) {
      throw new Error(`this did not come true: ${condition}, got ${JSON.stringify(this.state)}`);
    }
  }

  /** Ends what still runs. */
  public close(): void {
    this.background.abort();
    this.server.close();
    this.cluster.close();
  }
}

/** A mesos-execute that runs, or has run, below `timeout`. */
export class Execution {
  private readonly command: MachineCommand;
  private readonly closed: Promise<[number | null, NodeJS.Signals | null]>;
  private text = "";

  constructor(
    private readonly machine: Machine,
    args: readonly string[],
  ) {
    const script = 'exec timeout 300 mesos-execute "$@" 2>&1';
    this.command = machine.start(["bash", "-c", script, "mesos-execute", ...args]);
    const { child } = this.command;
    this.closed = new Promise((resolve) => child.once("close", (...end) => resolve(end)));
    child.stdin.end();
    child.stdout.on("data", (chunk: Buffer) => (this.text += chunk.toString()));
  }

  /** What it has printed so far. */
  public get output(): string {
    return this.text;
  }

  /** Id of its framework, once it has said it. */
  public get framework(): string | undefined {
    return /^Subscribed with ID (.*)$/m.exec(this.text)?.[1];
  }

  /** Waits until its framework has come so far, and it has said so itself. */
  public async reached(stand: StandInCluster, until: (framework: Framework) => boolean): Promise<void> {
    await expectEventually(() => this.framework !== undefined);
    const own = ({ frameworks }: ClusterState) => frameworks.find(({ id }) => id === this.framework);
    await stand.until((state) => until(own(state) as Framework));
    const task = own(stand.state)?.tasks[0];
    const status = task?.statuses.at(-1);
    const lines = task && status ? formatUpdate(status, task.info.task_id.value) : [];
    await expectEventually(() => this.text.includes([...lines, ""].join("\n")));
  }

  /** Waits until it has said this so often. */
  public async says(what: string, times: number): Promise<void> {
    await expectEventually(() => this.text.split(what).length > times);
  }

  /** Sends it a signal. */
  public async signal(name: string): Promise<void> {
    await this.machine.run(["kill", "-s", name, String(this.command.pid)]);
  }

  /** Its exit code, as a shell tells it, once everything it said is here. */
  public async exit(): Promise<number> {
    const [code, signal] = await this.closed;
    return signal === null ? (code ?? 0) : 128 + os.constants.signals[signal];
  }
}
