import type { IncomingMessage } from "node:http";

/** What is out of the ordinary on a machine, and around it. */
export interface Circumstances {
  /**
   * Its image, from its first boot on.
   *
   * @default - the lab's
   */
  readonly image?: OddImage;
  /**
   * Hosts of the web that take its connections and break them.
   *
   * @default - none
   */
  readonly hostsGone?: readonly string[];
  /**
   * Hosts of the web that take its requests and never answer.
   *
   * @default - none
   */
  readonly hostsSilent?: readonly string[];
  /**
   * Whether what it asks the resolver is lost.
   *
   * @default false
   */
  readonly resolverSilent?: boolean;
  /**
   * Whether the metadata service takes its requests and never answers.
   *
   * @default false
   */
  readonly metadataSilent?: boolean;
  /**
   * By how many seconds the metadata service's clock is ahead of the host's, which is the machine's.
   *
   * @default 0
   */
  readonly metadataOffSec?: number;
}

/** How an image differs from the lab's. */
export interface OddImage {
  /** Files, by their path. */
  readonly files?: Readonly<Record<string, string>>;
  /** What systemd-nspawn takes as `--personality`: another `uname -m`. */
  readonly personality?: string;
  /** Which control groups it boots with; hybrid is what the host has. */
  readonly controlGroups?: "v1" | "v2" | "hybrid";
  /** Size of a file system of its own below /var. */
  readonly varMiB?: number;
}

/** Circumstances by the private address of the machine. */
export type CircumstancesByAddress = Map<string, Circumstances>;

/** Those of the machine that asks. */
export function circumstancesAt(known: CircumstancesByAddress, { socket }: IncomingMessage): Circumstances {
  return known.get(socket.remoteAddress ?? "") ?? {};
}
