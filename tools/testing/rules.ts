import type { Cloud, CloudObject } from "./cloud";
import type { Combination } from "./combination";
import type { Problem } from "./problem";
import type { Fields, KnownValue, Value } from "./value";

/** What a provider was configured with; the access keys are read by nobody and kept nowhere. */
export interface Settings {
  /** Region things are made in, unless they say another. */
  readonly region: Value;
  /** Tags every taggable thing gets. */
  readonly defaultTags: Value;
}

/** What rules may look at while something is made, changed or removed. */
export interface World {
  /** Everything that exists. */
  readonly cloud: Cloud;
  /** Region of the thing in question. */
  readonly region: string;
}

/** A plan in the making. */
export interface Change {
  /** What exists, null for something new. */
  readonly prior: Fields | null;
  /** What the user wrote. */
  readonly config: Fields;
  /** What will be; rules set attributes here. */
  readonly planned: Record<string, Value>;
}

/** Values for attributes the provider computes. */
export type Computed = Readonly<Record<string, KnownValue>>;

/** What the bindings do not say about a type: all of it is optional, a type without rules works generically. */
export interface Rules {
  /** Attributes a change of which replaces the object; a dot leads into a block. */
  readonly replacedBy?: readonly string[];
  /** Values of attributes the user leaves out; a dot leads into a block. */
  readonly defaults?: Computed;
  /** Arguments that exclude or need each other. */
  readonly combinations?: readonly Combination[];
  /** Whether the cloud keeps it; false for what lives in Terraform's state only. */
  readonly stored?: false;
  /** Checks values of the configuration; parts may be unknown. */
  validate?(config: Fields): Problem[];
  /** Completes a plan; returns further attributes whose change replaces the object. */
  plan?(change: Change): readonly string[];
  /** Values for what is unknown until it is created; refuses with a `CloudError`. */
  create?(object: Fields, world: World): Computed;
  /** The same for an update in place. */
  update?(before: CloudObject, after: Fields, world: World): Computed;
  /** Values that others have an influence on, as a refresh finds them. */
  read?(object: CloudObject, world: World): Computed;
  /** Refuses with a `CloudError` while something depends on it. */
  remove?(object: CloudObject, world: World): void;
}

/** Values of a data source's attributes for a configuration. */
export type DataSource = (config: Fields, settings: Settings) => Computed;
