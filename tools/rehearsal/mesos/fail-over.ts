import type { ClusterEffect, Happening } from "./cluster-event";
import type {
  Agent,
  ClusterRules,
  ClusterState,
  FailOverTimes,
  Framework,
  RecoveredAgent,
} from "./cluster-state";
import { hearOut, remove, replaceFramework, Step, tell } from "./framework";

type Of<Kind extends Happening["kind"]> = Extract<Happening, { kind: Kind }>;

/** An agent that no leader has seen yet. */
export const NO_ID = "";

/** The leader is gone: what agents have is all that the next one will know. */
export function loseLeader(state: ClusterState, { at, nextId }: Of<"masterDown">, rules: ClusterRules): Step {
  const { electionSec = 0 } = rules.failOver ?? {};
  const processes = state.frameworks.flatMap(({ process }) => (process === undefined ? [] : [process]));
  const leaderless: ClusterState = {
    ...state,
    leader: undefined,
    leaderlessUntil: at + electionSec,
    agents: [],
    recovered: [...state.recovered, ...state.agents.map((agent) => recoveredFrom(state, agent))],
    frameworks: [],
    removed: [],
    offers: [],
    lostAgents: 0,
  };
  const closed = processes.map((process) => tell(process, { kind: "closed", orderly: false }));
  if (electionSec === 0)
    return then({ state: leaderless, effects: closed }, (now) => elect(now, { at, id: nextId }, rules));
  const event = { kind: "election", id: nextId } as const;
  return { state: leaderless, effects: [...closed, { kind: "later", afterSec: electionSec, event }] };
}

/** One of the masters that are up leads, if they are enough. Agents register with it, each in its time. */
export function elect(
  state: ClusterState,
  { id, at }: { readonly id: string; readonly at: number },
  rules: ClusterRules,
): Step {
  const [first] = state.up;
  if (state.leader !== undefined || first === undefined || state.up.length < rules.quorum)
    return still(state);
  const led = named({
    ...state,
    leader: { ...first, id, electedAt: at },
    agents: state.agents.map((agent) => registered(agent, at)),
    issued: { agents: 0, frameworks: 0, offers: 0 },
  });
  const { failOver } = rules;
  if (failOver === undefined) {
    const up = led.recovered.filter(({ agent }) => agent.downSince === undefined);
    return up.reduce((step, each) => then(step, (now) => answering(now, each, at, rules)), still(led));
  }
  return { state: led, effects: comeBack(led.recovered, id, failOver) };
}

/** Agents register again one after another, or are given up. */
function comeBack(
  agents: readonly RecoveredAgent[],
  leader: string,
  { reregisterSec, reregisterTimeoutSec }: FailOverTimes,
): ClusterEffect[] {
  return agents.flatMap(({ agent: { id: agent } }, index): ClusterEffect[] => {
    const afterSec = (reregisterSec * (index + 1)) / agents.length;
    return [
      { kind: "later", afterSec, event: { kind: "agentBack", agent, leader } },
      { kind: "later", afterSec: reregisterTimeoutSec, event: { kind: "agentMissing", agent, leader } },
    ];
  });
}

/** An agent of an earlier leader registers with this one, unless it is down. */
export function agentBack(state: ClusterState, event: Of<"agentBack">, rules: ClusterRules): Step {
  const recovered = awaited(state, event);
  if (recovered?.agent.downSince !== undefined) return still(state);
  return recovered ? answering(state, recovered, event.at, rules) : still(state);
}

/** An agent of an earlier leader is given up. Nobody is told: the leader does not know what it ran. */
export function agentMissing(state: ClusterState, event: Of<"agentMissing">): Step {
  const recovered = awaited(state, event);
  if (recovered === undefined) return still(state);
  return still({ ...without(state, recovered), lostAgents: state.lostAgents + 1 });
}

