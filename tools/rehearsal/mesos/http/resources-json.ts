import { formatPorts, Resources } from "../resources";
import { taskResources } from "../task-info";
import type { Json, JsonObject } from "./json";

/** Resources as amounts by name; the four that every agent has are always there. */
export function amountsJson({ scalars, ports }: Resources): JsonObject {
  const amounts = Object.entries(scalars).map(([name, thousandths]) => [name, thousandths / 1000]);
  return {
    ...{ disk: 0, mem: 0, gpus: 0, cpus: 0, ...Object.fromEntries(amounts) },
    ports: ports.length === 0 ? undefined : formatPorts(ports),
  };
}

/** Resources one by one, as API version 1 has them. */
export function resourceListJson(resources: Resources, fields: JsonObject = {}): Json {
  const taken = taskResources(resources).filter(({ scalar }) => scalar?.value !== 0);
  return taken.map(({ name, type, scalar, ranges }) => ({
    name,
    type,
    scalar: scalar && { ...scalar },
    ranges: ranges && { range: ranges.range.map((range) => ({ ...range })) },
    ...fields,
  }));
}
