import type { CloudObject } from "./cloud";

/** Values a hook has for computed attributes, for example the address of a machine; or nothing. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a hook without a return statement is the common one
export type Offer = Partial<CloudObject> | void;

/**
 * What happens outside Terraform when the pretended cloud changes: how a rehearsal turns records into machines.
 *
 * A hook that throws fails the change of that resource, with the error's message as Terraform's. Values a hook
 * returns take the place of those the provider made up; it may not change what a plan has fixed already.
 */
export interface CloudHooks {
  /**
   * Something is about to exist. Where it throws, the thing does not exist.
   */
  created?(type: string, object: CloudObject): Promise<Offer>;
  /** Something is about to change. Where it throws, the thing stays as it was. */
  updated?(type: string, before: CloudObject, after: CloudObject): Promise<Offer>;
  /** Something is about to be removed. Where it throws, the thing stays. */
  deleted?(type: string, object: CloudObject): Promise<void>;
}
