import { randomUUID } from "node:crypto";
import type { Call } from "../stand-in/stand-ins";
import type { Cluster } from "./cluster";
import type { Message } from "./cluster-event";
import type { FrameworkInfo } from "./cluster-state";
import { Fault, faultOf } from "./faults";
import type { Flags } from "./flags";
import { BAD_HABITS } from "./habits";
import { logLine } from "./log-line";
import { MESSAGES } from "./messages";
import { react, SchedulerState } from "./scheduler";
import type { TaskInfo } from "./task-info";

/** One run of mesos-execute. */
export interface ExecuteOptions {
  readonly call: Call;
  readonly cluster: Cluster;
  /** Root directory of the machine it runs on. */
  readonly root: string;
  readonly flags: Flags;
  readonly task: TaskInfo;
}

/** How often it asks until it is heard, in milliseconds. */
const SUBSCRIBE_MS = 1000;

/** How long no master answers, where that is planned, in seconds. */
const SILENCE_SEC = 20;

/** A mesos-execute that runs: prints, and tells the cluster what it wants. */
export class ExecuteSession {
  private state: SchedulerState;
  private readonly process: number;
  private readonly fault?: Fault;
  private readonly isFirst: boolean;
  private asked = false;
  private greeted = false;
  private killTimer?: NodeJS.Timeout;
  private finish: (code: number) => void = () => undefined;

  constructor(private readonly options: ExecuteOptions) {
    const { task, cluster, root } = options;
    this.state = { task, launched: false };
    this.process = cluster.newProcess();
    this.fault = faultOf(root, task.name);
    this.isFirst = cluster.countRun(task.name) === 1;
  }

  /** Runs to its end, or until it is killed; settles with the exit code when nothing of its task is left. */
  public async run(): Promise<number> {
    const { call, cluster } = this.options;
    this.say("I", "scheduler.cpp:189", MESSAGES.version);
    this.say("I", "scheduler.cpp:342", MESSAGES.authenticatee);
    cluster.connect(this.process, (message) => this.hear(message));
    if (this.fault === "master-silent" && this.isFirst)
      cluster.happen({ kind: "silence", forSec: SILENCE_SEC });
    const code = new Promise<number>((resolve) => (this.finish = resolve));
    call.gone.addEventListener("abort", () => this.finish(143), { once: true });
    if (call.gone.aborted) this.finish(143);
    else this.subscribe();
    const again = setInterval(() => this.subscribe(), SUBSCRIBE_MS);
    const exit = await code;
    clearInterval(again);
    clearTimeout(this.killTimer);
    await cluster.disconnect(this.process);
    return exit;
  }

  private subscribe(): void {
    const { cluster } = this.options;
    const leader = this.detected();
    if (this.asked || leader === undefined) return;
    if (!this.greeted) this.say("I", "scheduler.cpp:525", MESSAGES.masterDetected(leader.name));
    this.greeted = true;
    // another master than the leader sends it there, and it does not go
    if (leader.leads) {
      cluster.happen({
        kind: "subscribe",
        process: this.process,
        framework: this.state.framework,
        info: this.info(),
      });
      // who has been taken does not ask again, however long the answer takes
      this.asked = cluster.state.frameworks.some(({ process }) => process === this.process);
    }
  }

  /** The master it turns to: whom ZooKeeper names, or the one it was given. */
  private detected(): { name: string; leads: boolean } | undefined {
    const { flags, cluster } = this.options;
    const { master = "" } = flags;
    const leader = cluster.state.leader?.address;
    if (leader === undefined) return undefined;
    const hosts = /^zk:\/\/(?:[^@/]*@)?([^/]+)/.exec(master)?.[1]?.split(",");
    if (hosts === undefined) {
      const name = master.replace(/^master@/, "");
      const host = name.split(":")[0] ?? "";
      return { name, leads: host === leader || !cluster.masters.includes(host) };
    }
    const names = hosts.map((host) => host.split(":")[0] ?? "");
    // a machine that is a cluster of its own answers for whatever address it is called by
    return { name: `${names.includes(leader) ? leader : names[0]}:5050`, leads: true };
  }

  private info(): FrameworkInfo {
    const { checkpoint = false, partition_aware: partitionAware = true, role = "*" } = this.options.flags;
    const { principal } = this.options.flags;
    const tooLittle = this.fault === "first-offer-too-small" && this.isFirst;
    return {
      user: "root",
      role,
      principal,
      checkpoint,
      partitionAware,
      offered: this.fault === "no-offer" ? "nothing" : tooLittle ? "too-little" : undefined,
      refusal: this.fault === "refused" ? MESSAGES.plannedFault : undefined,
    };
  }

  private hear(message: Message): void {
    const { call, cluster, flags } = this.options;
    this.note(message);
    const reaction = react(this.state, message, BAD_HABITS, randomUUID());
    this.state = reaction.state;
    if (reaction.lines.length > 0) call.out(reaction.lines.join("\n"));
    for (const event of reaction.calls) cluster.happen(event);
    if (reaction.end?.error !== undefined) {
      this.say("E", "execute.cpp:674", MESSAGES.exit(reaction.end.error));
    }
    if (reaction.end) return this.finish(reaction.end.code);
    if (
      message.kind === "update" &&
      message.update.state === "TASK_RUNNING" &&
      flags.kill_after !== undefined
    )
      this.killTimer ??= setTimeout(
        () => cluster.happen({ kind: "kill", framework: this.state.framework ?? "" }),
        flags.kill_after * 1000,
      );
  }

  /** What its scheduler library logs about its connection. */
  private note(message: Message): void {
    if (message.kind !== "closed") return;
    this.asked = false;
    this.greeted = false;
    if (message.orderly) this.say("E", "scheduler.cpp:818", MESSAGES.endOfFile);
    else this.say("E", "scheduler.cpp:808", MESSAGES.brokenStream);
    this.say("I", "scheduler.cpp:499", MESSAGES.redetecting);
  }

  private say(level: "I" | "E", source: string, text: string): void {
    const { pid, err } = this.options.call;
    err(logLine(level, new Date(), pid, source, text));
  }
}
