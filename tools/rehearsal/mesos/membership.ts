import type { ClusterEffect, Happening } from "./cluster-event";
import { Agent, ClusterRules, ClusterState, Framework } from "./cluster-state";
import { loseAgent, remove, replaceFramework, Step, tell, withdraw } from "./framework";
import type { StatusUpdate } from "./status-update";
import { agentDisconnected, agentGivenUp, agentRemoved } from "./task-life";

type Of<Kind extends Happening["kind"]> = Extract<Happening, { kind: Kind }>;

/** An agent that no leader has seen yet. */
const NO_ID = "";

/** A master comes up; with enough of them there is a leader. */
export function masterUp(state: ClusterState, event: Of<"masterUp">, rules: ClusterRules): Step {
  const others = state.up.filter(({ address }) => address !== event.address);
  const up = [...others, { address: event.address, startedAt: event.at }];
  return elect({ ...state, up }, event.id, event.at, rules);
}

/** A master dies. If it led, everybody's connection is gone, and with the majority also the next leader. */
export function masterDown(state: ClusterState, event: Of<"masterDown">, rules: ClusterRules): Step {
  const up = state.up.filter(({ address }) => address !== event.address);
  const after = { ...state, up };
  const isLed = state.leader !== undefined && state.leader.address !== event.address;
  // a leader without a majority ends itself
  if (isLed && up.length >= rules.quorum) return { state: after, effects: [] };
  if (state.leader === undefined) return { state: after, effects: [] };
  const { state: leaderless, effects } = loseLeader(after);
  const next = elect(leaderless, event.nextId, event.at, rules);
  return { state: next.state, effects: [...effects, ...next.effects] };
}

/** No master answers for a while. */
export function silence(state: ClusterState, { at, forSec }: Of<"silence">): Step {
  return { state: { ...state, silentUntil: at + forSec }, effects: [] };
}

/** An agent registers, or is back with the id it had and the tasks that go on in it. */
export function agentUp(state: ClusterState, event: Of<"agentUp">): Step {
  const { machine, address, total, attributes, at } = event;
  const known = state.agents.find((agent) => agent.machine === machine);
  if (known) {
    const back: Agent = { ...known, reregisteredAt: at, downSince: undefined };
    return { state: replaceAgent(state, back), effects: [] };
  }
  const agent: Agent = { id: NO_ID, machine, address, total, attributes, registeredAt: at };
  return { state: named({ ...state, agents: [...state.agents, agent] }), effects: [] };
}

/** Gives agents that have no id yet one, if there is a leader to do it. */
function named(state: ClusterState): ClusterState {
  const { leader } = state;
  if (leader === undefined) return state;
  let next = state.issued.agents;
  const agents = state.agents.map((agent) =>
    agent.id === NO_ID ? { ...agent, id: `${leader.id}-S${next++}` } : agent,
  );
  return { ...state, agents, issued: { ...state.issued, agents: next } };
}

/** An agent falls silent. */
export function agentDown(state: ClusterState, { machine, at }: Of<"agentDown">, rules: ClusterRules): Step {
  const agent = state.agents.find((other) => other.machine === machine && other.downSince === undefined);
  if (agent === undefined) return { state, effects: [] };
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

/** An agent that an earlier leader has named is known to register again. */
function registered(agent: Agent, at: number): Agent {
  return { ...agent, registeredAt: at, reregisteredAt: agent.id === NO_ID ? undefined : at };
}

function replaceAgent(state: ClusterState, agent: Agent): ClusterState {
  return { ...state, agents: state.agents.map((other) => (other.id === agent.id ? agent : other)) };
}

/** What agents have is all that the next leader will know. */
function loseLeader(state: ClusterState): Step {
  const processes = state.frameworks.flatMap(({ process }) => (process === undefined ? [] : [process]));
  const recovered = state.frameworks
    .filter(({ tasks }) => tasks.length > 0)
    .map((framework): Framework => ({
      ...framework,
      process: undefined,
      active: false,
      recovered: true,
      suppressed: false,
      refused: {},
      registeredAt: 0,
      reregisteredAt: undefined,
      unreachable: [],
      completed: [],
    }));
  return {
    state: { ...state, leader: undefined, frameworks: recovered, removed: [], offers: [], lostAgents: 0 },
    effects: processes.map((process) => tell(process, { kind: "closed", orderly: false })),
  };
}

function elect(state: ClusterState, id: string, at: number, rules: ClusterRules): Step {
  const [first] = state.up;
  if (state.leader !== undefined || first === undefined || state.up.length < rules.quorum) {
    return { state, effects: [] };
  }
  const led = named({
    ...state,
    leader: { ...first, id, electedAt: at },
    agents: state.agents.map((agent) => registered(agent, at)),
    issued: { agents: 0, frameworks: 0, offers: 0 },
  });
  if (rules.habits.keepsOrphans) return { state: led, effects: [] };
  return led.frameworks.reduce<Step>(
    (step, framework) => {
      const next = remove(step.state, framework, at, rules);
      return { state: next.state, effects: [...step.effects, ...next.effects] };
    },
    { state: led, effects: [] },
  );
}
