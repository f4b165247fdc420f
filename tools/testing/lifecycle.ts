import { setTimeout as sleep } from "node:timers/promises";

import type { Cloud, CloudObject } from "./cloud";
import type { CloudHooks, Offer } from "./hooks";
import { CloudError } from "./problem";
import type { Computed, Rules, World } from "./rules";
import type { Block } from "./schema";
import { fillUnknown, settle } from "./settle";
import { conform, UNKNOWN } from "./value";
import type { Fields } from "./value";

/** A type of resource with all that is known about it. */
export interface ResourceType {
  readonly name: string;
  readonly block: Block;
  readonly rules: Rules;
}

/** How often to look whether what is in a deletion's way has gone, in milliseconds. */
const LOOK_AGAIN_MS = 25;

/** Makes, changes, reads and removes what the pretended cloud holds. */
export class Lifecycle {
  constructor(
    private readonly cloud: Cloud,
    private readonly hooks: CloudHooks,
    private readonly dependencyWaitMs: number,
  ) {}

  /**
   * Creates what was planned. It is in the cloud before its hook runs, so that nothing else takes its addresses
   * meanwhile, and out of it again should the hook fail.
   *
   * @throws CloudError when the cloud refuses
   */
  async create(type: ResourceType, planned: Fields, region: string): Promise<CloudObject> {
    const computed = type.rules.create?.(planned, this.world(region)) ?? {};
    const object = finished(type, planned, computed);
    if (type.rules.stored === false) return object;
    this.cloud.put(type.name, object);
    try {
      const offered = await this.hooks.created?.(type.name, object);
      return this.keep(type, withOffered(type, planned, object, offered));
    } catch (error) {
      this.cloud.remove(type.name, object.id);
      throw error;
    }
  }

  /**
   * Changes in place what exists.
   *
   * @throws CloudError when the cloud refuses
   */
  async update(
    type: ResourceType,
    before: CloudObject,
    planned: Fields,
    region: string,
  ): Promise<CloudObject> {
    const computed = type.rules.update?.(before, planned, this.world(region)) ?? {};
    const object = finished(type, planned, computed);
    if (type.rules.stored === false) return object;
    const offered = await this.hooks.updated?.(type.name, before, object);
    return this.keep(type, withOffered(type, planned, object, offered));
  }

  /** What a refresh finds; undefined when it is gone. */
  read(type: ResourceType, state: Fields, region: string): Fields | undefined {
    if (type.rules.stored === false) return state;
    const object = this.cloud.get(type.name, state.id as string);
    if (object === undefined) return undefined;
    return conform(type.block, { ...object, ...type.rules.read?.(object, this.world(region)) });
  }

  /**
   * Removes what exists. Like the real provider it waits for a while when something else still depends on it, since
   * Terraform may be removing that at the same time.
   *
   * @throws CloudError when something still does after that
   */
  async remove(type: ResourceType, state: Fields, region: string): Promise<void> {
    const object = this.cloud.get(type.name, state.id as string);
    if (type.rules.stored === false || object === undefined) return;
    await this.untilFree(() => type.rules.remove?.(object, this.world(region)));
    await this.hooks.deleted?.(type.name, object);
    this.cloud.remove(type.name, object.id);
  }

  private async untilFree(check: () => void): Promise<void> {
    const deadline = Date.now() + this.dependencyWaitMs;
    for (;;) {
      try {
        check();
        return;
      } catch (error) {
        if (!(error instanceof CloudError) || Date.now() >= deadline) throw error;
      }
      await sleep(LOOK_AGAIN_MS);
    }
  }

  private keep(type: ResourceType, object: CloudObject): CloudObject {
    this.cloud.put(type.name, object);
    return object;
  }

  private world(region: string): World {
    return { cloud: this.cloud, region };
  }
}

function finished(type: ResourceType, planned: Fields, computed: Computed): CloudObject {
  return settle(type.block, fillUnknown(planned, computed) as Fields) as CloudObject;
}

function withOffered(type: ResourceType, planned: Fields, object: CloudObject, offered: Offer): CloudObject {
  const fixed = Object.keys(offered ?? {}).find((name) => planned[name] !== UNKNOWN || name === "id");
  if (fixed !== undefined) {
    throw new Error(
      `the hook returned ${fixed} = ${JSON.stringify(offered?.[fixed])} for ${type.name}, but the plan has fixed that attribute; a hook may only return attributes known after apply, and never the id`,
    );
  }
  return { ...object, ...offered } as CloudObject;
}
