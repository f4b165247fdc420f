import { parseArgs } from "node:util";
import type { IpamInit } from "./ipam";
import { parseRange, Range } from "./ring";

/** What `weave launch` is told. */
export interface RouterFlags {
  readonly range: Range;
  readonly rangeText: string;
  readonly init: IpamInit;
  readonly peers: readonly string[];
}

/** Flags of the real router that a user may give, with a value or without. */
const FLAGS = {
  "ipalloc-init": { type: "string" },
  "ipalloc-range": { type: "string", default: "10.32.0.0/12" },
  "ipalloc-default-subnet": { type: "string" },
  "no-dns": { type: "boolean" },
  "no-restart": { type: "boolean" },
  "no-discovery": { type: "boolean" },
  "log-level": { type: "string" },
  nickname: { type: "string" },
  plugin: { type: "string" },
  proxy: { type: "string" },
} as const;

/**
 * Reads the command line of `weave launch`.
 *
 * @throws Error for what it does not know
 */
export function routerFlags(args: readonly string[]): RouterFlags {
  const { values, positionals } = parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
  return {
    range: parseRange(values["ipalloc-range"]),
    rangeText: values["ipalloc-range"],
    init: parseInit(values["ipalloc-init"], positionals.length + 1),
    peers: positionals,
  };
}

/** Without one, all peers that are named have to agree. */
function parseInit(text: string | undefined, named: number): IpamInit {
  if (text === undefined) return { kind: "consensus", peers: named };
  if (text === "observer") return { kind: "observer" };
  const [, peers] = /^consensus=(\d+)$/.exec(text) ?? [];
  if (peers === undefined) throw new Error(`Unable to parse initialization mode '${text}'`);
  return { kind: "consensus", peers: Number(peers) };
}
