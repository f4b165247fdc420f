import { randomInt } from "node:crypto";
import { isHungry } from "../../../../rehearsal/mesos/allocator";
import type { ClusterEffect, ClusterEvent, Message } from "../../../../rehearsal/mesos/cluster-event";
import {
  ClusterRules,
  ClusterState,
  emptyCluster,
  FrameworkInfo,
} from "../../../../rehearsal/mesos/cluster-state";
import type { Step } from "../../../../rehearsal/mesos/framework";
import { BAD_HABITS } from "../../../../rehearsal/mesos/habits";
import { parseResources } from "../../../../rehearsal/mesos/resources";
import { unknownToAgent } from "../../../../rehearsal/mesos/task-life";
import { transition } from "../../../../rehearsal/mesos/transition";
import { AgentUpdate, Registration, ToAgent } from "../messages";
import { log, now } from "../program";
import { machineOf, missingTasks, reregister } from "./registration";
import { awaitedAgent, RegisteredAgent, registeredAgents } from "./registry";

/** How often the allocator runs, and how often agents are pinged, in milliseconds. */
const ALLOCATION_MS = 1000;
const PING_MS = 5000;

/** An agent that has not answered this many pings counts as cut off. */
const SILENT_PINGS = 2;

/** How long a master waits for an agent that is cut off: five pings of 15 s. */
const AGENT_TIMEOUT_SEC = 75;

/** How long a new leader waits for the agents of the registry. */
const REREGISTER_SEC = 600;

/** How long declined resources are not offered again. */
const REFUSE_SEC = 5;

interface AgentLink {
  send(message: ToAgent): void;
  close(): void;
  unanswered: number;
}

/** What a leading master is. */
export interface LeaderOptions {
  /** Name of its cluster. */
  readonly name?: string;
  readonly address: string;
  readonly id: string;
  /** How long it waits for the agents of the registry, in seconds. */
  readonly reregisterSec?: number;
  /** The agents of the registry. */
  readonly agents: readonly RegisteredAgent[];
  /** The registry has other agents now. */
  store(agents: readonly RegisteredAgent[]): void;
}

/** The leading master: runs the model of a cluster for the agents and frameworks that are connected to it. */
export class Leader {
  private current: ClusterState;
  private readonly agents = new Map<string, AgentLink>();
  private readonly processes = new Map<number, (message: Message) => void>();
  private named = 0;
  /** What was last put into the registry. */
  private registered: string;
  /** What it is set up with. */
  public readonly rules: ClusterRules;

  constructor(private readonly options: LeaderOptions) {
    const { name, address, id, agents, reregisterSec = REREGISTER_SEC } = options;
    this.rules = {
      name,
      habits: BAD_HABITS,
      masters: [address],
      quorum: 1,
      agentTimeoutSec: AGENT_TIMEOUT_SEC,
      refuseSec: REFUSE_SEC,
      // agents come back by themselves
      failOver: { electionSec: 0, reregisterSec: 0, reregisterTimeoutSec: reregisterSec },
    };
    this.registered = JSON.stringify(agents);
    const recovered = agents.map((agent) => awaitedAgent(agent, now()));
    this.current = { ...emptyCluster(randomInt(2 ** 32)), recovered };
    this.happen({ kind: "masterUp", address, id });
    setInterval(
      () => this.current.frameworks.some(isHungry) && this.happen({ kind: "allocate" }),
      ALLOCATION_MS,
    );
    setInterval(() => this.ping(), PING_MS);
  }

  /** What it knows. */
  public get state(): ClusterState {
    return this.current;
  }

  /** An agent is connected. Gives what has to be called when it is not any more. */
  public register(registration: Registration, link: Pick<AgentLink, "send" | "close">): () => void {
    const machine = machineOf(registration);
    const own: AgentLink = { ...link, unanswered: 0 };
    this.agents.get(machine)?.close();
    this.agents.set(machine, own);
    const id =
      registration.id === undefined ? this.admit(registration) : this.readmit(registration, registration.id);
    link.send({ kind: "registered", id });
    log("I", "master.cpp:7240", `Registered agent ${id} at slave(1)@${machine} (${registration.hostname})`);
    return () => {
      if (this.agents.get(machine) !== own) return;
      this.agents.delete(machine);
      this.happen({ kind: "agentDown", machine });
    };
  }

