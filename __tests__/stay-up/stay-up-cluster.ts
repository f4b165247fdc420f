import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../../tools/rehearsal/eventually";
import {
  type ClusterState,
  knownAgents,
  liveTasks,
  type Task,
} from "../../tools/rehearsal/mesos/cluster-state";
import { type Faults, planFaults } from "../../tools/rehearsal/mesos/faults";
import { NodeCluster } from "../rehearsal/node-cluster";
import { installLauncher, LAUNCHER } from "../rehearsal/shipped-launcher";
import { copyOf } from "./copy";
import { differences } from "./declared-state";
import { heldOn, journals } from "./held";
import { LiveCopies } from "./live-copies";
import { definitions, END_PIPE, type Service } from "./service";

const SANDBOXES = "/var/lib/mesos/agent/frameworks";

/** Short enough that what takes a real cluster minutes takes seconds here, and in the same order. */
const PERIODS = {
  VIEW_SEC: 1,
  TICK_SEC: 1,
  SETTLE_SEC: 6,
  ORPHAN_SEC: 2,
  UNLISTED_SEC: 3,
  MASTER_SEC: 6,
  OFFER_SEC: 2,
  // longer than a view and a launch take, as the shipped one is
  STABLE_SEC: 2,
  STEADY_SEC: 2,
  BACKOFF_SEC: 1,
  BACKOFF_MOST_SEC: 4,
};
const RESTART_DROP_IN = "/etc/systemd/system/mesos-task@.service.d/restart.conf";
const FAIL_OVER = { electionSec: 1, reregisterSec: 2, reregisterTimeoutSec: 15 };

/** How long a cluster may take to be as declared once nothing happens to it any more, and how long it then must stay so. */
const CONVERGE_MS = 180_000;
const STAY_MS = 1_500;
const LOOK_MS = 100;

/** How long a deploy that should succeed waits; long enough for a busy machine. */
const DEPLOY_SEC = 120;

/** What is different in a cluster. */
export interface Changes {
  readonly periods?: Partial<typeof PERIODS>;
  /** How long after an election agents register again, in seconds. */
  readonly reregisterSec?: number;
}

/** How a script that Terraform runs ended. */
export interface Outcome {
  readonly succeeded: boolean;
  /** What it printed, of all hosts. */
  readonly output: string;
}

