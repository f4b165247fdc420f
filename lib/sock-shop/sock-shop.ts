import { Construct } from "constructs";
import { ValidationError } from "../errors";
import type { IMesosCluster } from "../mesos/mesos-cluster";
import { MesosTask } from "../mesos/mesos-task";
import { imageName } from "./image-name";
import { SOCK_SHOP_SERVICES, type SockShopService } from "./services";

/** What may be said of one service; what is not said is as its authors built it. */
export interface SockShopServiceOptions {
  /**
   * Whether the service runs.
   *
   * @default true
   */
  readonly enabled?: boolean;
  /**
   * Image: registry, repository, and tag or digest.
   *
   * @default - as its authors built it, from the shop's `registry`
   */
  readonly image?: string;
  /**
   * CPUs of each copy.
   *
   * @default - `cpus` of the shop; 0.1 for the edge router
   */
  readonly cpus?: number;
  /**
   * Memory of each copy, in MiB.
   *
   * @default - as docs/services.md tells
   */
  readonly memoryMiB?: number;
  /**
   * Environment variables, over those of the shop and of the service itself.
   *
   * @default - none
   */
  readonly environment?: Record<string, string>;
}

/** Properties for `SockShop`. */
export interface SockShopProps {
  /** The cluster that runs the services. */
  readonly cluster: IMesosCluster;
  /**
   * Registry of all images, with a path where they are below one: `registry.example:5000/mirror`. Repositories have
   * their full names there: `weaveworksdemos/carts`, `library/mongo`.
   *
   * @default - Docker Hub
   */
  readonly registry?: string;
  /**
   * Whether images are named by digest, where one is known, instead of by tag.
   *
   * @default false
   */
  readonly pinDigests?: boolean;
  /**
   * CPUs of each service but the edge router.
   *
   * @default 0.2
   */
  readonly cpus?: number;
  /**
   * Environment variables of every service, over its own.
   *
   * @default - none
   */
  readonly environment?: Record<string, string>;
  /**
   * How long each service may take from its definition to running, in seconds; the pull of its image included.
   *
   * @default 600
   */
  readonly startTimeoutSec?: number;
  /**
   * What is different for single services, by name.
   *
   * @default - nothing
   */
  readonly services?: Record<string, SockShopServiceOptions>;
}

/** The Sock Shop microservices, with the edge router on every agent. */
export class SockShop extends Construct {
  /** Names of the services that run. */
  public readonly serviceNames: string[];

  constructor(scope: Construct, id: string, props: SockShopProps) {
    super(scope, id);
    validateServices(this, props.services ?? {});
    const enabled = SOCK_SHOP_SERVICES.filter(({ name }) => props.services?.[name]?.enabled !== false);
    for (const service of enabled) this.createTask(service, props, props.services?.[service.name] ?? {});
    this.serviceNames = enabled.map(({ name }) => name);
  }

  private createTask(service: SockShopService, props: SockShopProps, options: SockShopServiceOptions): void {
    const { name, shellCommand, command, args, memoryMiB, ports, hostPorts, links } = service;
    const { healthCheck, killGraceSec, updateStrategy } = service;
    new MesosTask(this, pascalCase(name), {
      cluster: props.cluster,
      taskName: name,
      image: options.image ?? imageName(service, props),
      shellCommand,
      command,
      args,
      environment: { ...service.environment, ...props.environment, ...options.environment },
      cpus: options.cpus ?? service.cpus ?? props.cpus,
      memoryMiB: options.memoryMiB ?? memoryMiB,
      ports,
      hostPorts,
      links,
      healthCheck,
      killGraceSec,
      updateStrategy,
      startTimeoutSec: props.startTimeoutSec,
      replicas: hostPorts === undefined ? undefined : (props.cluster._launcher.agents.count ?? 1),
    });
  }
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function validateServices(scope: Construct, services: Record<string, SockShopServiceOptions>): void {
  const known = SOCK_SHOP_SERVICES.map(({ name }) => name);
  const unknown = Object.keys(services).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ValidationError(
      scope,
      `'services' must name services of Sock Shop, got ${JSON.stringify(unknown)}; there are ${known.join(", ")}`,
    );
  }
  const off = (name: string) => services[name]?.enabled === false;
  for (const { name, links = [] } of SOCK_SHOP_SERVICES.filter((service) => !off(service.name))) {
    const missing = links.find(({ taskName }) => off(taskName));
    if (missing !== undefined) {
      throw new ValidationError(
        scope,
        `'services' must not disable what an enabled service needs, got ${JSON.stringify(missing.taskName)}, which ` +
          `${JSON.stringify(name)} needs; enable it, or disable ${JSON.stringify(name)} too`,
      );
    }
  }
}
