import type { Rehearsal } from "./index";

/** A service as the machine that launches it has it. */
export interface ServiceStatus {
  readonly service: string;
  /** The state `mesos-execute` reported last. */
  readonly state: string;
  /** The unit's state. */
  readonly unit: string;
  /** Name of the machine that launches it. */
  readonly launcher: string;
  /** Names of the machines it runs on, with a comma between them; empty while it runs nowhere. */
  readonly agent: string;
}

// one line a task: name, its last reported state, its unit's state
const LIST = `
for definition in /opt/cdktf-mesos/launcher/tasks/*.json; do
  [ -e "$definition" ] || continue
  name=$(basename "$definition" .json)
  state=$(tail -n 1 "/run/cdktf-mesos/$name/updates" | cut -d ' ' -f 2)
  echo "$name \${state:--} $(systemctl is-active "mesos-task@$name")"
done`;

/** Asks every machine what it launches. */
export async function serviceStatus(rehearsal: Rehearsal): Promise<ServiceStatus[]> {
  const perMachine = await Promise.all(
    rehearsal.machines().map(async ({ id, name }) => {
      const result = await rehearsal.machine(id)?.run(["/bin/bash", "-c", LIST]);
      return (result?.stdout ?? "")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => {
          const [service = "", state = "", unit = ""] = line.split(" ");
          return { service, state, unit, launcher: name, agent: agentsOf(rehearsal, service) };
        });
    }),
  );
  return perMachine.flat();
}

function agentsOf(rehearsal: Rehearsal, service: string): string {
  const names = new Map(rehearsal.machines().map(({ id, name }) => [id, name]));
  return rehearsal
    .placements()
    .filter(({ task }) => task === service)
    .map(({ machine }) => names.get(machine) ?? machine)
    .join(", ");
}
