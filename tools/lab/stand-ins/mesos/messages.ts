import type { FrameworkInfo, Status } from "../../../rehearsal/mesos/cluster-state";
import type { StatusUpdate, TaskState } from "../../../rehearsal/mesos/status-update";
import type { TaskInfo } from "../../../rehearsal/mesos/task-info";
import type { AgentProof } from "./agent-proof";

/** Paths of the messages between agents and masters; the real ones are named so too. */
export const AGENT_PATHS = {
  register: "/master/mesos.internal.RegisterSlaveMessage",
  update: "/master/mesos.internal.StatusUpdateMessage",
  pong: "/master/mesos.internal.PongSlaveMessage",
} as const;

/** Where mesos-execute subscribes and calls. */
export const SCHEDULER_PATH = "/api/v1/scheduler";

/** Names the connection a call of mesos-execute belongs to. */
export const STREAM_HEADER = "mesos-stream-id";

/** A task that runs on an agent when it registers. */
export interface ReportedTask {
  readonly framework: string;
  readonly info: FrameworkInfo;
  readonly task: TaskInfo;
  readonly container: string;
  readonly state: TaskState;
  readonly statuses: readonly Status[];
}

/** What an agent tells of itself when it registers. */
export interface Registration {
  /** The id it has from a former time. */
  readonly id?: string;
  readonly address: string;
  readonly port: number;
  readonly hostname: string;
  /** As `--resources` writes them. */
  readonly resources: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tasks: readonly ReportedTask[];
  readonly proof?: AgentProof;
}

/** What an agent tells of a task. */
export interface AgentUpdate {
  readonly agent: string;
  readonly framework: string;
  readonly task: string;
  readonly update: StatusUpdate;
}

/** What the leader tells an agent. */
export type ToAgent =
  | { readonly kind: "registered"; readonly id: string }
  | { readonly kind: "ping" }
  | {
      readonly kind: "launch";
      readonly framework: string;
      readonly info: FrameworkInfo;
      readonly task: TaskInfo;
      readonly container: string;
    }
  | { readonly kind: "kill"; readonly framework: string; readonly task: string }
  | { readonly kind: "shutdown"; readonly framework: string };
