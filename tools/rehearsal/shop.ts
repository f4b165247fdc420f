import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** The services behind a request, besides the front end and the store of its sessions; the first match holds. */
const BEHIND: readonly (readonly [request: RegExp, status: number, services: readonly string[]])[] = [
  [/^GET \/(\w+\.html)?$/, 200, []],
  [/^(GET \/login|POST \/(register|addresses|cards))$/, 200, ["user", "user-db"]],
  [/^GET \/catalogue$/, 200, ["catalogue", "catalogue-db"]],
  [/^DELETE \/cart$/, 202, ["carts", "carts-db"]],
  [/^POST \/cart$/, 201, ["carts", "carts-db", "catalogue", "catalogue-db"]],
  [
    /^POST \/orders$/,
    201,
    ["orders", "orders-db", "carts", "carts-db", "payment", "shipping", "user", "user-db"],
  ],
];

/** What stands in for the pages of Sock Shop. */
export interface Shop {
  readonly url: string;
  close(): void;
}

/**
 * Serves what the edge router would: a request is answered as long as all services behind it run.
 *
 * @param running names of the services that run now
 */
export async function openShop(running: () => ReadonlySet<string>): Promise<Shop> {
  const server = http.createServer((request, response) => {
    const status = statusOf(request, running());
    if (status === undefined) return void request.socket.destroy();
    response.writeHead(status, { "content-type": "application/json" }).end('[{"id":"a-sock"}]');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function statusOf(
  { method, url = "" }: http.IncomingMessage,
  running: ReadonlySet<string>,
): number | undefined {
  if (!running.has("edge-router")) return undefined;
  if (!running.has("front-end")) return 502;
  const asked = `${method} ${url.split("?")[0]}`;
  const [, status, services] = BEHIND.find(([request]) => request.test(asked)) ?? [asked, 404, []];
  return [...services, "session-db"].every((service) => running.has(service)) ? status : 500;
}

/** The service of a task: its id less the number of its copy and the time of its definition. */
export function serviceOf(task: string): string {
  return task.replace(/-\d+-\d{14}$/, "");
}
