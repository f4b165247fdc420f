import { allocate } from "./allocator";
import type { ClusterEffect, Happening } from "./cluster-event";
import type { ClusterRules, ClusterState, Offer } from "./cluster-state";
import { accept, decline, disconnect, kill, status, Step, subscribe, teardown, tell } from "./framework";
import { agentBack, agentMissing, elect } from "./fail-over";
import {
  agentDown,
  agentDrain,
  agentGone,
  agentLost,
  agentUp,
  giveUpDrained,
  masterDown,
  masterUp,
  silence,
} from "./membership";

/** After these the allocator runs at once; for all else it waits for its next round. */
const PROMPT: readonly Happening["kind"][] = [
  "subscribe",
  "agentUp",
  "agentBack",
  "masterUp",
  "election",
  "allocate",
];

/** What happens to a cluster, and what has to be done because of it. Pure: the same every time. */
export function transition(state: ClusterState, event: Happening, rules: ClusterRules): Step {
  const step = giveUpDrained(carryOut(state, event, rules), event.at);
  if (!PROMPT.includes(event.kind)) return step;
  const { state: after, offers } = allocate(step.state, event.at, rules);
  return { state: after, effects: [...step.effects, ...tellOffers(after, offers)] };
}

function carryOut(state: ClusterState, event: Happening, rules: ClusterRules): Step {
  switch (event.kind) {
    case "masterUp":
      return masterUp(state, event, rules);
    case "masterDown":
      return masterDown(state, event, rules);
    case "election":
      return elect(state, event, rules);
    case "silence":
      return silence(state, event);
    case "agentUp":
      return agentUp(state, event, rules);
    case "agentDown":
      return agentDown(state, event, rules);
    case "agentLost":
      return agentLost(state, event, rules);
    case "agentBack":
      return agentBack(state, event, rules);
    case "agentMissing":
      return agentMissing(state, event);
    case "agentGone":
      return agentGone(state, event);
    case "agentDrain":
      return agentDrain(state, event);
    case "subscribe":
      return subscribe(state, event, rules);
    case "accept":
      return accept(state, event, rules);
    case "decline":
      return decline(state, event, rules);
    case "kill":
      return kill(state, event);
    case "status":
      return status(state, event);
    case "disconnect":
      return disconnect(state, event, rules);
    case "teardown":
      return teardown(state, event, rules);
    case "allocate":
      return { state, effects: [] };
  }
}

/** All of a round's offers for one framework come in one message. */
function tellOffers({ frameworks }: ClusterState, offers: readonly Offer[]): ClusterEffect[] {
  return frameworks.flatMap(({ id, process }) => {
    const own = offers.filter(({ framework }) => framework === id);
    return process === undefined || own.length === 0 ? [] : [tell(process, { kind: "offers", offers: own })];
  });
}
