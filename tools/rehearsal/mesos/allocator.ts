import { Agent, ClusterRules, ClusterState, Framework, freeOf, isActive, Offer, sum } from "./cluster-state";
import { amount, NOTHING, part, plus, Resources } from "./resources";

/** Less than this is not offered: cpus, and MiB of memory. */
const LEAST = { cpus: 0.01, mem: 32 };

/** An offer that is too small for any task. */
const TOO_LITTLE: Resources = { scalars: { cpus: 10 }, ports: [] };

/**
 * One round of the leader's allocator: each agent's free resources become an offer to the framework that has least.
 *
 * Agents come in random order, as in Mesos, by the generator of the state.
 *
 * @see https://github.com/apache/mesos/blob/master/src/master/allocator/mesos/hierarchical.cpp
 */
export function allocate(
  state: ClusterState,
  at: number,
  rules: ClusterRules,
): { state: ClusterState; offers: readonly Offer[] } {
  const { leader } = state;
  if (leader === undefined || at < state.silentUntil) return { state, offers: [] };
  const { items, seed } = shuffled(state.agents.filter(isActive), state.seed);
  const after = items.reduce((current, agent) => offerAgent(current, agent, at, rules), { ...state, seed });
  return { state: after, offers: after.offers.slice(state.offers.length) };
}

/** Whether a later round could offer something to somebody. */
export function isHungry(framework: Framework): boolean {
  return framework.process !== undefined && framework.active && !framework.suppressed;
}

function offerAgent(state: ClusterState, agent: Agent, at: number, { habits }: ClusterRules): ClusterState {
  const hungry = state.frameworks
    .filter(({ info, refused }) => info.offered !== "nothing" && (refused[agent.id] ?? 0) <= at)
    .filter(isHungry)
    .sort((a, b) => share(state, a) - share(state, b));
  const served = habits.offersWholeAgents ? hungry.slice(0, 1) : hungry;
  const whole = freeOf(state, agent);
  const piece = served.length > 1 ? part(whole, served.length) : whole;
  return served.reduce((current, framework) => {
    const resources = framework.info.offered === "too-little" ? TOO_LITTLE : piece;
    return isWorthOffering(piece) ? addOffer(current, framework.id, agent.id, resources) : current;
  }, state);
}

function addOffer(state: ClusterState, framework: string, agent: string, resources: Resources): ClusterState {
  const id = `${state.leader?.id}-O${state.issued.offers}`;
  return {
    ...state,
    issued: { ...state.issued, offers: state.issued.offers + 1 },
    offers: [...state.offers, { id, framework, agent, resources }],
  };
}

function isWorthOffering(resources: Resources): boolean {
  return amount(resources, "cpus") >= LEAST.cpus || amount(resources, "mem") >= LEAST.mem;
}

/** The larger of a framework's parts of all cpus and of all memory. */
function share(state: ClusterState, { id, tasks }: Framework): number {
  const held = plus(sum(tasks), sum(state.offers.filter(({ framework }) => framework === id)));
  const total = state.agents.map((agent) => agent.total).reduce(plus, NOTHING);
  return Math.max(...["cpus", "mem"].map((name) => amount(held, name) / (amount(total, name) || 1)));
}

function shuffled<T>(items: readonly T[], seed: number): { items: readonly T[]; seed: number } {
  let state = seed;
  const keyed = items.map((item) => {
    // a linear congruential generator: good enough to vary an order, and the same on every run
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return { item, key: state };
  });
  return { items: keyed.sort((a, b) => a.key - b.key).map(({ item }) => item), seed: state };
}
