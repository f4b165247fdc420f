import { MESSAGES } from "./messages";
import type { TaskInfo } from "./task-info";

/** Why the master refuses a task. */
export function validationProblem({ task_id: id, resources = [] }: TaskInfo): string | undefined {
  if (/[\s/\\]/.test(id.value) || id.value === "." || id.value === "..") return MESSAGES.invalidId(id.value);
  return resources.length === 0 ? MESSAGES.noResources : undefined;
}
