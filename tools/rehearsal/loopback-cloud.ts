import * as net from "node:net";
import type { CloudHooks, CloudObject } from "../testing";
import { LoopbackNetwork, refuse } from "./loopback-network";
import { getsPublicAddress, instanceBehind } from "./public-address";

/** A machine that runs, as a report of what is left names it. */
export interface MachineSummary {
  /** Id of its `aws_instance`. */
  readonly id: string;
  /** Its `Name` tag, or the id. */
  readonly name: string;
  /** Public addresses that lead to it now. */
  readonly addresses: readonly string[];
}

/** Whatever an instance is made into. */
export interface CloudMachine {
  /** Serves an SSH connection. */
  accept(socket: net.Socket): void;
  /** Takes the power away and removes everything it had. */
  terminate(): Promise<void>;
}

/** Types whose objects decide which machine an address leads to. */
const TRACKED = ["aws_instance", "aws_eip", "aws_eip_association", "aws_subnet"] as const;
type TrackedType = (typeof TRACKED)[number];

/** Whose a public address is: an Elastic IP's, which may move, or one instance's. */
type Owner = { readonly eip: string } | { readonly instance: string };

/**
 * Turns what Terraform creates into machines: an `aws_instance` is a machine, an `aws_eip` or an instance's own public
 * address is 127.x.y.z with an SSH listener.
 */
export class LoopbackCloud<M extends CloudMachine> implements CloudHooks {
  private readonly records = new Map<TrackedType, Map<string, CloudObject>>(
    TRACKED.map((type) => [type, new Map<string, CloudObject>()]),
  );
  private readonly launches = new Map<string, Promise<M>>();
  private readonly running = new Map<string, M>();
  private readonly owners = new Map<string, Owner>();
  private readonly opened = new Map<string, number>();
  private readonly unanswered = new Set<net.Socket>();
  private hangs = false;

  /**
   * @param network where addresses come from
   * @param launch starts an instance, in its subnet where that was made here
   */
  constructor(
    private readonly network: LoopbackNetwork,
    private readonly launch: (object: CloudObject, subnet: CloudObject | undefined) => Promise<M>,
  ) {}

  public async created(type: string, object: CloudObject): Promise<Partial<CloudObject> | undefined> {
    this.record(type, object);
    try {
      if (type === "aws_eip") return { public_ip: await this.allocate({ eip: object.id }) };
      return type === "aws_instance" ? await this.startInstance(object) : undefined;
    } catch (error) {
      await this.deleted(type, object);
      throw error;
    }
  }

  public async updated(type: string, _before: CloudObject, after: CloudObject): Promise<void> {
    this.record(type, after);
  }

  public async deleted(type: string, object: CloudObject): Promise<void> {
    this.records.get(type as TrackedType)?.delete(object.id);
    if (type === "aws_eip") this.releaseAll((owner) => "eip" in owner && owner.eip === object.id);
    if (type === "aws_instance") await this.terminate(object.id);
  }

  /** What runs, for a report of what no state knows any more. */
  public machines(): MachineSummary[] {
    const owners = [...this.owners];
    return [...this.running.keys()].map((id) => ({
      id,
      name: nameOf(this.records.get("aws_instance")?.get(id)) ?? id,
      addresses: owners.filter(([, owner]) => this.instanceOf(owner) === id).map(([address]) => address),
    }));
  }

  /** A running instance by its id. */
  public instance(id: string): M | undefined {
    return this.running.get(id);
  }

  /** All running instances. */
  public instances(): M[] {
    return [...this.running.values()];
  }

  /** How many connections to an instance have been opened; without its id, to all there were. */
  public connections(id?: string): number {
    if (id === undefined) return [...this.opened.values()].reduce((sum, count) => sum + count, 0);
    return this.opened.get(id) ?? 0;
  }

  /** Lets instances take connections and never answer; those that were not answered are cut when they answer again. */
  public hang(hangs: boolean): void {
    this.hangs = hangs;
    if (!hangs) for (const socket of this.unanswered) socket.destroy();
  }

  /** Takes the power away from everything and stops listening. */
  public async close(): Promise<void> {
    this.network.close();
    this.hang(false);
    await Promise.all([...this.launches.keys()].map((id) => this.terminate(id)));
  }

  private async startInstance(object: CloudObject): Promise<Partial<CloudObject> | undefined> {
    const subnet = this.objects("aws_subnet").find(({ id }) => id === object.subnet_id);
    const launch = this.launch(object, subnet);
    this.launches.set(object.id, launch);
    this.running.set(object.id, await launch);
    return getsPublicAddress(object, subnet)
      ? { public_ip: await this.allocate({ instance: object.id }) }
      : undefined;
  }

  private async terminate(id: string): Promise<void> {
    const launch = this.launches.get(id);
    this.releaseAll((owner) => "instance" in owner && owner.instance === id);
    this.launches.delete(id);
    this.running.delete(id);
    const instance = await launch?.catch(() => undefined);
    this.running.delete(id);
    await instance?.terminate();
  }

  private async allocate(owner: Owner): Promise<string> {
    const address = await this.network.allocate((socket) =>
      this.connect(this.instanceOf(owner) ?? "", socket),
    );
    this.owners.set(address, owner);
    return address;
  }

  private connect(id: string, socket: net.Socket): void {
    const instance = this.running.get(id);
    if (instance === undefined) return refuse(socket);
    this.opened.set(id, this.connections(id) + 1);
    if (this.hangs) this.leaveUnanswered(socket);
    else instance.accept(socket);
  }

  private leaveUnanswered(socket: net.Socket): void {
    this.unanswered.add(socket);
    socket.on("error", () => undefined).on("close", () => this.unanswered.delete(socket));
    // what is said is read, or the end would not be noticed
    socket.resume();
  }

  private releaseAll(isGone: (owner: Owner) => boolean): void {
    for (const [address, owner] of this.owners) {
      if (!isGone(owner)) continue;
      this.network.release(address);
      this.owners.delete(address);
    }
  }

  /** Whose machine answers at this moment. */
  private instanceOf(owner: Owner): string | undefined {
    if ("instance" in owner) return owner.instance;
    const eip = this.records.get("aws_eip")?.get(owner.eip);
    const instances = this.objects("aws_instance");
    return eip && instanceBehind(eip, { instances, associations: this.objects("aws_eip_association") });
  }

  private objects(type: TrackedType): CloudObject[] {
    return [...(this.records.get(type)?.values() ?? [])];
  }

  private record(type: string, object: CloudObject): void {
    this.records.get(type as TrackedType)?.set(object.id, object);
  }
}

function nameOf(instance: CloudObject | undefined): string | undefined {
  const tags = (instance?.tags_all ?? instance?.tags) as Record<string, string> | null | undefined;
  return tags?.Name;
}
