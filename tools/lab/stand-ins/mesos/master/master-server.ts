import * as http from "node:http";
import type { ClusterEvent } from "../../../../rehearsal/mesos/cluster-event";
import { ClusterState, emptyCluster, FrameworkInfo } from "../../../../rehearsal/mesos/cluster-state";
import { MESSAGES } from "../../../../rehearsal/mesos/messages";
import { answerAsMaster } from "../../../../rehearsal/mesos/http/master-api";
import type { MasterInfo } from "../../zookeeper/master-info";
import { authenticate, Credential } from "../../wire/basic-auth";
import { sendLine, textOf } from "../../wire/json-lines";
import { isProven } from "../agent-proof";
import { AGENT_PATHS, AgentUpdate, Registration, SCHEDULER_PATH, STREAM_HEADER } from "../messages";
import { json, shownFlags } from "../answer";
import { log, now } from "../program";
import type { Leader } from "./leader";
import type { MasterFlags } from "./master-flags";

/** How often a subscribed framework hears that its master is still there, in milliseconds. */
const HEARTBEAT_MS = 15_000;

/** What a master answers from. */
export interface MasterView {
  readonly startedAt: number;
  readonly flags: MasterFlags;
  readonly info: MasterInfo;
  readonly credentials: readonly Credential[];
  /** Where this one leads. */
  readonly leader?: Leader;
  /** Who leads, as ZooKeeper says. */
  readonly leading?: MasterInfo;
}

type Realm = "readonly" | "readwrite" | "scheduler";

const NOT_RECOVERED = "Master has not finished recovery";

/** Paths that everybody may ask for. */
const OPEN_PATHS = ["/health", "/redirect", "/version"];

/** Answers what is asked of a master over HTTP, and keeps the connections of agents and frameworks. */
export function masterServer(view: () => MasterView): http.Server {
  return http.createServer((request, response) => {
    request.socket.setKeepAlive(true, 5000);
    answer(view(), request, response).catch((error: Error) => {
      log("W", "process.cpp:2740", `Failed to answer ${request.url}: ${error.message}`);
      response.writeHead(500).end(error.message);
    });
  });
}

async function answer(view: MasterView, request: http.IncomingMessage, response: http.ServerResponse) {
  const url = new URL(request.url ?? "/", "http://master");
  const isAgent = Object.values<string>(AGENT_PATHS).includes(url.pathname);
  const path = isAgent ? url.pathname : url.pathname.replace(/^\/master(?=\/)/, "");
  if (path === "/health") return void response.writeHead(200).end();
  const realm = OPEN_PATHS.includes(path) || isAgent ? undefined : realmOf(path);
  const principal = authenticate(request, view.credentials);
  if (realm !== undefined && isProtected(view.flags, realm) && principal === undefined) {
    return void response.writeHead(401, { "WWW-Authenticate": `Basic realm="mesos-master-${realm}"` }).end();
  }
  if (path === "/flags") return json(response, { flags: shownFlags(view.flags) });
  const { leader } = view;
  if (!isAgent && path !== SCHEDULER_PATH) return fromApi(view, request, response);
  if (leader === undefined) return redirect(view, request, response);
  if (isAgent) return fromAgent(view, leader, path, request, response);
  return fromFramework(leader, principal, request, response);
}

function realmOf(path: string): Realm {
  if (path === SCHEDULER_PATH) return "scheduler";
  return path === "/api/v1" || path === "/teardown" ? "readwrite" : "readonly";
}

function isProtected(flags: MasterFlags, realm: Realm): boolean {
  return {
    readonly: flags.authenticate_http_readonly ?? false,
    readwrite: flags.authenticate_http_readwrite ?? false,
    scheduler: flags.authenticate_http_frameworks ?? false,
  }[realm];
}

function redirect(
  { leading, info }: MasterView,
  { url }: http.IncomingMessage,
  response: http.ServerResponse,
) {
  if (leading === undefined) return void response.writeHead(503).end(MESSAGES.noLeader);
  if (leading.pid === info.pid) return void response.writeHead(503).end(NOT_RECOVERED);
  response.writeHead(307, { Location: `//${leading.hostname}:${leading.port}${url}` }).end();
}

/** What the model's API answers: this master's own knowledge if it leads, and otherwise who does. */
async function fromApi(view: MasterView, request: http.IncomingMessage, response: http.ServerResponse) {
  const { leader, leading, info, flags } = view;
  const { method = "GET", url = "/", headers } = request;
  if (leader === undefined && leading?.pid === info.pid && !isAboutItself(url)) {
    return void response.writeHead(503).end(NOT_RECOVERED);
  }
  const state = leader?.state ?? followerState(view);
  const asked = { method, url, contentType: headers["content-type"], body: await textOf(request) };
  const answer = answerAsMaster(asked, { state, name: flags.cluster, address: info.hostname, now: now() });
  if (answer.event) leader?.happen(answer.event);
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

function isAboutItself(url: string): boolean {
  return ["/version", "/metrics/snapshot"].includes(url);
}

/** What a master knows that does not lead. */
function followerState({ leading, info, startedAt }: MasterView): ClusterState {
  const leader = leading && { address: leading.hostname, id: leading.id, startedAt, electedAt: startedAt };
  return { ...emptyCluster(0), up: [{ address: info.hostname, startedAt }], leader };
}

async function fromAgent(
  { flags, credentials }: MasterView,
  leader: Leader,
  path: string,
  request: http.IncomingMessage,
  response: http.ServerResponse,
) {
  const body: unknown = JSON.parse(await textOf(request));
  if (path === AGENT_PATHS.pong) leader.pong((body as { machine: string }).machine);
  else if (path === AGENT_PATHS.update) leader.update(body as AgentUpdate);
  else {
    const registration = body as Registration;
    if (flags.authenticate_agents && !isProven(registration.proof, credentials)) {
      log(
        "W",
        "master.cpp:6880",
        `Refusing registration of agent at ${registration.address}: it is not authenticated`,
      );
      return void response.writeHead(401).end("Agent is not authenticated");
    }
    response.writeHead(200);
    const left = leader.register(registration, {
      send: (message) => sendLine(response, message),
      close: () => response.destroy(),
    });
    return void response.on("close", left);
  }
  response.writeHead(202).end();
}

/** What mesos-execute calls: a subscription, on which it hears from then on, or an event of a subscribed one. */
async function fromFramework(
  leader: Leader,
  principal: string | undefined,
  request: http.IncomingMessage,
  response: http.ServerResponse,
) {
  const body: unknown = JSON.parse(await textOf(request));
  if (request.headers[STREAM_HEADER] !== undefined) {
    leader.happen(body as ClusterEvent);
    return void response.writeHead(202).end();
  }
  const { framework, info } = body as { framework?: string; info: FrameworkInfo };
  response.writeHead(200, { [STREAM_HEADER]: "1" });
  const hear = (message: { kind: string }) => {
    if (message.kind === "closed") response.end();
    else sendLine(response, message);
  };
  const number = leader.subscribe(framework, { ...info, principal }, hear);
  const heartbeat = setInterval(() => response.write("\n"), HEARTBEAT_MS);
  response.on("close", () => {
    clearInterval(heartbeat);
    leader.unsubscribe(number);
  });
}
