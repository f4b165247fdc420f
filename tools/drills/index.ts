import { CHECKS } from "./checks";
import type { Drill } from "./drill";
import { MISSED_UPDATE } from "./missed-update";
import { RECOVERIES } from "./recoveries";

export type { Drill } from "./drill";
export { LabCluster } from "./lab-cluster";

/** Every drill, in the order they are played. */
export const DRILLS: readonly Drill[] = [...CHECKS, ...RECOVERIES, MISSED_UPDATE];
