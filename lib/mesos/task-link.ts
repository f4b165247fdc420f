/** A task another one talks to, at one of its ports. */
export interface TaskLink {
  /** Name of the other task, of the same cluster; `task.taskName` of a `MesosTask`. */
  readonly taskName: string;
  /** Port of the other task, one it declares. */
  readonly port: number;
  /**
   * Whether the other task must be running before this one is started.
   *
   * @default false
   */
  readonly startAfter?: boolean;
}

/** What links of tasks are checked by. */
export interface LinkedTask {
  /** Path of its construct. */
  readonly path: string;
  readonly taskName: string;
  /** Every port it listens on. */
  readonly listens: readonly number[];
  readonly links: readonly TaskLink[];
}

/** Links that lead nowhere, and tasks that wait for each other, as messages. */
export function linkProblems(tasks: readonly LinkedTask[]): string[] {
  const byName = new Map(tasks.map((task) => [task.taskName, task]));
  const dead = tasks.flatMap((task) =>
    task.links.flatMap((link) => deadLink(task, link, byName.get(link.taskName)) ?? []),
  );
  return [...dead, ...startCycles(tasks).map((cycle) => cycleMessage(cycle))];
}

function deadLink(task: LinkedTask, link: TaskLink, target: LinkedTask | undefined): string | undefined {
  if (target === undefined) {
    return (
      `${task.path}: 'links' must name tasks of the same cluster, got ${JSON.stringify(link.taskName)}; ` +
      "declare that task, or take the link out"
    );
  }
  if (target.listens.includes(link.port)) return undefined;
  const has = target.listens.length === 0 ? "no ports" : target.listens.join(", ");
  return (
    `${task.path}: 'links' must name a port of the other task, got ${link.port} of ` +
    `${JSON.stringify(link.taskName)}, which has ${has}; correct the link or that task's 'ports'`
  );
}

function cycleMessage(cycle: readonly LinkedTask[]): string {
  const [first] = cycle as [LinkedTask];
  const names = [...cycle, first].map(({ taskName }) => taskName).join(" → ");
  return `${first.path}: 'links' must not make tasks wait for each other, got ${names}; take 'startAfter' out of one of them`;
}

/** Every circle of start order met on a walk in which each task is visited once. */
function startCycles(tasks: readonly LinkedTask[]): LinkedTask[][] {
  const byName = new Map(tasks.map((task) => [task.taskName, task]));
  const done = new Set<LinkedTask>();
  const cycles: LinkedTask[][] = [];
  const visit = (task: LinkedTask, path: readonly LinkedTask[]): void => {
    if (path.includes(task)) cycles.push(path.slice(path.indexOf(task)));
    if (path.includes(task) || done.has(task)) return;
    for (const target of startTargets(task, byName)) visit(target, [...path, task]);
    done.add(task);
  };
  tasks.forEach((task) => visit(task, []));
  return cycles;
}

function startTargets(task: LinkedTask, byName: ReadonlyMap<string, LinkedTask>): LinkedTask[] {
  return task.links
    .filter(({ startAfter }) => startAfter === true)
    .flatMap(({ taskName }) => byName.get(taskName) ?? []);
}
