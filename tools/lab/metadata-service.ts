import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** Where an instance asks about itself. */
export const METADATA_ADDRESS = "169.254.169.254";

const TOKEN_PATH = "/latest/api/token";
const ROOT = "/latest/meta-data/";
const TOKEN_HEADER = "x-aws-ec2-metadata-token";
const MAX_TTL_SECONDS = 21_600;

/** What an instance is told about itself, by path below `meta-data/`. */
export type InstanceMetadata = Readonly<Record<string, string>>;

/** An answer before it is sent. */
interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A token lives for a time, and only for who asked for it. */
interface Token {
  readonly address: string;
  readonly expires: number;
}

/**
 * The metadata service of EC2, version 2: nothing without a token.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
export class MetadataService {
  private readonly instances = new Map<string, InstanceMetadata>();
  private readonly tokens = new Map<string, Token>();

  /** Tells it about the instance at an address. */
  public register(address: string, metadata: InstanceMetadata): void {
    this.instances.set(address, metadata);
  }

  /** Answers a request of the instance at its remote address. */
  public serve(request: IncomingMessage, response: ServerResponse): void {
    const { status, body } = this.answer(request, request.socket.remoteAddress ?? "");
    response.writeHead(status, { "content-type": "text/plain" }).end(body);
  }

  private answer(request: IncomingMessage, address: string): Answer {
    const path = request.url ?? "";
    const instance = this.instances.get(address);
    if (instance === undefined) return { status: 404, body: "" };
    if (request.method === "PUT" && path === TOKEN_PATH) return this.newToken(request, address);
    if (request.method !== "GET") return { status: 405, body: "" };
    if (!this.isValid(request.headers[TOKEN_HEADER], address)) return { status: 401, body: "" };
    return path.startsWith(ROOT) ? valueAt(instance, path.slice(ROOT.length)) : { status: 404, body: "" };
  }

  private newToken(request: IncomingMessage, address: string): Answer {
    const seconds = Number(request.headers[`${TOKEN_HEADER}-ttl-seconds`]);
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_TTL_SECONDS)
      return { status: 400, body: "" };
    const token = randomBytes(42).toString("base64");
    this.tokens.set(token, { address, expires: Date.now() + seconds * 1000 });
    return { status: 200, body: token };
  }

  private isValid(given: string | string[] | undefined, address: string): boolean {
    const token = this.tokens.get(String(given));
    return token !== undefined && token.address === address && token.expires > Date.now();
  }
}

/** A value, or what lies below a folder, which has a slash behind its name. */
function valueAt(metadata: InstanceMetadata, path: string): Answer {
  const value = metadata[path];
  if (value !== undefined) return { status: 200, body: value };
  const folder = path === "" || path.endsWith("/") ? path : `${path}/`;
  const names = Object.keys(metadata)
    .filter((key) => key.startsWith(folder))
    .map((key) => key.slice(folder.length).replace(/\/.*/, "/"));
  if (names.length === 0) return { status: 404, body: "" };
  return { status: 200, body: [...new Set(names)].sort().join("\n") };
}
