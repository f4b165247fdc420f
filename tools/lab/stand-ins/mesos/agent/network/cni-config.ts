import * as fs from "node:fs";
import * as path from "node:path";
import { parseJson } from "../../../../../rehearsal/mesos/json-value";
import { MESSAGES } from "../../../../../rehearsal/mesos/messages";
import { log } from "../../program";

/** A CNI network as its file describes it. */
export interface CniConfig {
  readonly name: string;
  /** Name of the plugin. */
  readonly type: string;
  readonly [key: string]: unknown;
}

/**
 * Finds a network among the files of a directory, whatever they are called: the first file of a name wins, a file
 * that is none is logged and skipped.
 */
export function findNetwork(directory: string, name: string): CniConfig | undefined {
  return readNetworks(directory).find((config) => config.name === name);
}

/** All networks of a directory. */
export function readNetworks(directory: string): readonly CniConfig[] {
  return fs
    .readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => path.join(directory, name))
    .sort()
    .flatMap((file) => {
      try {
        return [toConfig(fs.readFileSync(file, "utf8"))];
      } catch (error) {
        log(
          "E",
          "cni.cpp:2025",
          `Failed to load CNI network configuration '${file}': ${(error as Error).message}`,
        );
        return [];
      }
    });
}

function toConfig(text: string): CniConfig {
  const config = parseJson(text) as Partial<CniConfig>;
  const missing = (["name", "type"] as const).filter((key) => typeof config[key] !== "string");
  if (missing.length > 0) throw new Error(`Protobuf parse failed: ${MESSAGES.missingFields(missing)}`);
  return config as CniConfig;
}