  /** An agent has answered a ping. */
  public pong(machine: string): void {
    const link = this.agents.get(machine);
    if (link) link.unanswered = 0;
  }

  /** An agent tells how a task is. */
  public update({ framework, task, update }: AgentUpdate): void {
    this.happen({ kind: "status", framework, task, update });
  }

  /** A mesos-execute is connected. Gives the number of its connection. */
  public subscribe(
    framework: string | undefined,
    info: FrameworkInfo,
    hear: (message: Message) => void,
  ): number {
    const process = ++this.named;
    this.processes.set(process, hear);
    this.happen({ kind: "subscribe", process, framework, info });
    return process;
  }

  /** A mesos-execute is gone. */
  public unsubscribe(process: number): void {
    this.processes.delete(process);
    this.happen({ kind: "disconnect", process });
  }

  /** Something happens; what follows is said to those it concerns. */
  public happen(event: ClusterEvent): void {
    this.step(transition(this.current, { ...event, at: now() }, this.rules));
  }

  private step({ state, effects }: Step): void {
    this.current = state;
    this.keepRegistry();
    for (const effect of effects) this.carryOut(effect);
  }

  private keepRegistry(): void {
    const agents = registeredAgents(this.current);
    const text = JSON.stringify(agents);
    if (text === this.registered) return;
    this.registered = text;
    this.options.store(agents);
  }

  /** A new agent. One that was at its address before is over. */
  private admit(registration: Registration): string {
    const machine = machineOf(registration);
    const former = this.current.agents.find((agent) => agent.machine === machine);
    if (former) {
      this.happen({ kind: "agentDown", machine });
      const downSince = this.current.agents.find(({ id }) => id === former.id)?.downSince ?? 0;
      this.happen({ kind: "agentLost", agent: former.id, downSince });
    }
    const total = parseResources(registration.resources);
    const { hostname: address, attributes } = registration;
    this.happen({ kind: "agentUp", machine, address, total, attributes });
    return this.current.agents.find((agent) => agent.machine === machine)?.id ?? "";
  }

  private readmit(registration: Registration, id: string): string {
    const lost = missingTasks(this.current, registration, id);
    this.step(reregister(this.current, registration, id, now()));
    for (const { framework, info } of lost) {
      this.update({ agent: id, framework, task: info.task_id.value, update: unknownToAgent() });
    }
    this.happen({ kind: "allocate" });
    return id;
  }

  private ping(): void {
    for (const link of this.agents.values()) {
      if (++link.unanswered > SILENT_PINGS) link.close();
      else link.send({ kind: "ping" });
    }
  }

  private carryOut(effect: ClusterEffect): void {
    switch (effect.kind) {
      case "tell":
        return void setImmediate(() => this.processes.get(effect.process)?.(effect.message));
      case "launch":
        return this.launch(effect);
      case "kill": {
        const { framework, task } = effect;
        return this.agents.get(effect.machine)?.send({ kind: "kill", framework, task });
      }
      case "shutdown":
        return this.agents.get(effect.machine)?.send({ kind: "shutdown", framework: effect.framework });
      case "later":
        setTimeout(() => this.happen(effect.event), effect.afterSec * 1000);
    }
  }

  private launch({ machine, framework: id, task: info }: Extract<ClusterEffect, { kind: "launch" }>): void {
    const framework = this.current.frameworks.find((other) => other.id === id);
    const task = framework?.tasks.find((other) => other.info === info);
    if (framework === undefined || task === undefined) return;
    const { container } = task;
    this.agents
      .get(machine)
      ?.send({ kind: "launch", framework: id, info: framework.info, task: info, container });
  }
}
