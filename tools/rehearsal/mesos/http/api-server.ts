import * as http from "node:http";
import * as net from "node:net";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import type { Machine } from "../../machine";
import { hostPath } from "../../machine-path";
import type { Cluster } from "../cluster";
import { WORK_DIRECTORY } from "../container";
import { answerAsAgent } from "./agent-api";
import { Answer, ApiRequest, NOT_FOUND } from "./answer";
import { answerAsMaster } from "./master-api";
import { AGENT_PORT, MASTER_PORT } from "./mesos-release";

/** Ports at which masters and agents answer. */
export const API_PORTS = [MASTER_PORT, AGENT_PORT];

/**
 * The masters and agents of a cluster, as one of its machines reaches them.
 *
 * A machine's network leads every address back to it, so whoever owns the one that was called answers from here. An
 * address that nobody owns is a host that is not there.
 */
export class ApiServer {
  private readonly sockets = new Set<net.Socket>();
  private readonly server: http.Server;

  /**
   * Answers at the machine's listeners.
   *
   * @param machine booted with `API_PORTS`
   * @param alone whether it is a cluster of its own, which answers whatever address it is called by
   */
  constructor(
    private readonly machine: Machine,
    private readonly cluster: Cluster,
    private readonly alone: boolean,
  ) {
    this.server = http.createServer((request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
    for (const port of API_PORTS) machine.listener(port)?.on("connection", this.accept);
  }

  /** Answers no more, and cuts every connection. */
  public close(): void {
    for (const port of API_PORTS) this.machine.listener(port)?.off("connection", this.accept);
    for (const socket of this.sockets) socket.destroy();
  }

  private readonly accept = (socket: net.Socket): void => {
    socket.on("error", () => socket.destroy());
    if (!this.isThere(socket)) return void socket.resetAndDestroy();
    this.sockets.add(socket);
    socket.once("close", () => this.sockets.delete(socket));
    this.server.emit("connection", socket);
  };

  private isThere(socket: net.Socket): boolean {
    const address = this.owner(socket);
    const { up } = this.cluster.state;
    return socket.localPort === MASTER_PORT
      ? up.some((master) => master.address === address)
      : this.cluster.agentAt(address) !== undefined;
  }

  private owner({ localAddress = "" }: net.Socket): string {
    const isSelf = this.alone || localAddress.startsWith("127.");
    return isSelf ? this.machine.address : localAddress;
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { socket, method = "GET", url = "/", headers } = request;
    const asked = { method, url, contentType: headers["content-type"], body: await text(request) };
    const address = this.owner(socket);
    if (socket.localPort !== MASTER_PORT) return send(response, this.asAgent(asked, address));
    await this.silenceOver(socket);
    send(response, this.asMaster(asked, address));
  }

  private asMaster(request: ApiRequest, address: string): Answer {
    const { state, rules } = this.cluster;
    const answer = answerAsMaster(request, { state, name: rules.name, address, now: Date.now() / 1000 });
    if (answer.event) this.cluster.happen(answer.event);
    return answer;
  }

  private asAgent(request: ApiRequest, address: string): Answer {
    const agent = this.cluster.state.agents.find((other) => other.address === address);
    const machine = this.cluster.agentAt(address);
    if (agent === undefined || machine === undefined) return NOT_FOUND;
    return answerAsAgent(request, agent, (inside) =>
      hostPath(machine.root, path.posix.join(WORK_DIRECTORY, inside)),
    );
  }

  /** Masters that are silent take a request and answer when that is over. */
  private async silenceOver(socket: net.Socket): Promise<void> {
    const leftMs = this.cluster.state.silentUntil * 1000 - Date.now();
    if (leftMs <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, leftMs);
      socket.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function send(response: http.ServerResponse, { status, headers, body = "" }: Answer): void {
  response.removeHeader("Connection");
  response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}
