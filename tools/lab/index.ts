import * as fs from "node:fs";
import * as path from "node:path";
import { lockDirectory, unlockDirectory } from "../rehearsal/directory-lock";
import { keptKeyPair } from "../rehearsal/key-pair";
import { LoopbackCloud } from "../rehearsal/loopback-cloud";
import { LoopbackNetwork } from "../rehearsal/loopback-network";
import type { PretendedAccount } from "../rehearsal/pretended-account";
import { endProcessesOf } from "../rehearsal/stale-processes";
import type { Circumstances, CircumstancesByAddress } from "./circumstances";
import { controlGroups, removeGroups } from "./control-groups";
import { groupOf } from "./group-name";
import { userDataOf } from "./instance-facts";
import { LabNamespace } from "./lab-namespace";
import { LabMachine } from "./machine";
import { privatePlace } from "./private-place";
import { RESOLVER } from "./seed";
import { Downloads, SERVICE_ADDRESSES, VpcServices } from "./vpc-services";

export type { Circumstances } from "./circumstances";
export type { LabCommandResult, LabMachine } from "./machine";

/** What a lab is started with. */
export interface LabOptions extends Downloads {
  /** A folder of its own, absolute: keys, and the machines' disks. Made when it is not there. */
  readonly directory: string;
  /** The tree of files machines start from. */
  readonly tree: string;
}

/** A pretended account whose instances are booted machines. */
export interface Lab extends PretendedAccount {
  /** A machine by its instance's id. */
  machine(id: string): LabMachine | undefined;
  /** Sets what is out of the ordinary for the machine at an address, before it is made or while it runs. */
  setCircumstances(address: string, circumstances: Circumstances): Promise<void>;
}

/**
 * Starts a lab. What a killed one left in the same folder is removed first.
 *
 * @throws Error when this host does not let its network be made, or the folder is in use
 */
export async function startLab(options: LabOptions): Promise<Lab> {
  const { directory } = options;
  lockDirectory(directory, "lab");
  await endProcessesOf(directory);
  await sweepLab(directory);
  const lab = await LabNamespace.open(SERVICE_ADDRESSES);
  try {
    const circumstances: CircumstancesByAddress = new Map();
    const services = await VpcServices.start(lab, path.join(directory, NAMES), options, circumstances);
    return await openAccount(options, lab, services, circumstances);
  } catch (error) {
    await lab.close();
    throw error;
  }
}

async function openAccount(
  options: LabOptions,
  lab: LabNamespace,
  services: VpcServices,
  circumstances: CircumstancesByAddress,
): Promise<Lab> {
  const { directory, tree } = options;
  const key = keptKeyPair(directory, "lab");
  const network = await LoopbackNetwork.claim();
  const cloud = new LoopbackCloud(network, (object, subnet) => {
    const place = privatePlace(object.private_ip, subnet?.cidr_block);
    services.register(object);
    return LabMachine.boot({
      directory: path.join(directory, MACHINES),
      group: groupOf(directory),
      lab,
      tree,
      id: object.id,
      place,
      privateDns: String(object.private_dns),
      publicKey: key.publicKey,
      certificate: services.certificate,
      userData: userDataOf(object),
      image: circumstances.get(place.address)?.image,
    });
  });
  return {
    ...key,
    hooks: cloud,
    sshPort: network.sshPort,
    machines: () => cloud.machines(),
    machine: (id) => cloud.instance(id),
    setCircumstances: async (address, wanted) => {
      circumstances.set(address, wanted);
      await lab.isolate(address, RESOLVER, wanted.resolverSilent === true);
    },
    close: async () => {
      await cloud.close();
      services.close();
      await lab.close();
      await sweepLab(directory);
      unlockDirectory(directory, "lab");
    },
  };
}

const MACHINES = "machines";
const NAMES = "names";

/** Removes what a lab that has ended had in its folder, and its control groups. */
async function sweepLab(directory: string): Promise<void> {
  await Promise.all(controlGroups(groupOf(directory)).map(removeGroups));
  for (const entry of [MACHINES, NAMES])
    fs.rmSync(path.join(directory, entry), { recursive: true, force: true });
}
