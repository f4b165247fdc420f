import { createHash } from "node:crypto";
import { taskFromFlags, type TaskInfo } from "../../tools/rehearsal/mesos/task-info";

/** A service as it is declared. */
export interface Service {
  readonly name: string;
  /** Stands in its environment: another one makes another definition. */
  readonly version: string;
  readonly replicas: number;
  readonly cpus: number;
  /** Whether the old version is stopped before the new one starts. */
  readonly stopFirst: boolean;
  /** Whether Mesos asks for its health. */
  readonly checked: boolean;
  /** What goes wrong with this version: its command fails, or its image is nowhere. */
  readonly fault?: "fails" | "image-missing";
}

/** The pipe in a task's sandbox at which it is told with which exit code to end. */
export const END_PIPE = "end";

const COMMAND = `mkfifo ${END_PIPE} && exec 3<>${END_PIPE} && read -r code <&3 && exit "$code"`;

/** A service of one copy, unless told otherwise. */
export function service(name: string, changes: Partial<Omit<Service, "name">> = {}): Service {
  return { name, version: "1", replicas: 1, cpus: 0.1, stopFirst: false, checked: true, ...changes };
}

/** Its definitions by copy, each as it stands in the file that Terraform uploads. */
export function definitions(declared: Service): ReadonlyMap<string, string> {
  const copies = Array.from({ length: declared.replicas }, (_, index) => `${declared.name}-${index + 1}`);
  return new Map(copies.map((copy) => [copy, JSON.stringify(definition(declared, copy))]));
}

/** By which launchers know a definition: it stands in a label of the task. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function definition({ name, version, cpus, stopFirst, checked, fault }: Service, copy: string): TaskInfo {
  const info = taskFromFlags({
    name,
    shell: true,
    command: fault === "fails" ? "echo this version fails >&2; exit 1" : COMMAND,
    env: { VERSION: version },
    resources: `cpus:${cpus};mem:32`,
  });
  const image = { type: "DOCKER", docker: { name: "nowhere/missing:1" } } as const;
  const update = { key: "cdktf-mesos:update", value: stopFirst ? "STOP_FIRST" : "START_FIRST" };
  return {
    ...info,
    task_id: { value: copy },
    labels: { labels: [update] },
    ...(checked && { health_check: { type: "TCP", tcp: { port: 80 }, consecutive_failures: 2 } }),
    ...(fault === "image-missing" && { container: { type: "MESOS", mesos: { image } } }),
  };
}
