import * as net from "node:net";
import * as path from "node:path";
import { authorize } from "./authorized-keys";
import type { CloudMachine } from "./loopback-cloud";
import { Machine } from "./machine";
import type { Cluster } from "./mesos/cluster";
import { type Faults, planFaults } from "./mesos/faults";
import { API_PORTS, ApiServer } from "./mesos/http/api-server";
import { mesosExecute } from "./mesos/mesos-execute";
import type { Clusters, Membership } from "./mesos/clusters";
import { nodeSettings } from "./mesos/node-settings";
import { NamespaceMode } from "./namespace";
import { standInForNode } from "./node-stand-ins";
import { SshServer } from "./ssh-server";
import { StandIns } from "./stand-in/stand-ins";
import { Journal } from "./systemd/journal";
import { journalctl } from "./systemd/journalctl";
import { Supervisor } from "./systemd/supervisor";
import { systemctl } from "./systemd/systemctl";
import { type UserDataFile, writeUserDataFiles } from "./user-data";

/** What an instance is started from. */
export interface InstanceOptions {
  /** Folder for the machines of a rehearsal. */
  readonly directory: string;
  /** Its id, which is also the machine's name. */
  readonly id: string;
  /** How this host lets machines be isolated. */
  readonly mode: NamespaceMode;
  /** The key that may log in, as root and as the user of the image. */
  readonly publicKey: string;
  /** Where it finds its cluster. */
  readonly clusters: Clusters;
  /**
   * What its user-data puts on it, from which it knows what it is.
   *
   * @default - nothing: it is no node, but a cluster of its own
   */
  readonly files?: readonly UserDataFile[];
  /**
   * Its private address.
   *
   * @default - the one of `Machine`
   */
  readonly address?: string;
  /**
   * What goes wrong with tasks.
   *
   * @default - nothing
   */
  readonly faults?: Faults;
}

const HOMES = ["/root", "/home/ubuntu", "/home/admin"];

/** A machine with what makes it a server: SSH, systemd and the programs the rehearsal plays. */
export class Instance implements CloudMachine {
  /** Starts an instance: when this settles it answers. One of this id that was cut off boots from its disk. */
  public static async launch({
    directory,
    id,
    mode,
    publicKey,
    faults = {},
    clusters,
    files,
    address,
  }: InstanceOptions): Promise<Instance> {
    const folder = path.join(directory, id);
    const machine = await Machine.boot({ directory: folder, name: id, mode, address, ports: API_PORTS });
    try {
      return await Instance.equip(machine, folder, { publicKey, faults, clusters, files });
    } catch (error) {
      await machine.powerOff();
      throw error;
    }
  }

  private static async equip(
    machine: Machine,
    folder: string,
    { publicKey, faults = {}, clusters, files = [] }: Omit<InstanceOptions, "directory" | "id" | "mode">,
  ): Promise<Instance> {
    planFaults(machine.root, faults);
    authorize(machine.root, HOMES, publicKey);
    const sshServer = new SshServer(machine);
    const supervisor = new Supervisor(machine, new Journal(path.join(folder, "journal.log")));
    const settings = nodeSettings(files);
    writeUserDataFiles(machine.root, files);
    if (settings !== undefined) standInForNode(machine.root);
    const membership = clusters.join(machine, settings);
    const standIns = StandIns.install(machine, {
      systemctl: systemctl(supervisor),
      journalctl: journalctl(supervisor.journal, machine.name),
      "mesos-execute": mesosExecute(machine, membership.cluster),
    });
    const apiServer = new ApiServer(machine, membership.cluster, settings === undefined);
    void supervisor.startEnabled();
    return new Instance(machine, sshServer, supervisor, standIns, membership, apiServer);
  }

  private constructor(
    /** Where its commands run. */
    public readonly machine: Machine,
    private readonly sshServer: SshServer,
    private readonly supervisor: Supervisor,
    private readonly standIns: StandIns,
    private readonly membership: Membership,
    private readonly apiServer: ApiServer,
  ) {}

  /** The cluster it is in. */
  public get cluster(): Cluster {
    return this.membership.cluster;
  }

  /** Its public host key. */
  public get hostKey(): string {
    return this.sshServer.hostKey;
  }

  public accept(socket: net.Socket): void {
    this.sshServer.accept(socket);
  }

  /** Ends its Mesos, master or agent; all else on it goes on. */
  public stopMesos(): void {
    this.membership.stop();
  }

  /** Starts its Mesos again. */
  public startMesos(): void {
    this.membership.start();
  }

  public async terminate(): Promise<void> {
    this.leave();
    await this.machine.powerOff();
  }

  /** Takes the power away; its disk stays for the next launch of this id. */
  public async cutPower(): Promise<void> {
    this.leave();
    await this.machine.cutPower();
  }

  private leave(): void {
    this.supervisor.close();
    // a leader that dies does not see its launcher die
    this.membership.leave();
    this.apiServer.close();
    this.standIns.close();
    this.sshServer.close();
  }
}
