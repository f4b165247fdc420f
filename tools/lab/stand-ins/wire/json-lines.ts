import * as http from "node:http";
import * as readline from "node:readline";
import type { Readable } from "node:stream";

/** Another program of Mesos, and how one is known to it. */
export interface Peer {
  readonly host: string;
  readonly port: number;
  /** Value of `Authorization`. */
  readonly authorization?: string;
}

/** An answer of a program: its status line and all of its body. */
export interface Answer {
  readonly status: number;
  /** `401 Unauthorized`. */
  readonly line: string;
  readonly body: string;
}

/** A connection on which the other side goes on sending messages, a line each. */
export interface LineStream {
  close(): void;
}

/** What is done with such a connection. */
export interface LineStreamHandler<M> {
  opened?(headers: http.IncomingHttpHeaders): void;
  message(message: M): void;
  /** The other side refuses. */
  refused(answer: Answer): void;
  /** The connection is over; in good order, or broken off. */
  closed(orderly: boolean): void;
}

/** How long to wait for an answer. */
const ANSWER_MS = 10_000;

/** Posts JSON and waits for the whole answer. */
export function post(peer: Peer, path: string, body: unknown, headers = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = open(peer, path, headers);
    request.setTimeout(ANSWER_MS, () => request.destroy(new Error("no answer within 10 s")));
    request.on("error", reject);
    request.on("response", (response) => answerOf(response).then(resolve, reject));
    request.end(JSON.stringify(body));
  });
}

/** Posts JSON and hears what the other side says from then on. */
export function postForLines<M>(
  peer: Peer,
  path: string,
  body: unknown,
  handler: LineStreamHandler<M>,
): LineStream {
  const request = open(peer, path, {});
  let isOver = false;
  const over = (orderly: boolean) => {
    if (!isOver) handler.closed(orderly);
    isOver = true;
  };
  request.on("error", () => over(false));
  request.on("response", (response) => {
    if (response.statusCode !== 200) {
      isOver = true;
      return void answerOf(response).then((answer) => handler.refused(answer));
    }
    handler.opened?.(response.headers);
    const lines = readline.createInterface({ input: response });
    // told below
    lines.on("error", () => undefined);
    lines.on("line", (line) => {
      if (!isOver && line !== "") handler.message(JSON.parse(line) as M);
    });
    response.on("end", () => over(true));
    response.on("error", () => over(false));
  });
  request.on("socket", (socket) => socket.setKeepAlive(true, 5000));
  request.end(JSON.stringify(body));
  return {
    close() {
      isOver = true;
      request.destroy();
    },
  };
}

/** The body of a request or an answer. */
export async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Sends one message on a connection that stays open. */
export function sendLine(response: http.ServerResponse, message: unknown): void {
  response.write(`${JSON.stringify(message)}\n`);
}

function open({ host, port, authorization }: Peer, path: string, headers: object): http.ClientRequest {
  return http.request({
    host,
    port,
    path,
    method: "POST",
    agent: false,
    headers: {
      "Content-Type": "application/json",
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...headers,
    },
  });
}

async function answerOf(response: http.IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, statusMessage } = response;
  return { status, line: `${status} ${statusMessage}`, body: await textOf(response) };
}
