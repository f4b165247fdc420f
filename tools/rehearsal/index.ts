import * as fs from "node:fs";
import * as path from "node:path";
import { lockDirectory, unlockDirectory } from "./directory-lock";
import { Instance } from "./instance";
import { keptKeyPair } from "./key-pair";
import { LoopbackCloud } from "./loopback-cloud";
import { LoopbackNetwork } from "./loopback-network";
import { Machine, sweepMachine } from "./machine";
import type { ClusterOptions } from "./mesos/cluster";
import { Clusters, Placement } from "./mesos/clusters";
import { type Faults, planFaults } from "./mesos/faults";
import { namespaceMode } from "./namespace";
import type { PretendedAccount } from "./pretended-account";
import { userDataFiles } from "./user-data";

export type { CommandOptions, CommandResult, Machine } from "./machine";
export type { MachineSummary } from "./loopback-cloud";
export type { Faults } from "./mesos/faults";

/** What a rehearsal is started with. */
export interface RehearsalOptions extends Pick<ClusterOptions, "seed" | "startDelaySec"> {
  /** A folder of its own: keys, and the machines' root directories. Made when it is not there. */
  readonly directory: string;
}

/** A pretended account whose instances are machines on loopback. */
export interface Rehearsal extends PretendedAccount {
  /** A running machine by its instance's id. */
  machine(id: string): Machine | undefined;
  /** Where tasks run now. */
  placements(): readonly Placement[];
  /** Plans what goes wrong with tasks, on the machines of now and those to come, in place of what was planned before. */
  plan(faults: Faults): void;
  /** From now on the machines take connections and never answer, as ones that hang do; or they answer again. */
  hang(hangs: boolean): void;
  /** How many connections to a machine's SSH server have been opened, by its instance's id; without one, to all. */
  connections(id?: string): number;
}

/**
 * Starts a rehearsal. Machines a killed one left in the same folder are removed first.
 *
 * @throws Error when this host does not let machines be isolated, or the folder is in use; each with the way out
 */
export async function startRehearsal({ directory, ...options }: RehearsalOptions): Promise<Rehearsal> {
  const mode = await namespaceMode();
  lockDirectory(directory, "rehearsal");
  const machines = path.join(directory, "machines");
  await sweep(machines);
  const { privateKeyFile, publicKey } = keptKeyPair(directory, "rehearsal");
  const network = await LoopbackNetwork.claim();
  const clusters = new Clusters(options);
  let faults: Faults = {};
  const cloud = new LoopbackCloud(network, ({ id, private_ip, user_data_base64 }) =>
    Instance.launch({
      directory: machines,
      id,
      mode,
      publicKey,
      faults,
      clusters,
      files: userDataFiles(user_data_base64),
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
    plan: (planned) => {
      faults = planned;
      for (const { machine } of cloud.instances()) planFaults(machine.root, faults);
    },
    hang: (hangs) => cloud.hang(hangs),
    connections: (id) => cloud.connections(id),
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
