import { randomUUID } from "node:crypto";
import type { ClusterEvent, Message } from "../../../../rehearsal/mesos/cluster-event";
import type { FrameworkInfo } from "../../../../rehearsal/mesos/cluster-state";
import type { Flags } from "../../../../rehearsal/mesos/flags";
import { BAD_HABITS } from "../../../../rehearsal/mesos/habits";
import { MESSAGES } from "../../../../rehearsal/mesos/messages";
import { react, SchedulerState } from "../../../../rehearsal/mesos/scheduler";
import type { TaskInfo } from "../../../../rehearsal/mesos/task-info";
import { basicAuthorization } from "../../wire/basic-auth";
import { Answer, LineStream, Peer, post, postForLines } from "../../wire/json-lines";
import { SCHEDULER_PATH, STREAM_HEADER } from "../messages";
import { log } from "../program";
import { followLeader, MasterAddress } from "./leader-source";

/** How long it waits before it asks again, in milliseconds. */
const RETRY_MS = 1000;

/** A mesos-execute that runs: prints, and tells the leader what it wants. */
export class Session {
  private state: SchedulerState;
  private leader?: MasterAddress;
  private stream?: LineStream;
  private streamId = "";
  private calls: Promise<unknown> = Promise.resolve();
  private killTimer?: NodeJS.Timeout;

  constructor(
    private readonly flags: Flags,
    task: TaskInfo,
    private readonly finish: (code: number) => void,
  ) {
    this.state = { task, launched: false };
    log("I", "scheduler.cpp:189", MESSAGES.version);
    log("I", "scheduler.cpp:342", MESSAGES.authenticatee);
    followLeader(
      flags.master ?? "",
      (leader) => this.turnTo(leader),
      (error) => this.exit("execute.cpp:1085", error.message),
    );
  }

  private turnTo(leader: MasterAddress | undefined): void {
    this.leader = leader;
    this.stream?.close();
    this.stream = undefined;
    if (leader === undefined) return;
    log("I", "scheduler.cpp:525", MESSAGES.masterDetected(`${leader.host}:${leader.port}`));
    this.subscribe();
  }

  private subscribe(): void {
    const { leader } = this;
    if (leader === undefined || this.stream !== undefined) return;
    const body = { framework: this.state.framework, info: this.info() };
    this.stream = postForLines<Message>(this.peer(leader), SCHEDULER_PATH, body, {
      opened: (headers) => (this.streamId = String(headers[STREAM_HEADER])),
      message: (message) => this.hear(message),
      refused: (answer) => this.refused(answer),
      closed: (orderly) => this.closed(orderly),
    });
  }

  private hear(message: Message): void {
    const reaction = react(this.state, message, BAD_HABITS, randomUUID());
    this.state = reaction.state;
    for (const line of reaction.lines) console.log(line);
    for (const event of reaction.calls) this.call(event);
    if (reaction.end?.error !== undefined) return this.exit("execute.cpp:674", reaction.end.error);
    if (reaction.end) return void this.calls.then(() => this.finish(reaction.end?.code ?? 0));
    const isRunning = message.kind === "update" && message.update.state === "TASK_RUNNING";
    if (isRunning && this.flags.kill_after !== undefined) {
      const kill = () => this.call({ kind: "kill", framework: this.state.framework ?? "" });
      this.killTimer ??= setTimeout(kill, this.flags.kill_after * 1000);
    }
  }

  /** A call that is lost is lost: mesos-execute never asks what became of one. */
  private call(event: ClusterEvent): void {
    const { leader, streamId } = this;
    if (leader === undefined) return;
    const send = () => post(this.peer(leader), SCHEDULER_PATH, event, { [STREAM_HEADER]: streamId });
    this.calls = this.calls.then(send).catch(() => undefined);
  }

  private refused({ status, line, body }: Answer): void {
    this.stream = undefined;
    if (status >= 400 && status < 500) {
      return this.exit(
        "execute.cpp:674",
        MESSAGES.errorEvent(`Received unexpected '${line}' (${body}) for SUBSCRIBE`),
      );
    }
    this.again();
  }

  private closed(orderly: boolean): void {
    if (orderly) log("E", "scheduler.cpp:818", MESSAGES.endOfFile);
    else if (this.streamId !== "") log("E", "scheduler.cpp:808", MESSAGES.brokenStream);
    this.stream = undefined;
    this.streamId = "";
    this.again();
  }

  private again(): void {
    log("I", "scheduler.cpp:499", MESSAGES.redetecting);
    setTimeout(() => this.subscribe(), RETRY_MS);
  }

  private peer({ host, port }: MasterAddress): Peer {
    const { principal, secret = "" } = this.flags;
    const authorization = principal === undefined ? undefined : basicAuthorization({ principal, secret });
    return { host, port, authorization };
  }

  private info(): FrameworkInfo {
    const { checkpoint = false, partition_aware: partitionAware = true, role = "*" } = this.flags;
    return { user: "root", role, checkpoint, partitionAware };
  }

  private exit(source: string, text: string): void {
    log("E", source, MESSAGES.exit(text));
    this.finish(1);
  }
}