/** A cluster with the shipped launcher on every master, and what is declared on it. */
export class StayUpCluster {
  /** @param changes of the launchers' periods, and of the time in which agents register again with a new leader */
  public static async boot(masters: number, changes: Changes = {}): Promise<StayUpCluster> {
    const cluster = new StayUpCluster(masters, changes);
    try {
      await cluster.nodes.boot();
      await Promise.all(cluster.nodes.masters.map((address) => cluster.install(address)));
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  public readonly nodes: NodeCluster;
  private readonly copies = new LiveCopies();
  private readonly declared = new Map<string, Service>();
  private readonly informed = new Map<string, readonly string[]>();
  /** What could not be deployed yet; undefined where it could not be removed. */
  private readonly failed = new Map<string, Service | undefined>();
  private lastGeneration = 0;
  private whenOffered?: () => void;

  private constructor(
    masters: number,
    private readonly changes: Changes,
  ) {
    const { reregisterSec = FAIL_OVER.reregisterSec } = changes;
    this.nodes = new NodeCluster({
      masters,
      agents: 3,
      resources: "cpus:2;mem:4096;ports:[80-80,31000-32000]",
      messageDelaySec: 0.02,
      patience: { agentTimeoutSec: 3, failOver: { ...FAIL_OVER, reregisterSec } },
      watch: (state) => this.look(state),
    });
  }

  /** Moments at which a copy lived twice without leave. */
  public get violations(): readonly string[] {
    return this.copies.violations;
  }

  /** Installs the launcher on a master, with the periods of these tests. */
  public async install(address: string): Promise<void> {
    await installLauncher(this.nodes, address);
    const lines = Object.entries({ ...PERIODS, ...this.changes.periods }).map(
      ([name, seconds]) => `${name}=${seconds}\n`,
    );
    this.nodes.write(address, `${LAUNCHER}/etc/periods`, lines.join(""));
    this.nodes.write(address, RESTART_DROP_IN, `[Service]\nRestartSec=${PERIODS.BACKOFF_SEC}\n`);
  }

  /** Newer than all before, as Terraform takes it from the clock. */
  private nextGeneration(): string {
    const now = Number(new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14));
    this.lastGeneration = Math.max(now, this.lastGeneration + 1);
    return String(this.lastGeneration);
  }

  /** Declares a service and deploys it as its provisioners do: to every master, then the first one waits. */
  public async deploy(declared: Service, timeoutSec = DEPLOY_SEC): Promise<Outcome> {
    const { masters } = this.nodes;
    const unreachable = masters.filter((master) => !this.nodes.running.includes(master));
    if (unreachable.length > 0) return { succeeded: false, output: `${unreachable.join()}: unreachable` };
    return this.change(declared, masters, timeoutSec);
  }

  private async change(declared: Service, masters: readonly string[], timeoutSec: number): Promise<Outcome> {
    const installed = await this.installTo(masters, declared);
    if (!installed.succeeded) return installed;
    const wait = `${LAUNCHER}/bin/wait-service ${declared.name} ${timeoutSec}`;
    const outcome = await this.run(masters[0] as string, wait);
    if (outcome.succeeded) for (const copy of definitions(declared).keys()) this.copies.forbidOverlap(copy);
    return outcome;
  }

  /** The first half of a deploy: masters are told of it, and nobody waits. */
  public async installTo(masters: readonly string[], declared: Service): Promise<Outcome> {
    this.declare(declared, masters);
    const { name } = declared;
    const generation = this.nextGeneration();
    for (const master of masters) this.upload(master, declared);
    const install = `${LAUNCHER}/bin/install-service ${name} ${uploadOf(name)} ${generation}`;
    for (const master of masters) {
      const installed = await this.run(master, install);
      if (!installed.succeeded) return installed;
    }
    return { succeeded: true, output: "" };
  }

  /** A deploy that may fail. Gives what was to be deployed. */
  public async apply(declared: Service, timeoutSec = DEPLOY_SEC): Promise<Service> {
    const { succeeded } = await this.deploy(declared, timeoutSec);
    if (succeeded) this.failed.delete(declared.name);
    else this.failed.set(declared.name, declared);
    return declared;
  }

  /** A removal that may fail, or not reach every master. */
  public async withdraw(name: string): Promise<void> {
    const { masters, running } = this.nodes;
    const all = masters.every((master) => running.includes(master));
    const { succeeded } = await this.remove(name);
    if (all && succeeded) this.failed.delete(name);
    else this.failed.set(name, undefined);
  }

  /** Does once more what could not be done, as Terraform's next apply does. */
  public async applyWhatFailed(): Promise<void> {
    const again = [...this.failed].map(async ([name, declared]) => {
      if (declared !== undefined) return this.mustDeploy(declared);
      const { succeeded, output } = await this.remove(name);
      if (!succeeded) throw new Error(`${name} could not be removed: ${output}`);
    });
    await Promise.all(again);
  }

  /** A change that reaches some masters only. */
  public async deployTo(masters: readonly string[], declared: Service): Promise<void> {
    const { succeeded, output } = await this.change(declared, masters, DEPLOY_SEC);
    if (!succeeded) throw new Error(`the deploy of ${declared.name} failed: ${output}`);
  }

  /** A deploy that must succeed. */
  public async mustDeploy(declared: Service): Promise<void> {
    const { succeeded, output } = await this.deploy(declared);
    if (succeeded) return;
    const told = journals(this.nodes, [`${declared.name}-`]);
    throw new Error(`the deploy of ${declared.name} failed: ${output}\n${told}`);
  }

  /** Takes a service out, as its teardown does it: on every master that can be reached. */
  public async remove(name: string): Promise<Outcome> {
    const reached = this.nodes.masters.filter((master) => this.nodes.running.includes(master));
    this.declared.delete(name);
    this.informed.delete(name);
    const outcomes: Outcome[] = [];
    for (const master of reached)
      outcomes.push(await this.run(master, `${LAUNCHER}/bin/stop-service ${name}`));
    return {
      succeeded: outcomes.length > 0 && outcomes.every(({ succeeded }) => succeeded),
      output: outcomes.map(({ output }) => output).join("\n"),
    };
  }

  /** Empties an agent, as Terraform does before its machine goes: every master is asked to. */
  public async drain(agent: string): Promise<void> {
    for (const master of this.nodes.masters) {
      const { succeeded, output } = await this.run(master, `${LAUNCHER}/bin/drain-agent ${agent}`);
      if (!succeeded || output.includes("giving up")) throw new Error(`${agent} is not emptied: ${output}`);
    }
    expect(knownAgents(this.nodes.state).map(({ address }) => address)).not.toContain(agent);
  }

  /** Says what is to be, before any master knows. */
  private declare(declared: Service, masters: readonly string[]): void {
    const before = this.declared.get(declared.name);
    this.declared.set(declared.name, declared);
    this.informed.set(declared.name, masters);
    const texts = before && definitions(before);
    for (const [copy, text] of definitions(declared)) {
      if (declared.stopFirst) this.copies.forbidOverlap(copy);
      else if ((texts?.get(copy) ?? text) !== text) this.copies.allowOverlap(copy);
    }
  }

  /** Puts the file of a service's definitions on a master. */
  private upload(master: string, declared: Service): void {
    this.nodes.write(master, uploadOf(declared.name), [...definitions(declared).values()].join("\n"));
  }

  /** Runs a launcher's script on a master. */
  private async run(master: string, script: string): Promise<Outcome> {
    try {
      const { code, stdout, stderr } = await this.nodes.bash(master, script);
      return { succeeded: code === 0, output: `${stdout}${stderr}` };
    } catch (error) {
      // it has lost its power meanwhile
      return { succeeded: false, output: String(error) };
    }
  }

  /** Plans what goes wrong with services, on all machines that run, in place of what was planned before. */
  public plan(faults: Faults): void {
    for (const address of this.nodes.running) planFaults(this.nodes.instance(address).machine.root, faults);
  }

  /** The tasks of a service that live. */
  public tasksOf(name: string): readonly Task[] {
    return liveTasks(this.nodes.state).filter(({ info }) => info.name === name);
  }

  /** The first copy of a service, once it runs. */
  public async task(name: string, other?: Task): Promise<Task> {
    const running = () =>
      this.tasksOf(name).find(
        (task) =>
          task.state === "TASK_RUNNING" &&
          copyOf(task) === `${name}-1` &&
          task.framework !== other?.framework,
      );
    if (await eventually(() => running() !== undefined, CONVERGE_MS)) return running() as Task;
    throw new Error(`${name} does not run${other ? " anew" : ""}\n${journals(this.nodes, [name])}`);
  }

  /** Fails unless another task runs in the place of a service's first copy after this. */
  public async replaced(name: string, act: (before: Task) => Promise<void>): Promise<void> {
    const before = await this.task(name);
    await act(before);
    await this.task(name, before);
  }

  /** Fails unless the task of a service's first copy is the same after this. */
  public async kept(name: string, act: () => Promise<void>): Promise<void> {
    const before = await this.task(name);
    await act();
    expect((await this.task(name)).framework).toBe(before.framework);
  }

  /** The task of a service gets sick. */
  public async sicken(name: string): Promise<void> {
    this.nodes.cluster.sicken((await this.task(name)).info.task_id.value);
  }

  /** Somebody ends a framework by hand. */
  public async teardown(framework: string): Promise<void> {
    const url = `http://${this.nodes.leader}:5050/teardown`;
    await this.nodes.mustRun(
      this.nodes.leader as string,
      `curl --fail --silent --data frameworkId=${framework} ${url}`,
    );
  }

  /** Address of the master whose mesos-execute runs a service. */
  public async launcherOf(name: string): Promise<string> {
    for (const master of this.nodes.masters) {
      const { code } = await this.nodes.bash(master, `pgrep -f '[m]esos-execute --master.*/${name}-1-'`);
      if (code === 0) return master;
    }
    throw new Error(`no master launches ${name}\n${journals(this.nodes, [name])}`);
  }

  /** Does something once, between the next offer to a framework without a task and its answer. */
  public onNextOffer(act: () => void): void {
    this.whenOffered = act;
  }

  /** Tells a task that runs to end. */
  public async end({ framework, machine, info }: Task, exitCode: number): Promise<void> {
    const sandbox = `${SANDBOXES}/${framework}/executors/${info.task_id.value}/runs/latest`;
    const pipe = this.nodes.onHost(addressOf(machine), `${sandbox}/${END_PIPE}`);
    const isPipe = () => fs.statSync(pipe, { throwIfNoEntry: false })?.isFIFO() === true;
    if (!(await eventually(isPipe, 10_000))) throw new Error(`${info.task_id.value} cannot be told to end`);
    // fails where nobody reads any more, in place of waiting for a reader
    const writable = fs.openSync(pipe, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK);
    fs.writeSync(writable, `${exitCode}\n`);
    fs.closeSync(writable);
  }

  /** Address of the agent that runs a service of one copy. */
  public async agentOf(name: string): Promise<string> {
    return addressOf((await this.task(name)).machine);
  }

  /** In what the cluster is not as declared. */
  public differences(): string[] {
    const { nodes, informed } = this;
    return differences([...this.declared.values()], nodes.state, heldOn(nodes, informed));
  }

  /** Waits until the cluster is as declared and stays so. */
  public async converges(): Promise<void> {
    const deadline = Date.now() + CONVERGE_MS;
    let since = Date.now();
    for (;;) {
      const left = this.differences();
      const now = Date.now();
      if (left.length > 0) since = now;
      if (now - since >= STAY_MS) return;
      if (now >= deadline) throw new Error(this.told(left));
      await sleep(LOOK_MS);
    }
  }

  private told(left: readonly string[]): string {
    const copies = left.flatMap((difference) => /[a-z][a-z0-9]*-\d+(?!\d)/.exec(difference) ?? []);
    const what = left.join("; ") || "it is as declared, but does not stay so";
    return `${what}\n${journals(this.nodes, copies)}`;
  }

  public close(): Promise<void> {
    return this.nodes.close();
  }

  private look(state: ClusterState): void {
    this.copies.look(state);
    const { whenOffered } = this;
    const isFor = (framework: string) =>
      state.frameworks.some(({ id, tasks }) => id === framework && tasks.length === 0);
    if (whenOffered === undefined || !state.offers.some((offer) => isFor(offer.framework))) return;
    this.whenOffered = undefined;
    setImmediate(whenOffered);
  }
}

/** Where Terraform leaves a service's definitions on a master. */
export function uploadOf(name: string): string {
  return `/home/ubuntu/.cdktf-mesos/${name}.json`;
}

function addressOf(machine: string): string {
  return machine.replace(/^i-/, "");
}
