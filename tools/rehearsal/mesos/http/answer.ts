import type { ClusterEvent } from "../cluster-event";
import { MESSAGES } from "../messages";
import type { JsonObject } from "./json";

/** A request, as far as masters and agents look at it. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly contentType?: string;
  readonly body: string;
}

/** What is answered. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** What happens to the cluster because of the request. */
  readonly event?: ClusterEvent;
}

/** Nothing is there. */
export const NOT_FOUND: Answer = { status: 404 };

/** An answer that holds JSON. */
export function jsonAnswer(json: JsonObject): Answer {
  return { status: 200, headers: { "Content-Type": "application/json" }, body: JSON.stringify(json) };
}

/** An answer in words. */
export function textAnswer(status: number, text: string, headers: Answer["headers"] = {}): Answer {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8", ...headers }, body: text };
}

/** Another method than POST where nothing else will do. */
export function postOnly(method: string): Answer {
  return textAnswer(405, MESSAGES.methodNotAllowed("POST", method), { Allow: "POST" });
}
