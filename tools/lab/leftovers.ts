import { Footprint, leftBehind } from "../rehearsal/leftovers";
import { controlGroups } from "./control-groups";
import * as fs from "node:fs";
import { groupOf } from "./group-name";

/** What is left of a lab, taken from the kernel. Its network and mounts end with its last process. */
export function labLeftovers(footprint: Footprint): string[] {
  const groups = controlGroups(groupOf(footprint.directory)).filter((group) => fs.existsSync(group));
  return [...leftBehind(footprint), ...groups.map((group) => `control group ${group}`)];
}
