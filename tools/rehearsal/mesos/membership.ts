import type { ClusterEffect, Happening } from "./cluster-event";
import { Agent, ClusterRules, ClusterState, Framework, isLive, tasksOn } from "./cluster-state";
import { loseAgent, replaceFramework, Step, withdraw } from "./framework";
import { answering, elect, loseLeader, named, NO_ID, silenced } from "./fail-over";
import type { StatusUpdate } from "./status-update";
import { agentDisconnected, agentGivenUp, agentRemoved } from "./task-life";

type Of<Kind extends Happening["kind"]> = Extract<Happening, { kind: Kind }>;

/** A master comes up; with enough of them there is a leader. */
export function masterUp(state: ClusterState, event: Of<"masterUp">, rules: ClusterRules): Step {
  const others = state.up.filter(({ address }) => address !== event.address);
  const up = [...others, { address: event.address, startedAt: event.at }];
  const after = { ...state, up };
  // an election is on its way
  if (event.at < state.leaderlessUntil) return { state: after, effects: [] };
  return elect(after, event, rules);
}

/** A master dies. If it led, everybody's connection is gone, and with the majority also the next leader. */
export function masterDown(state: ClusterState, event: Of<"masterDown">, rules: ClusterRules): Step {
  const up = state.up.filter(({ address }) => address !== event.address);
  const after = { ...state, up };
  const isLed = state.leader !== undefined && state.leader.address !== event.address;
  // a leader without a majority ends itself
  if (isLed && up.length >= rules.quorum) return { state: after, effects: [] };
  if (state.leader === undefined) return { state: after, effects: [] };
  return loseLeader(after, event, rules);
}

/** No master answers for a while. */
export function silence(state: ClusterState, { at, forSec }: Of<"silence">): Step {
  return { state: { ...state, silentUntil: at + forSec }, effects: [] };
}

/** An agent registers, or is back with the id it had and the tasks that go on in it. */
export function agentUp(state: ClusterState, event: Of<"agentUp">, rules: ClusterRules): Step {
  const { machine, address, total, attributes, at } = event;
  const known = state.agents.find((agent) => agent.machine === machine);
  if (known) {
    const back: Agent = { ...known, reregisteredAt: at, downSince: undefined };
    return { state: replaceAgent(state, back), effects: [] };
  }
  const recovered = state.recovered.find(({ agent }) => agent.machine === machine);
  if (recovered) return answering(state, recovered, at, rules);
  const agent: Agent = { id: NO_ID, machine, address, total, attributes, registeredAt: at };
  return { state: named({ ...state, agents: [...state.agents, agent] }), effects: [] };
}

/** An agent falls silent. */
export function agentDown(state: ClusterState, { machine, at }: Of<"agentDown">, rules: ClusterRules): Step {
  const agent = state.agents.find((other) => other.machine === machine && other.downSince === undefined);
  if (agent === undefined) return { state: silenced(state, machine, at), effects: [] };
  const silent = withdraw(
    replaceAgent(state, { ...agent, downSince: at }),
    (offer) => offer.agent === agent.id,
  );
  const later: ClusterEffect = {
    kind: "later",
    afterSec: rules.agentTimeoutSec,
    event: { kind: "agentLost", agent: agent.id, downSince: at },
  };
  const hasty = ({ info }: Framework) => !info.checkpoint && rules.habits.losesWithoutCheckpoint;
  const lost = loseTasks(silent, agent, at, (framework) =>
    hasty(framework) ? agentDisconnected(agent.address) : undefined,
  );
  return { state: lost.state, effects: [later, ...lost.effects] };
}

/** An agent has been silent for too long. */
export function agentLost(state: ClusterState, event: Of<"agentLost">, rules: ClusterRules): Step {
  const agent = state.agents.find(({ id, downSince }) => id === event.agent && downSince === event.downSince);
  if (agent === undefined) return { state, effects: [] };
  const without = { ...withoutAgent(state, agent), lostAgents: state.lostAgents + 1 };
  return loseTasks(without, agent, event.at, ({ info }) =>
    agentRemoved(info.partitionAware && rules.habits.waitsForLostAgents),
  );
}

/** An operator empties an agent: it is offered to nobody any more, and all that runs there is killed. */
export function agentDrain(state: ClusterState, event: Of<"agentDrain">): Step {
  const agent = state.agents.find(({ id }) => id === event.agent);
  if (agent === undefined) return { state, effects: [] };
  const drained = replaceAgent(state, { ...agent, draining: { markGone: event.markGone } });
  return {
    state: withdraw(drained, (offer) => offer.agent === agent.id),
    effects: tasksOn(state, agent.id)
      .filter(isLive)
      .map(({ machine, framework, info }) => ({
        kind: "kill",
        machine,
        framework,
        task: info.task_id.value,
      })),
  };
}

/** Gives up the agents that were to be emptied and are empty. */
export function giveUpDrained({ state, effects }: Step, at: number): Step {
  const empty = state.agents.filter(
    ({ id, draining }) => draining?.markGone === true && tasksOn(state, id).length === 0,
  );
  return empty.reduce<Step>(
    (step, { id: agent }) => {
      const gone = agentGone(step.state, { kind: "agentGone", agent, at });
      return { state: gone.state, effects: [...step.effects, ...gone.effects] };
    },
    { state, effects },
  );
}

/** An operator gives an agent up: whatever runs there is to end. */
export function agentGone(state: ClusterState, event: Of<"agentGone">): Step {
  const agent = state.agents.find(({ id }) => id === event.agent);
  if (agent === undefined) return { state, effects: [] };
  const lost = loseTasks(withoutAgent(state, agent), agent, event.at, ({ info }) =>
    agentGivenUp(info.partitionAware),
  );
  const shutdowns = state.frameworks.map(({ id }): ClusterEffect => ({
    kind: "shutdown",
    machine: agent.machine,
    framework: id,
  }));
  return { state: lost.state, effects: [...shutdowns, ...lost.effects] };
}

function withoutAgent(state: ClusterState, agent: Agent): ClusterState {
  const rest = withdraw(state, (offer) => offer.agent === agent.id);
  return { ...rest, agents: rest.agents.filter((other) => other !== agent) };
}

/** Ends the tasks of an agent for those frameworks for which there is an update. */
function loseTasks(
  state: ClusterState,
  { id: agent }: Agent,
  at: number,
  updateFor: (framework: Framework) => StatusUpdate | undefined,
): Step {
  return state.frameworks.reduce<Step>(
    (step, framework) => {
      const update = updateFor(framework);
      if (update === undefined) return step;
      const { framework: after, effects } = loseAgent(framework, { agent, update, at });
      return { state: replaceFramework(step.state, after), effects: [...step.effects, ...effects] };
    },
    { state, effects: [] },
  );
}

function replaceAgent(state: ClusterState, agent: Agent): ClusterState {
  return { ...state, agents: state.agents.map((other) => (other.id === agent.id ? agent : other)) };
}
