/** CPUs and memory of a machine, or of the part of it that tasks may use. */
export interface MachineSize {
  /** CPUs, as Mesos counts them; may be a fraction. */
  readonly cpus: number;
  /** Memory, in MiB. */
  readonly memoryMiB: number;
}

/** GiB of memory for each vCPU, by family; sizes from `large` (2 vCPU) up follow it. */
const MEMORY_PER_CPU_GIB: ReadonlyMap<string, number> = new Map([
  ...families(2, "c5 c5a c5d c6a c6i c6id c7a c7i"),
  ...families(4, "t2 t3 t3a m5 m5a m5d m6a m6i m6id m7a m7i"),
  ...families(8, "r5 r5a r5d r6a r6i r6id r7a r7i"),
]);

/** Sizes below `large`: GiB and vCPU of the burstable families. */
const BURSTABLE: ReadonlyMap<string, readonly [gib: number, cpus: number]> = new Map([
  ["nano", [0.5, 2]],
  ["micro", [1, 2]],
  ["small", [2, 2]],
  ["medium", [4, 2]],
]);

/**
 * vCPU and memory of an x86-64 instance type of a family we know; `undefined` for any other.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html
 */
export function instanceSize(instanceType: string): MachineSize | undefined {
  const [family = "", size = ""] = instanceType.split(".");
  const perCpu = MEMORY_PER_CPU_GIB.get(family);
  if (perCpu === undefined) return undefined;
  const burstable = family.startsWith("t") ? BURSTABLE.get(size) : undefined;
  if (burstable !== undefined) {
    const [gib, cpus] = burstable;
    return { cpus: family === "t2" && size !== "medium" ? 1 : cpus, memoryMiB: gib * 1024 };
  }
  const cpus = largeCpus(size);
  return cpus === undefined ? undefined : { cpus, memoryMiB: cpus * perCpu * 1024 };
}

/** What of a machine tasks may use: all cpus, and the memory less 1 GiB and an eighth, for the system, Mesos and Weave. */
export function taskResources(size: MachineSize): MachineSize {
  return { cpus: size.cpus, memoryMiB: Math.floor(size.memoryMiB - 1024 - size.memoryMiB / 8) };
}

/**
 * Whether an instance type has an Arm processor (Graviton): `a1`, or a `g` right after the generation's digit.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 */
export function isArm(instanceType: string): boolean {
  return /^(?:a1|[a-z]+\d+g[a-z-]*)\./.test(instanceType);
}

function families(memoryGiB: number, names: string): [family: string, memoryGiB: number][] {
  return names.split(" ").map((name) => [name, memoryGiB]);
}

function largeCpus(size: string): number | undefined {
  if (size === "large") return 2;
  const match = /^([1-9]\d?)?xlarge$/.exec(size);
  return match === null ? undefined : 4 * Number(match[1] ?? 1);
}
