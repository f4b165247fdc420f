import type { FrameworkInfo } from "./cluster-state";
import type { Resources } from "./resources";
import type { StatusUpdate } from "./status-update";
import type { TaskInfo } from "./task-info";

/** Something that happens to a cluster. */
export type ClusterEvent =
  | { readonly kind: "masterUp"; readonly address: string; readonly id: string }
  | { readonly kind: "masterDown"; readonly address: string; readonly nextId: string }
  | { readonly kind: "election"; readonly id: string }
  | { readonly kind: "silence"; readonly forSec: number }
  | {
      readonly kind: "agentUp";
      readonly machine: string;
      readonly address: string;
      readonly total: Resources;
      readonly attributes?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "agentDown"; readonly machine: string }
  | { readonly kind: "agentLost"; readonly agent: string; readonly downSince: number }
  | { readonly kind: "agentBack"; readonly agent: string; readonly leader: string }
  | { readonly kind: "agentMissing"; readonly agent: string; readonly leader: string }
  | { readonly kind: "agentGone"; readonly agent: string }
  | { readonly kind: "agentDrain"; readonly agent: string; readonly markGone: boolean }
  | {
      readonly kind: "subscribe";
      readonly process: number;
      /** The framework it was before. */
      readonly framework?: string;
      readonly info: FrameworkInfo;
    }
  | {
      readonly kind: "accept";
      readonly framework: string;
      readonly offer: string;
      readonly task: TaskInfo;
      readonly container: string;
    }
  | {
      readonly kind: "decline";
      readonly framework: string;
      readonly offer: string;
      readonly suppress: boolean;
    }
  | { readonly kind: "kill"; readonly framework: string }
  | {
      readonly kind: "status";
      readonly framework: string;
      readonly task: string;
      readonly update: StatusUpdate;
    }
  | { readonly kind: "disconnect"; readonly process: number }
  | { readonly kind: "teardown"; readonly framework: string }
  | { readonly kind: "allocate" };

/** An event and when it happens, in seconds. */
export type Happening = ClusterEvent & { readonly at: number };

/** An offer as its framework sees it. */
export interface SeenOffer {
  readonly id: string;
  readonly agent: string;
  readonly resources: Resources;
}

/** What the leader says to a mesos-execute. */
export type Message =
  | { readonly kind: "subscribed"; readonly framework: string }
  | { readonly kind: "offers"; readonly offers: readonly SeenOffer[] }
  | { readonly kind: "update"; readonly task: string; readonly update: StatusUpdate }
  | { readonly kind: "error"; readonly text: string }
  /** The leader closed the connection, in good order or by dying. */
  | { readonly kind: "closed"; readonly orderly: boolean };

/** Something that has to be done because of an event. */
export type ClusterEffect =
  | { readonly kind: "tell"; readonly process: number; readonly message: Message }
  | {
      readonly kind: "launch";
      readonly machine: string;
      readonly framework: string;
      readonly task: TaskInfo;
    }
  | { readonly kind: "kill"; readonly machine: string; readonly framework: string; readonly task: string }
  /** End every task of the framework there, and say nothing of it. */
  | { readonly kind: "shutdown"; readonly machine: string; readonly framework: string }
  | { readonly kind: "later"; readonly afterSec: number; readonly event: ClusterEvent };
