/** What a master answers when asked for `/state`, as far as drills look at it. */
export interface MesosState {
  readonly slaves: readonly { readonly id: string; readonly hostname: string; readonly active: boolean }[];
  readonly frameworks: readonly {
    readonly id: string;
    readonly connected: boolean;
    readonly tasks: readonly MesosTaskState[];
  }[];
}

/** A task as a master lists it. */
export interface MesosTaskState {
  readonly id: string;
  readonly name: string;
  readonly slave_id: string;
  readonly state: string;
  readonly statuses: readonly { readonly state: string; readonly healthy?: boolean }[];
  readonly health_check?: {
    readonly http?: { readonly port: number; readonly path?: string };
    readonly tcp?: { readonly port: number };
  };
}

/** How many tasks serve, by service. */
export type Served = Readonly<Record<string, number>>;

/** Tasks that serve, by service: connected, running, and well where someone looks. */
export function served(state: MesosState): Served {
  const counts: Record<string, number> = {};
  for (const { connected, tasks } of state.frameworks)
    for (const task of tasks)
      if (connected && isServing(task)) counts[task.name] = (counts[task.name] ?? 0) + 1;
  return counts;
}

/** What keeps a cluster's tasks from being exactly the ones that served before; nothing when they are. */
export function differences(state: MesosState, before: Served): string[] {
  const now = served(state);
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  const counts = names
    .filter((name) => before[name] !== now[name])
    .map((name) => `${name}: ${now[name] ?? 0} of ${before[name] ?? 0} serve`);
  return [...counts, ...others(state)];
}

function isServing({ state, statuses, health_check }: MesosTaskState): boolean {
  return state === "TASK_RUNNING" && (health_check === undefined || statuses.at(-1)?.healthy === true);
}

/** Tasks that take an agent's resources and do not serve. */
function others({ frameworks }: MesosState): string[] {
  return frameworks.flatMap(({ id, connected, tasks }) =>
    tasks
      .filter((task) => !connected || !isServing(task))
      .map(
        (task) => `${task.id} is ${task.state}${connected ? "" : `, and nobody minds its framework ${id}`}`,
      ),
  );
}
