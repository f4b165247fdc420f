import * as fs from "node:fs";
import * as path from "node:path";
import type { CloudHooks } from "../testing";
import { lockDirectory, unlockDirectory } from "./directory-lock";
import { Instance } from "./instance";
import { makeKeyPair } from "./key-pair";
import { LoopbackCloud, MachineSummary } from "./loopback-cloud";
import { LoopbackNetwork } from "./loopback-network";
import { Machine, sweepMachine } from "./machine";
import { Clusters, Placement } from "./mesos/clusters";
import { Fault } from "./mesos/faults";
import { namespaceMode } from "./namespace";
import { userDataFiles } from "./user-data";

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
export interface Rehearsal {
  /** What the test provider calls when something is created, changed or removed. */
  readonly hooks: CloudHooks;
  /** The port at which every machine's SSH server answers: `TF_VAR_ssh_port`. */
  readonly sshPort: number;
  /** The key that opens every machine; readable by its owner only. */
  readonly privateKeyFile: string;
  /** Its public half, as one line of `authorized_keys`. */
  readonly publicKey: string;
  /** The machines that run now. */
  machines(): MachineSummary[];
  /** A running machine by its instance's id. */
  machine(id: string): Machine | undefined;
  /** Where tasks run now. */
  placements(): readonly Placement[];
  /** Takes the power away from every machine and removes what they had; the keys stay. */
  close(): Promise<void>;
}

/**
 * Starts a rehearsal. Machines a killed one left in the same folder are removed first.
 *
 * @throws Error when this host does not let machines be isolated, or the folder is in use; each with the way out
 */
export async function startRehearsal({ directory, faults }: RehearsalOptions): Promise<Rehearsal> {
  const mode = await namespaceMode();
  lockDirectory(directory);
  const machines = path.join(directory, "machines");
  await sweep(machines);
  const { privateKeyFile, publicKey } = keyPair(directory);
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
    close: async () => {
      await cloud.close();
      clusters.close();
      unlockDirectory(directory);
    },
  };
}

async function sweep(machines: string): Promise<void> {
  const stale = fs.existsSync(machines) ? fs.readdirSync(machines) : [];
  await Promise.all(stale.map((name) => sweepMachine(path.join(machines, name))));
}

function keyPair(directory: string): { privateKeyFile: string; publicKey: string } {
  const privateKeyFile = path.join(directory, "id_ed25519");
  if (!fs.existsSync(privateKeyFile)) {
    const pair = makeKeyPair("rehearsal");
    fs.writeFileSync(`${privateKeyFile}.pub`, `${pair.public}\n`);
    fs.writeFileSync(privateKeyFile, pair.private, { mode: 0o600 });
  }
  return { privateKeyFile, publicKey: fs.readFileSync(`${privateKeyFile}.pub`, "utf8").trim() };
}
