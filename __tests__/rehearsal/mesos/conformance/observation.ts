/** What can be seen of mesos-execute and its cluster in one situation, recorded or played. */
export interface Observation {
  /** Exit code of the last mesos-execute; undefined where none was noted. */
  readonly exit?: number;
  /** What each mesos-execute printed. */
  readonly outputs: readonly string[];
  /** `/state` in the middle. */
  readonly state?: unknown;
  /** GET_TASKS at the same moment. */
  readonly tasks?: unknown;
  /** `/state` at the end. */
  readonly stateAfter?: unknown;
  /** HTTP answers with their headers. */
  readonly answers?: string;
  /** What may be called as one likes, and what it is called in a comparison. */
  readonly names: Readonly<Record<string, string>>;
  /** Frameworks that belong to it; without, those in the outputs. */
  readonly frameworks?: readonly string[];
}

/** An observation in words that differ only where what was done differs. */
export interface Comparable {
  readonly exit: number | undefined;
  readonly outputs: readonly (readonly string[])[];
  readonly state: unknown;
  readonly tasks: unknown;
  readonly stateAfter: unknown;
  readonly answers: readonly string[] | undefined;
}

/**
 * An observation in a form in which a recorded and a played one are equal, or the player is wrong.
 *
 * Ids, times, addresses, process ids and chosen names become words, and frameworks that have nothing to do with it
 * are left out. Every other field and value stays.
 */
export function comparable(seen: Observation): Comparable {
  const own = new Set(seen.frameworks ?? frameworksIn(seen.outputs));
  const { exit, outputs, answers, names } = seen;
  return {
    exit,
    outputs: outputs.map((text) => renamed(comparableOutput(text), names).split("\n")),
    state: renamedJson(ownState(seen.state as State | null, own), names),
    tasks: renamedJson(ownTasks(seen.tasks as Tasks | null, own), names),
    stateAfter: renamedJson(ownState(seen.stateAfter as State | null, own), names),
    answers: answers
      ?.split(/\r?\n/)
      .filter((line) => line !== "" && !line.startsWith("Date: "))
      .sort(),
  };
}

type Amounts = Readonly<Record<string, number>>;
interface Framework {
  readonly id: string;
  readonly tasks: readonly { readonly id: string; readonly slave_id: string; readonly resources: Amounts }[];
  readonly completed_tasks: readonly { readonly slave_id: string }[];
}
interface Slave {
  readonly id: string;
  readonly used_resources: Amounts;
}
interface State {
  readonly activated_slaves: number;
  readonly slaves: readonly Slave[];
  readonly frameworks: readonly Framework[];
  readonly completed_frameworks: readonly Framework[];
}
interface Tasks {
  readonly get_tasks: Readonly<
    Record<string, readonly { readonly framework_id: { readonly value: string } }[]>
  >;
}

function frameworksIn(outputs: readonly string[]): string[] {
  return outputs.flatMap((text) =>
    [...text.matchAll(/^Subscribed with ID (.*)$/gm)].map(([, id = ""]) => id),
  );
}

/** The state as it would be without the frameworks, and without the agents, that the situation has no part in. */
function ownState(state: State | null | undefined, own: ReadonlySet<string>): unknown {
  if (!state) return undefined;
  const isOwn = ({ id }: Framework) => own.has(id);
  const frameworks = state.frameworks.filter(isOwn).sort(byTask);
  const completed = state.completed_frameworks.filter(isOwn);
  const places = [...frameworks, ...completed].flatMap((framework) =>
    [...framework.tasks, ...framework.completed_tasks].map((task) => task.slave_id),
  );
  const slaves = state.slaves.filter(({ id }, index) =>
    places.length === 0 ? index === 0 : places.includes(id),
  );
  const others = state.frameworks.filter((framework) => !isOwn(framework));
  return {
    ...state,
    activated_slaves: state.activated_slaves - (state.slaves.length - slaves.length),
    slaves: slaves.map((slave) => withoutOthers(slave, others)),
    frameworks,
    completed_frameworks: completed,
  };
}

function byTask({ tasks: [a] }: Framework, { tasks: [b] }: Framework): number {
  return (a?.id ?? "").localeCompare(b?.id ?? "");
}

