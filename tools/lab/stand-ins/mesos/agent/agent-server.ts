import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import type { StatusUpdate } from "../../../../rehearsal/mesos/status-update";
import { authenticate, Credential } from "../../wire/basic-auth";
import { sendLine, textOf } from "../../wire/json-lines";
import { EXECUTOR_PATHS, ExecutorHello } from "../executor/settings";
import { log } from "../program";
import type { Agent } from "./agent";

/** Sixteen pages: more is not read at once. */
const MOST_BYTES = 16 * 4096;

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
  if (asked === "/state") return json(response, stateOf(agent));
  if (asked === "/flags") return json(response, { flags: agent.flags });
  if (asked === "/files/read" || asked === "/files/download") return file(agent, asked, url, response);
  response.writeHead(404).end();
}

async function executor(agent: Agent, request: http.IncomingMessage, response: http.ServerResponse) {
  const hello = JSON.parse(await textOf(request)) as ExecutorHello;
  if (!agent.connect(hello, (message) => sendLine(response, message)))
    return void response.writeHead(404).end();
  response.writeHead(200);
  response.flushHeaders();
}

function stateOf({ id, address, flags }: Agent) {
  const { ip, port, hostname } = address;
  return {
    id,
    hostname,
    pid: `slave(1)@${ip}:${port}`,
    attributes: flags.attributes,
    resources: flags.resources,
  };
}

/** A file of a sandbox, by its path in the agent's own terms. */
function file(agent: Agent, asked: string, url: URL, response: http.ServerResponse): void {
  const name = path.normalize(url.searchParams.get("path") ?? "/");
  const full = path.join(agent.sandboxes(), name);
  if (!name.startsWith("/frameworks/") || !fs.existsSync(full)) return void response.writeHead(404).end();
  if (asked === "/files/download") return void fs.createReadStream(full).pipe(response.writeHead(200));
  const { size } = fs.statSync(full);
  const offset = Number(url.searchParams.get("offset") ?? -1);
  if (offset < 0) return json(response, { data: "", offset: size });
  const length = Math.min(Number(url.searchParams.get("length") ?? MOST_BYTES), MOST_BYTES);
  const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
  const descriptor = fs.openSync(full, "r");
  fs.readSync(descriptor, buffer, 0, buffer.length, offset);
  fs.closeSync(descriptor);
  json(response, { data: buffer.toString(), offset });
}

function json(response: http.ServerResponse, body: unknown): void {
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
