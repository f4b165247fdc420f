import type { TaskInfo } from "./task-info";

/** First and last port, both included. */
export type PortRange = readonly [begin: number, end: number];

/** What an agent has or a task takes. Scalars are counted in thousandths, as Mesos counts them. */
export interface Resources {
  /** Thousandths by name: `cpus`, `mem` and `disk` (MiB), `gpus`. */
  readonly scalars: Readonly<Record<string, number>>;
  /** Ranges in order, none touching another. */
  readonly ports: readonly PortRange[];
}

/** No resources at all. */
export const NOTHING: Resources = { scalars: {}, ports: [] };

const PRECISION = 1000;

/**
 * Reads resources as flags and `MESOS_RESOURCES` write them: `cpus:2;mem:6144;ports:[80-80,31000-32000]`.
 *
 * @throws Error naming the part that is none
 */
export function parseResources(text: string): Resources {
  const parts = text.split(";").filter((part) => part.trim() !== "");
  return parts.map(parseResource).reduce(plus, NOTHING);
}

/** What a task asks for. */
export function resourcesOf({ resources = [] }: Pick<TaskInfo, "resources">): Resources {
  return resources
    .map(({ name, scalar, ranges }): Resources => {
      if (scalar) return scalarOf(name, Number(scalar.value));
      const ports = (ranges?.range ?? []).map(({ begin, end }): PortRange => [Number(begin), Number(end)]);
      return { scalars: {}, ports: merged(ports) };
    })
    .reduce(plus, NOTHING);
}

/** The amount of a scalar, in its unit. */
export function amount({ scalars }: Resources, name: string): number {
  return (scalars[name] ?? 0) / PRECISION;
}

/** Both together. */
export function plus(a: Resources, b: Resources): Resources {
  return { scalars: combine(a, b, (x, y) => x + y), ports: merged([...a.ports, ...b.ports]) };
}

/** What is left of the first without the second. */
export function minus(a: Resources, b: Resources): Resources {
  return {
    scalars: combine(a, b, (x, y) => x - y),
    ports: b.ports.reduce((left, taken) => left.flatMap((range) => without(range, taken)), a.ports),
  };
}

/** The n-th part of the scalars; ports cannot be divided and stay out. */
export function part({ scalars }: Resources, n: number): Resources {
  const divided = Object.entries(scalars).map(([name, value]) => [name, Math.floor(value / n)] as const);
  return { scalars: Object.fromEntries(divided), ports: [] };
}

/** Whether the second fits into the first. */
export function contains(a: Resources, b: Resources): boolean {
  return (
    Object.entries(b.scalars).every(([name, value]) => (a.scalars[name] ?? 0) >= value) &&
    b.ports.every(([begin, end]) => a.ports.some((range) => range[0] <= begin && end <= range[1]))
  );
}

/** Ports as Mesos writes them: `[80-80, 31000-32000]`. */
export function formatPorts(ports: readonly PortRange[]): string {
  return `[${ports.map(([begin, end]) => `${begin}-${end}`).join(", ")}]`;
}

function parseResource(text: string): Resources {
  const [, name = "", value = ""] = /^\s*([^:]+?)\s*:\s*(.*?)\s*$/.exec(text) ?? [];
  if (/^\d+(\.\d+)?$/.test(value)) return scalarOf(name, Number(value));
  const ranges = /^\[(.*)\]$/.exec(value)?.[1]?.split(",") ?? [];
  const ports = ranges.map((range): PortRange => {
    const [, begin, end] = /^\s*(\d+)\s*-\s*(\d+)\s*$/.exec(range) ?? [];
    return [Number(begin), Number(end)];
  });
  if (ports.length === 0 || ports.flat().some(Number.isNaN)) {
    throw new Error(
      `resource must be NAME:NUMBER or NAME:[FIRST-LAST,...], got ${JSON.stringify(text)}; correct the list`,
    );
  }
  return { scalars: {}, ports: merged(ports) };
}

function scalarOf(name: string, value: number): Resources {
  return { scalars: { [name]: Math.round(value * PRECISION) }, ports: [] };
}

function combine(a: Resources, b: Resources, of: (x: number, y: number) => number): Record<string, number> {
  const names = [...new Set([...Object.keys(a.scalars), ...Object.keys(b.scalars)])];
  return Object.fromEntries(names.map((name) => [name, of(a.scalars[name] ?? 0, b.scalars[name] ?? 0)]));
}

function merged(ranges: readonly PortRange[]): readonly PortRange[] {
  const sorted = [...ranges].sort(([a], [b]) => a - b);
  return sorted.reduce<PortRange[]>((done, [begin, end]) => {
    const last = done.at(-1);
    if (last === undefined || begin > last[1] + 1) return [...done, [begin, end]];
    return [...done.slice(0, -1), [last[0], Math.max(last[1], end)]];
  }, []);
}

function without([begin, end]: PortRange, [first, last]: PortRange): PortRange[] {
  if (last < begin || end < first) return [[begin, end]];
  const left: PortRange[] = [
    [begin, first - 1],
    [last + 1, end],
  ];
  return left.filter(([from, to]) => from <= to);
}
