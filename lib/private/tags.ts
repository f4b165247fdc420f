/** The tag every resource of a cluster carries, and by which machines no state knows can be found. */
export const CLUSTER_TAG = "cdktf-mesos:cluster";

/** Tags of one resource: its name, with the owner's as prefix, and the cluster tag. */
export function tags(owner: string, part: string): Record<string, string> {
  return { Name: `${owner}-${part}`, [CLUSTER_TAG]: owner };
}
