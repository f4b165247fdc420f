import * as fs from "node:fs";
import * as path from "node:path";
import { isTerminal, Status } from "../../../../rehearsal/mesos/cluster-state";
import type { AgentView } from "../../../../rehearsal/mesos/http/agent-api";
import { parseResources } from "../../../../rehearsal/mesos/resources";
import { launchFailure, StatusUpdate } from "../../../../rehearsal/mesos/status-update";
import { killGraceSec } from "../../../../rehearsal/mesos/task-command";
import type { ExecutorHello, ToExecutor } from "../executor/settings";
import type { Registration, ReportedTask, ToAgent } from "../messages";
import { log, now } from "../program";
import { AgentFlags, isolatorsOf } from "./agent-flags";
import { parseAttributes } from "./attributes";
import { Cgroup } from "./cgroup";
import { AgentIdentity, Checkpoint, KeptTask } from "./checkpoint";
import { destroyContainer, startContainer } from "./container";
import { ImageStore } from "./image-store";
import type { MasterLink } from "./master-link";
import { Networks } from "./network/container-network";

/** How often it looks whether executors are still there, in milliseconds. */
const WATCH_MS = 1000;

interface Running extends KeptTask {
  readonly launchedAt: number;
  send?: (message: ToExecutor) => void;
  isOver: boolean;
}

/** Where an agent is reached. */
export interface AgentAddress {
  readonly ip: string;
  readonly port: number;
  readonly hostname: string;
}

/** An agent: who it is, and what runs on it. */
export class Agent {
  /** Its id, once it has one. */
  public id?: string;
  public link?: MasterLink;
  private readonly checkpoint: Checkpoint;
  private readonly networks: Networks;
  private readonly store: ImageStore;
  private readonly tasks = new Map<string, Running>();
  private readonly ending = new Set<string>();
  private readonly identity: AgentIdentity;

  constructor(
    public readonly flags: AgentFlags,
    public readonly address: AgentAddress,
  ) {
    const { resources = "", attributes = "" } = flags;
    this.checkpoint = new Checkpoint(flags.work_dir);
    this.networks = new Networks(flags);
    this.store = new ImageStore(flags);
    this.identity = { hostname: address.hostname, port: address.port, resources, attributes };
    this.id = this.checkpoint.agentId(this.identity);
    setInterval(() => this.watch(), WATCH_MS);
    const { image_gc_config: gc } = flags;
    if (gc !== undefined) {
      const used = () => [...this.tasks.values()].flatMap(({ task }) => imagesOf(task));
      setInterval(() => this.store.prune(gc, used()), gc.image_disk_watch_interval.nanoseconds / 1e6);
    }
  }

  /** Takes up what ran when it last stopped; after a reboot there is nothing left of that. */
  public async recover(): Promise<void> {
    const kept = this.checkpoint.tasks();
    const alive = this.checkpoint.hasRebooted ? [] : kept.filter(({ pid }) => isAlive(pid));
    await this.networks.clean(alive.map(({ container }) => container));
    for (const task of alive) this.tasks.set(task.container, { ...task, launchedAt: now(), isOver: false });
    const gone = kept.filter((task) => !alive.includes(task));
    for (const { container } of gone) await this.destroy(container);
    log("I", "slave.cpp:7500", `Recovered ${alive.length} executors`);
  }

  /** What it registers with. */
  public registration(): Omit<Registration, "proof"> {
    const { ip, port, hostname } = this.address;
    const tasks = [...this.tasks.values()].filter(({ isOver, state }) => !isOver && !isTerminal(state));
    return {
      id: this.id,
      address: ip,
      port,
      hostname,
      resources: this.flags.resources ?? "",
      attributes: parseAttributes(this.flags.attributes),
      tasks: tasks.map(({ framework, info, task, container, state, statuses }) => ({
        framework,
        info,
        task,
        container,
        state,
        statuses,
      })),
    };
  }

  /** The leader tells it something. */
  public hear(message: ToAgent): void {
    if (message.kind === "registered") this.registered(message.id);
    else if (message.kind === "launch") void this.launch(message);
    else if (message.kind === "kill") this.find(message.framework, message.task)?.send?.({ kind: "kill" });
    else if (message.kind === "shutdown") this.shutdown(message.framework);
  }

  /** An executor is there. Gives what has to be called when it is not any more. */
  public connect({ container }: ExecutorHello, send: (message: ToExecutor) => void): boolean {
    const running = this.tasks.get(container);
    if (running === undefined) return false;
    running.send = send;
    return true;
  }

  /** An executor tells how its task is. */
  public update(container: string, update: StatusUpdate): void {
    const running = this.tasks.get(container);
    if (running === undefined || running.isOver) return;
    this.report(running, this.withLimits(running, update));
  }

