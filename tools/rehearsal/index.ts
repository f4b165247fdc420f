import * as fs from "node:fs";
import * as path from "node:path";
import { lockDirectory, unlockDirectory } from "./directory-lock";
import { Instance } from "./instance";
import { keptKeyPair } from "./key-pair";
import { LoopbackCloud } from "./loopback-cloud";
import { LoopbackNetwork } from "./loopback-network";
import { Machine, sweepMachine } from "./machine";
import { Clusters, Placement } from "./mesos/clusters";
import { Fault } from "./mesos/faults";
import { nodeSettings } from "./mesos/node-settings";
import { namespaceMode } from "./namespace";
import type { PretendedAccount } from "./pretended-account";

export type { CommandOptions, CommandResult, Machine } from "./machine";
export type { MachineSummary } from "./loopback-cloud";
export type { Fault } from "./mesos/faults";

/** What a rehearsal is started with. */
export interface RehearsalOptions {
  /** A folder of its own: keys, and the machines' root directories. Made when it is not there. */
  readonly directory: string;
  /**
   * What goes wrong with tasks, by name, on every machine.
   *
   * @default - nothing
   */
  readonly faults?: Readonly<Record<string, Fault>>;
}

/** A pretended account whose instances are machines on loopback. */
export interface Rehearsal extends PretendedAccount {
  /** A running machine by its instance's id. */
  machine(id: string): Machine | undefined;
  /** Where tasks run now. */
  placements(): readonly Placement[];
}

/**
 * Starts a rehearsal. Machines a killed one left in the same folder are removed first.
 *
 * @throws Error when this host does not let machines be isolated, or the folder is in use; each with the way out
 */
export async function startRehearsal({ directory, faults }: RehearsalOptions): Promise<Rehearsal> {
  const mode = await namespaceMode();
  lockDirectory(directory, "rehearsal");
  const machines = path.join(directory, "machines");
  await sweep(machines);
  const { privateKeyFile, publicKey } = keptKeyPair(directory, "rehearsal");
  const network = await LoopbackNetwork.claim();
  const clusters = new Clusters();
  const cloud = new LoopbackCloud(network, ({ id, private_ip, user_data_base64 }) =>
    Instance.launch({
      directory: machines,
      id,
      mode,
      publicKey,
      faults,
      clusters,
      settings: nodeSettings(user_data_base64),
      address: typeof private_ip === "string" ? private_ip : undefined,
    }),
  );
  return {
    hooks: cloud,
    sshPort: network.sshPort,
    privateKeyFile,
    publicKey,
    machines: () => cloud.machines(),
    placements: () => clusters.placements(),
    machine: (id) => cloud.instance(id)?.machine,
    close: async () => {
      await cloud.close();
      clusters.close();
      unlockDirectory(directory, "rehearsal");
    },
  };
}

async function sweep(machines: string): Promise<void> {
  const stale = fs.existsSync(machines) ? fs.readdirSync(machines) : [];
  await Promise.all(stale.map((name) => sweepMachine(path.join(machines, name))));
}
