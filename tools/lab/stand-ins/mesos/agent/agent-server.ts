import * as http from "node:http";
import * as path from "node:path";
import { answerAsAgent } from "../../../../rehearsal/mesos/http/agent-api";
import type { StatusUpdate } from "../../../../rehearsal/mesos/status-update";
import { authenticate, Credential } from "../../wire/basic-auth";
import { sendLine, textOf } from "../../wire/json-lines";
import { json, shownFlags } from "../answer";
import { EXECUTOR_PATHS, ExecutorHello } from "../executor/settings";
import { log } from "../program";
import type { Agent } from "./agent";

/** Answers what is asked of an agent over HTTP, and keeps the connections of its executors. */
export function agentServer(agent: Agent, credentials: readonly Credential[]): http.Server {
  return http.createServer((request, response) => {
    answer(agent, credentials, request, response).catch((error: Error) => {
      log("W", "process.cpp:2740", `Failed to answer ${request.url}: ${error.message}`);
      response.writeHead(500).end(error.message);
    });
  });
}

async function answer(
  agent: Agent,
  credentials: readonly Credential[],
  request: http.IncomingMessage,
  response: http.ServerResponse,
) {
  const url = new URL(request.url ?? "/", "http://agent");
  if (url.pathname === EXECUTOR_PATHS.register) return executor(agent, request, response);
  if (url.pathname === EXECUTOR_PATHS.update) {
    const { container, update } = JSON.parse(await textOf(request)) as {
      container: string;
      update: StatusUpdate;
    };
    agent.update(container, update);
    return void response.writeHead(202).end();
  }
  const asked = url.pathname.replace(/^\/slave\(1\)(?=\/)/, "");
  if (asked === "/health") return void response.writeHead(200).end();
  if (agent.flags.authenticate_http_readonly && authenticate(request, credentials) === undefined) {
    return void response.writeHead(401, { "WWW-Authenticate": 'Basic realm="mesos-agent-readonly"' }).end();
  }
  if (asked === "/flags") return json(response, { flags: shownFlags(agent.flags) });
  const { status, headers, body } = answerAsAgent({ url: request.url ?? "/" }, agent.view, (inside) =>
    path.join(agent.sandboxes, inside),
  );
  response.writeHead(status, headers).end(body);
}

async function executor(agent: Agent, request: http.IncomingMessage, response: http.ServerResponse) {
  const hello = JSON.parse(await textOf(request)) as ExecutorHello;
  if (!agent.connect(hello, (message) => sendLine(response, message)))
    return void response.writeHead(404).end();
  response.writeHead(200);
  response.flushHeaders();
}
