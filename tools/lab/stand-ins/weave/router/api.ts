import * as http from "node:http";
import { text } from "node:stream/consumers";
import type { Overlay } from "./overlay";
import { report, RouterView, status } from "./report";

/** Where the script and the plugin ask. */
export const API = { host: "127.0.0.1", port: 6784 } as const;

/** Id under which the machine itself has an address. */
const EXPOSED = "weave:expose";

/** Answers the script `weave`, the plugin, and who wants to know how it is. */
export function apiServer(view: RouterView, overlay: Overlay): http.Server {
  return http.createServer((request, response) => {
    answer(view, overlay, request, response).catch((error: Error) =>
      response.writeHead(500).end(`${error.message}\n`),
    );
  });
}

async function answer(
  view: RouterView,
  overlay: Overlay,
  request: http.IncomingMessage,
  response: http.ServerResponse,
) {
  const { method = "GET", url = "/", headers } = request;
  const [, first = "", second = ""] = url.split("/").map(decodeURIComponent);
  const { mesh, ipam } = view;
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const full = (address: string | undefined) => `${address}/${ipam.range.bits}`;
  switch (`${method} /${first}`) {
    case "GET /status":
      return void response.end(status(view));
    case "GET /report":
      return void response
        .setHeader("Content-Type", headers.accept?.includes("json") ? "application/json" : "text/plain")
        .end(JSON.stringify(report(view), null, 2));
    case "POST /expose": {
      const address = await ipam.allocate(EXPOSED, gone.signal);
      overlay.expose(full(address));
      return void response.end(`${address}\n`);
    }
    case "POST /ip":
      return void response.end(full(await ipam.allocate(second, gone.signal)));
    case "DELETE /ip":
      ipam.release(second);
      return void response.writeHead(204).end();
    case "POST /connect":
    case "POST /forget": {
      const peers = new URLSearchParams(await text(request)).getAll("peer");
      for (const peer of peers) mesh[first as "connect" | "forget"](peer);
      return void response.end();
    }
    case "DELETE /peer": {
      const name = mesh.peers.find(({ nick }) => nick === second)?.name ?? second;
      return void response.end(`${ipam.takeOver(name)} IPs taken over from ${second}\n`);
    }
    default:
      response.writeHead(404).end("404 page not found\n");
  }
}