  /** What it says of itself. */
  public get view(): AgentView {
    const { resources = "", attributes } = this.flags;
    return {
      id: this.id ?? "",
      address: this.address.hostname,
      total: parseResources(resources),
      attributes: parseAttributes(attributes),
      master: this.link?.master,
    };
  }

  /** Directory of the sandboxes. */
  public get sandboxes(): string {
    return path.join(this.flags.work_dir, "slaves", this.id ?? "");
  }

  private registered(id: string): void {
    this.id = id;
    this.checkpoint.keepAgent(id, this.identity);
  }

  private async launch({
    framework,
    info,
    task,
    container,
  }: Extract<ToAgent, { kind: "launch" }>): Promise<void> {
    const reported: ReportedTask = { framework, info, task, container, state: "TASK_STAGING", statuses: [] };
    const running: Running = { ...reported, pid: 0, launchedAt: now(), isOver: false };
    this.tasks.set(container, running);
    const { flags, networks, store, address } = this;
    const sandbox = this.checkpoint.sandbox(this.id ?? "", framework, task.task_id.value, container);
    const directory = this.checkpoint.containerDirectory(container);
    try {
      const plan = { flags, networks, store, agent: address, framework, container, task, sandbox, directory };
      const pid = await startContainer({ ...plan, checkpoint: info.checkpoint });
      if (this.tasks.get(container)?.isOver === false) return this.keep({ ...running, pid });
      // it was given up meanwhile
      kill(pid);
      await destroyContainer(flags, networks, container);
    } catch (error) {
      if (this.tasks.has(container)) this.report(running, launchFailure((error as Error).message));
    }
  }

  private keep(running: Running): void {
    this.tasks.set(running.container, running);
    const { framework, info, task, container, state, statuses, pid } = running;
    this.checkpoint.keepTask({ framework, info, task, container, state, statuses, pid });
  }

  private report(running: Running, update: StatusUpdate): void {
    const status: Status = { ...update, at: now() };
    const last = isTerminal(update.state);
    const after: Running = {
      ...running,
      state: update.state,
      statuses: [...running.statuses, status],
      isOver: last,
      send: running.send,
    };
    this.keep(after);
    this.link?.update({ framework: running.framework, task: running.task.task_id.value, update });
    if (last) void this.destroy(running.container);
  }

  /** A task that the kernel ended for want of memory says so. */
  private withLimits({ container }: Running, update: StatusUpdate): StatusUpdate {
    const { flags } = this;
    const cgroup = new Cgroup(container, isolatorsOf(flags), flags.cgroups_root);
    if (update.state !== "TASK_FAILED" || !cgroup.ranOutOfMemory) return update;
    return { ...update, source: "SOURCE_AGENT", reason: "REASON_CONTAINER_LIMITATION_MEMORY" };
  }

  private shutdown(framework: string): void {
    for (const running of this.tasks.values()) {
      if (running.framework !== framework) continue;
      running.isOver = true;
      running.send?.({ kind: "shutdown" });
      setTimeout(() => void this.destroy(running.container), (killGraceSec(running.task) + 2) * 1000);
    }
  }

  private find(framework: string, task: string): Running | undefined {
    return [...this.tasks.values()].find(
      (running) => running.framework === framework && running.task.task_id.value === task && !running.isOver,
    );
  }

  /** Executors that are gone without a word, or that do not come. */
  private watch(): void {
    const limit = this.flags.executor_registration_timeout ?? 60;
    for (const running of this.tasks.values()) {
      const gone = running.pid > 0 && !isAlive(running.pid);
      if (running.isOver && gone) void this.destroy(running.container);
      if (running.isOver) continue;
      const late = running.send === undefined && now() - running.launchedAt > limit;
      if (gone) this.report(running, executorFailure("Executor terminated", "REASON_EXECUTOR_TERMINATED"));
      else if (late) {
        const message = `Executor did not register within ${limit}secs`;
        this.report(running, executorFailure(message, "REASON_EXECUTOR_REGISTRATION_TIMEOUT"));
      }
    }
  }

  private async destroy(container: string): Promise<void> {
    if (this.ending.has(container)) return;
    this.ending.add(container);
    const executor = this.tasks.get(container)?.pid ?? 0;
    const command = this.checkpoint.commandOf(container);
    if (executor > 0) kill(executor);
    if (command > 0) kill(-command);
    await destroyContainer(this.flags, this.networks, container);
    this.tasks.delete(container);
    this.checkpoint.forget(container);
    this.ending.delete(container);
  }
}

function executorFailure(message: string, reason: string): StatusUpdate {
  return { state: "TASK_FAILED", message, source: "SOURCE_AGENT", reason };
}

function imagesOf({ container }: KeptTask["task"]): readonly string[] {
  const name = container?.mesos?.image?.docker?.name;
  return name === undefined ? [] : [name];
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}
