import * as fs from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as path from "node:path";
import { registryContentType } from "./stand-ins/package/image-registry";

/** By asking for this, Docker finds out whether there is a registry. */
const REGISTRY = "/v2/";

/**
 * Serves files by the host that is asked for; a folder `v2` among them is a registry of images.
 *
 * @param sites folder by host name
 */
export function serveFiles(
  sites: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = request.url ?? "/";
  const file = fileFor(sites, request.headers.host ?? "", url);
  const stat = file === undefined ? undefined : fs.statSync(file, { throwIfNoEntry: false });
  if (url === REGISTRY && stat !== undefined) {
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
    return;
  }
  if (file === undefined || !stat?.isFile()) {
    response.writeHead(404, { "content-type": "text/plain" }).end("the lab has no such file\n");
    return;
  }
  response.writeHead(200, { "content-type": registryContentType(url), "content-length": stat.size });
  if (request.method === "HEAD") response.end();
  else
    fs.createReadStream(file)
      .on("error", () => response.destroy())
      .pipe(response);
}

/**
 * The file a request names.
 *
 * @returns undefined when there is no such site, or the name leads out of it
 */
export function fileFor(
  sites: Readonly<Record<string, string>>,
  host: string,
  url: string,
): string | undefined {
  const site = sites[host.replace(/:\d+$/, "")];
  const name = decoded(url.replace(/[?#].*/, ""));
  if (site === undefined || name === undefined || name.includes("\0")) return undefined;
  // normalized as an absolute path, it cannot climb above the site
  return path.join(site, path.posix.normalize(`/${name}`));
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
