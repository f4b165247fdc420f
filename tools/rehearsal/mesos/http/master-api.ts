import type { ClusterState, Leader } from "../cluster-state";
import { MESSAGES } from "../messages";
import { Answer, ApiRequest, jsonAnswer, NOT_FOUND, postOnly, textAnswer } from "./answer";
import { MASTER_PORT, MESOS_RELEASE } from "./mesos-release";
import { metricsSnapshot } from "./metrics";
import { operatorCall } from "./operator-api";
import { frameworksJson, slavesJson, stateJson, tasksJson } from "./state-json";
import { teardown } from "./teardown";

/** What a master knows when it is asked. */
export interface MasterView {
  readonly state: ClusterState;
  /** Name of the cluster, if it has one. */
  readonly name?: string;
  /** Address of the master that is asked. */
  readonly address: string;
  readonly now: number;
}

/** How many tasks `/tasks` shows unless it is told. */
const TASK_LIMIT = 100;

/** A request of the leading master. */
interface LeaderRequest {
  readonly request: ApiRequest;
  readonly state: ClusterState;
  readonly leader: Leader;
  readonly name?: string;
  readonly query: URLSearchParams;
}

const LEADER_PATHS: Readonly<Record<string, (asked: LeaderRequest) => Answer>> = {
  "/state": ({ state, leader, name }) => jsonAnswer(stateJson(state, leader, name)),
  "/slaves": ({ state }) => jsonAnswer(slavesJson(state)),
  "/frameworks": ({ state }) => jsonAnswer(frameworksJson(state)),
  "/tasks": ({ state, query }) => jsonAnswer(tasksJson(state, taskQuery(query))),
  "/teardown": ({ request, state }) =>
    request.method === "POST"
      ? teardown(state, new URLSearchParams(request.body).get("frameworkId") ?? undefined)
      : postOnly(request.method),
  "/api/v1": ({ request, state }) => operatorCall(request, state),
};

/** A master's answer. Pure: what is to happen because of it stands in it. */
export function answerAsMaster(request: ApiRequest, { state, name, address, now }: MasterView): Answer {
  const { pathname, searchParams: query } = new URL(request.url, "http://master");
  // its libprocess has these, and does not ask who leads
  if (pathname === "/metrics/snapshot") return jsonAnswer(metricsSnapshot(state, address, now));
  if (pathname === "/version") return jsonAnswer({ version: MESOS_RELEASE.version });

  const path = pathname.replace(/^\/master(?=\/)/, "");
  if (path === "/health") return { status: 200 };
  const answer = LEADER_PATHS[path];
  if (answer === undefined) return path === "/redirect" ? redirect(state, "") : NOT_FOUND;
  const { leader } = state;
  return leader?.address === address
    ? answer({ request, state, leader, name, query })
    : redirect(state, request.url);
}

function redirect({ leader }: ClusterState, url: string): Answer {
  if (leader === undefined) return textAnswer(503, MESSAGES.noLeader);
  return { status: 307, headers: { Location: `//${leader.address}:${MASTER_PORT}${url}` } };
}

function taskQuery(query: URLSearchParams) {
  const number = (name: string, otherwise: number) => {
    const text = query.get(name) ?? "";
    return /^\d+$/.test(text) ? Number(text) : otherwise;
  };
  return {
    task: query.get("task_id") ?? undefined,
    framework: query.get("framework_id") ?? undefined,
    ascending: query.get("order") === "asc",
    limit: number("limit", TASK_LIMIT),
    offset: number("offset", 0),
  };
}
