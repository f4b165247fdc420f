import type { ServerResponse } from "node:http";

/** Answers with JSON. */
export function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

/** Flags as `/flags` shows them: all are texts, and the password of a ZooKeeper is none of it. */
export function shownFlags(flags: object): Record<string, string> {
  const texts = Object.entries(flags).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value.replace(/\/\/[^@/]*@/, "//") : JSON.stringify(value),
  ]);
  return Object.fromEntries(texts);
}
