import { type ClusterState, liveTasks, type Task } from "../../tools/rehearsal/mesos/cluster-state";
import { copyOf } from "./copy";

/** Watches a cluster after every event: of each copy one task lives, but for the overlap of an update that starts first. */
export class LiveCopies {
  /** Moments at which it was otherwise, each told once. */
  public readonly violations: string[] = [];
  /** Copies that are being updated so that the old task may live beside the new one. */
  private readonly overlaps = new Set<string>();

  /** An update that starts first begins. */
  public allowOverlap(copy: string): void {
    this.overlaps.add(copy);
  }

  /** It is over, or stops first. */
  public forbidOverlap(copy: string): void {
    this.overlaps.delete(copy);
  }

  /** Looks at what lives. */
  public look(state: ClusterState): void {
    const byCopy = new Map<string, Task[]>();
    for (const task of alive(state)) {
      const copy = copyOf(task);
      byCopy.set(copy, [...(byCopy.get(copy) ?? []), task]);
    }
    for (const [copy, tasks] of byCopy) this.judge(copy, tasks);
  }

  private judge(copy: string, tasks: readonly Task[]): void {
    const ids = tasks.map(({ info }) => info.task_id.value).sort();
    if (tasks.length < 2 || (this.overlaps.has(copy) && isOverlap(ids))) return;
    const told = `${copy} lives as ${tasks.map(describeTask).join(" and ")}`;
    if (!this.violations.includes(told)) this.violations.push(told);
  }
}

/** What lives as far as anybody can know: a machine that is off runs nothing, whatever the masters think. */
function alive({ frameworks, recovered }: ClusterState): readonly Task[] {
  const reachable = recovered.filter(({ agent }) => agent.downSince === undefined);
  return liveTasks({ frameworks: [...frameworks, ...reachable.flatMap((each) => each.frameworks)] });
}

function isOverlap(ids: readonly string[]): boolean {
  return ids.length === 2 && ids[0] !== ids[1];
}

function describeTask({ info, framework, machine }: Task): string {
  return `${info.task_id.value} (framework ${framework}, on ${machine})`;
}