/** An agent that an earlier leader knew answers: if there is a leader, it learns what goes on there. */
export function answering(
  state: ClusterState,
  recovered: RecoveredAgent,
  at: number,
  rules: ClusterRules,
): Step {
  const agent = { ...registered(recovered.agent, at), downSince: undefined };
  if (state.leader === undefined) return still(replaceRecovered(state, { ...recovered, agent }));
  const there = { ...without(state, recovered), agents: [...state.agents, agent] };
  return recovered.frameworks.reduce(
    (step, framework) => then(step, (now) => learn(now, framework, agent, at, rules)),
    still(there),
  );
}

/** An agent that the leader waits for, or that waits for a leader, falls silent. */
export function silenced(state: ClusterState, machine: string, at: number): ClusterState {
  const recovered = state.recovered.find(({ agent }) => agent.machine === machine);
  if (recovered === undefined || recovered.agent.downSince !== undefined) return state;
  return replaceRecovered(state, { ...recovered, agent: { ...recovered.agent, downSince: at } });
}

/** Gives agents that have no id yet one, if there is a leader to do it. */
export function named(state: ClusterState): ClusterState {
  const { leader } = state;
  if (leader === undefined) return state;
  let next = state.issued.agents;
  const agents = state.agents.map((agent) =>
    agent.id === NO_ID ? { ...agent, id: `${leader.id}-S${next++}` } : agent,
  );
  return { ...state, agents, issued: { ...state.issued, agents: next } };
}

/** What goes on at an agent, as it will tell the next leader. */
function recoveredFrom(state: ClusterState, agent: Agent): RecoveredAgent {
  const frameworks = state.frameworks
    .map((framework): Framework => ({
      ...framework,
      process: undefined,
      active: false,
      recovered: true,
      suppressed: false,
      refused: {},
      registeredAt: 0,
      reregisteredAt: undefined,
      tasks: framework.tasks.filter((task) => task.agent === agent.id),
      unreachable: [],
      completed: [],
    }))
    .filter(({ tasks }) => tasks.length > 0);
  return { agent, frameworks };
}

/** The leader hears of a framework's tasks. One that it has removed itself is ended there. */
function learn(state: ClusterState, from: Framework, agent: Agent, at: number, rules: ClusterRules): Step {
  if (state.removed.some(({ id }) => id === from.id)) {
    return { state, effects: [{ kind: "shutdown", machine: agent.machine, framework: from.id }] };
  }
  const known = state.frameworks.find(({ id }) => id === from.id);
  if (known) {
    const { framework, effects } = hearOut({ ...known, tasks: [...known.tasks, ...from.tasks] });
    return { state: replaceFramework(state, framework), effects };
  }
  const learned = { ...state, frameworks: [...state.frameworks, from] };
  return rules.habits.keepsOrphans ? still(learned) : remove(learned, from, at, rules);
}

function awaited(state: ClusterState, event: Of<"agentBack" | "agentMissing">): RecoveredAgent | undefined {
  if (state.leader?.id !== event.leader) return undefined;
  return state.recovered.find(({ agent }) => agent.id === event.agent);
}

function without(state: ClusterState, { agent }: RecoveredAgent): ClusterState {
  return { ...state, recovered: state.recovered.filter((other) => other.agent.id !== agent.id) };
}

function replaceRecovered(state: ClusterState, recovered: RecoveredAgent): ClusterState {
  const same = (other: RecoveredAgent) => other.agent.id === recovered.agent.id;
  return { ...state, recovered: state.recovered.map((other) => (same(other) ? recovered : other)) };
}

/** An agent that an earlier leader has named is known to register again. */
function registered(agent: Agent, at: number): Agent {
  return { ...agent, registeredAt: at, reregisteredAt: agent.id === NO_ID ? undefined : at };
}

function still(state: ClusterState): Step {
  return { state, effects: [] };
}

function then(step: Step, next: (state: ClusterState) => Step): Step {
  const { state, effects } = next(step.state);
  return { state, effects: [...step.effects, ...effects] };
}
