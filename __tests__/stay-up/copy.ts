import type { Task } from "../../tools/rehearsal/mesos/cluster-state";

/** The copy that a task is: its id without the generation. */
export function copyOf({ info }: Pick<Task, "info">): string {
  return info.task_id.value.replace(/-\d{14}$/, "");
}

/** The hash of the definition that a task was made of. */
export function definitionOf({ labels }: Task["info"]): string | undefined {
  return labels?.labels?.find(({ key }) => key === "cdktf-mesos:definition")?.value;
}