function withoutOthers(slave: Slave, others: readonly Framework[]): Slave {
  const tasks = others.flatMap((framework) => framework.tasks).filter((task) => task.slave_id === slave.id);
  const used = Object.entries(slave.used_resources).map(([name, amount]) => {
    const foreign = tasks.reduce((sum, { resources }) => sum + (resources[name] ?? 0), 0);
    return [name, typeof amount === "number" ? Number((amount - foreign).toFixed(3)) : amount];
  });
  return { ...slave, used_resources: Object.fromEntries(used) as Amounts };
}

function ownTasks(tasks: Tasks | null | undefined, own: ReadonlySet<string>): unknown {
  if (!tasks) return undefined;
  const lists = Object.entries(tasks.get_tasks).map(([name, list]) => [
    name,
    list.filter((task) => own.has(task.framework_id.value)),
  ]);
  return { ...tasks, get_tasks: Object.fromEntries(lists) as unknown };
}

const TIMES = [
  "start_time",
  "elected_time",
  "registered_time",
  "reregistered_time",
  "unregistered_time",
  "timestamp",
];

function renamedJson(value: unknown, names: Observation["names"]): unknown {
  if (value === undefined) return undefined;
  return JSON.parse(renamed(JSON.stringify(masked(value, new Map())), names));
}

/** Times, process ids and random ids as words; which ids of a task are the same can still be seen. */
function masked(value: unknown, ids: Map<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => masked(item, ids));
  if (typeof value !== "object" || value === null) return value;
  const known = "statuses" in value ? new Map<string, string>() : ids;
  const named = (id: string) => {
    known.set(id, known.get(id) ?? `id ${known.size}`);
    return known.get(id);
  };
  const fields = Object.entries(value).map(([key, item]: [string, unknown]) => {
    if (TIMES.includes(key)) return [key, typeof item === "number" && item > 0 ? "time" : item];
    if (key === "executor_pid") return [key, Number.isInteger(item) && Number(item) > 0 ? "pid" : item];
    if (/^(status_update_)?uuid$/.test(key)) return [key, named(String(item))];
    if (key === "container_id") return [key, named(JSON.stringify(item))];
    if (key === "message") return [key, withoutCounts(String(item))];
    return [key, masked(item, known)];
  });
  return Object.fromEntries(fields) as unknown;
}

/** Ids of masters, agents and frameworks, addresses, and names that were chosen, as words. */
function renamed(text: string, names: Observation["names"]): string {
  const general = text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "LEADER")
    .replace(/LEADER-\d{4}/g, "FRAMEWORK")
    .replace(/LEADER-S\d+/g, "AGENT")
    .replace(/\b\d+\.\d+\.\d+\.\d+\b/g, "ADDRESS");
  return Object.entries(names).reduce(
    (soFar, [name, word]) => soFar.replace(new RegExp(`(?<![\\w-])${name}(?![\\w-])`, "g"), word),
    general,
  );
}

/** What the kernel has counted of a container. */
function withoutCounts(text: string): string {
  const [said, counted] = text.split("MEMORY STATISTICS: ");
  return counted === undefined
    ? text
    : `${said}MEMORY STATISTICS: ${counted.replace(/^(\w+) \d+$/gm, "$1 count")}`;
}

/** How the library looks for a master until there is one. */
const SEARCH =
  /(I scheduler\.cpp:499\] Re-detecting master\n(I scheduler\.cpp:525\] New master detected at master@\S+\n)+)+/g;

/**
 * An output without what depends on where and when it was recorded: libprocess' warning about loopback, log lines of
 * the ZooKeeper client, how often the master was looked for, and the words in which a broken connection is told, which
 * two watchers race for.
 */
function comparableOutput(text: string): string {
  const lines = withoutCounts(text)
    .replace(/^W.* scheduler\.cpp:174\] \n\*+\n.*\n\*+\n/gm, "")
    .replace(/^([IWE])\d{4} \S+ +\d+ /gm, "$1 ")
    .split("\n")
    .filter((line) => !/^I (group|detector|zookeeper)\.cpp/.test(line) && !/scheduler\.cpp:808\]/.test(line));
  const exit = lines.findIndex((line) => line.includes("] EXIT with status"));
  return (exit < 0 ? lines : [...lines.slice(0, exit + 1), ""])
    .join("\n")
    .replace(SEARCH, "looks for the master\n");
}
