import type { ClusterEvent } from "../cluster-event";
import type { ClusterState } from "../cluster-state";
import { parseJson } from "../json-value";
import { MESSAGES } from "../messages";
import { Answer, ApiRequest, jsonAnswer, postOnly, textAnswer } from "./answer";
import { OPERATOR_ANSWERS } from "./operator-json";
import { teardown } from "./teardown";

/** A call of API version 1, as far as it is looked at. */
interface Call {
  readonly type?: string;
  readonly teardown?: { readonly framework_id?: { readonly value?: string } };
  readonly drain_agent?: { readonly agent_id?: { readonly value?: string }; readonly mark_gone?: boolean };
  readonly mark_agent_gone?: { readonly agent_id?: { readonly value?: string } };
}

/** `/api/v1` of the leading master, for calls in JSON. */
export function operatorCall({ method, contentType, body }: ApiRequest, state: ClusterState): Answer {
  if (method !== "POST") return postOnly(method);
  if (contentType === undefined) return textAnswer(400, MESSAGES.noContentType);
  if (contentType !== "application/json") return textAnswer(415, MESSAGES.badContentType);
  try {
    return answer(parseJson(body) as Call, state);
  } catch (error) {
    return textAnswer(400, MESSAGES.badCall((error as Error).message));
  }
}

function answer(call: Call, state: ClusterState): Answer {
  if (call.type === undefined) return textAnswer(400, MESSAGES.incompleteCall("type"));
  if (call.type === "TEARDOWN") {
    if (call.teardown === undefined) return textAnswer(400, MESSAGES.incompleteCall("teardown"));
    return teardown(state, call.teardown.framework_id?.value ?? "");
  }
  if (call.type === "MARK_AGENT_GONE") {
    if (call.mark_agent_gone === undefined)
      return textAnswer(400, MESSAGES.incompleteCall("mark_agent_gone"));
    const { agent_id: id } = call.mark_agent_gone;
    return ofAgent(state, id?.value ?? "", (agent) => ({ kind: "agentGone", agent }));
  }
  if (call.type === "DRAIN_AGENT") {
    if (call.drain_agent === undefined) return textAnswer(400, MESSAGES.incompleteCall("drain_agent"));
    const { agent_id: id, mark_gone: markGone = false } = call.drain_agent;
    return ofAgent(state, id?.value ?? "", (agent) => ({ kind: "agentDrain", agent, markGone }));
  }
  const show = OPERATOR_ANSWERS[call.type];
  // an enum's unknown value is the one that nobody has implemented
  return show === undefined ? { status: 501 } : jsonAnswer(show(state));
}

function ofAgent({ agents }: ClusterState, agent: string, eventOf: (agent: string) => ClusterEvent): Answer {
  if (!agents.some(({ id }) => id === agent)) return textAnswer(404, MESSAGES.unknownAgent(agent));
  return { status: 200, event: eventOf(agent) };
}
