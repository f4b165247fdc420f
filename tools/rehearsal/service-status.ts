import type { Rehearsal } from "./index";

/** A copy of a service, as the machine that launches it has it. */
export interface ServiceStatus {
  /** Name of its copy. */
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

const STATUS = "/opt/cdktf-mesos/launcher/bin/status";

/** As much of what the launcher's `status` prints as we read. */
interface TaskStatus {
  readonly task: string;
  readonly state: string;
  readonly unit: string;
  /** What its unit does now. */
  readonly decision?: string;
  /** What Mesos says: where it runs, once for each framework that runs it. */
  readonly mesos: readonly { readonly agent: string }[];
}

/** Asks every machine what it launches; what it would only launch if another did not is left out. */
export async function serviceStatus(rehearsal: Rehearsal): Promise<ServiceStatus[]> {
  const machines = rehearsal.machines().map(({ id, name }) => ({ name, machine: rehearsal.machine(id) }));
  const names = new Map(machines.map(({ name, machine }) => [machine?.address, name]));
  const perMachine = await Promise.all(
    machines.map(async ({ name, machine }) => {
      const asked = await machine?.run(["/bin/bash", "-c", `[ ! -x ${STATUS} ] || ${STATUS}`]);
      const tasks = JSON.parse(asked?.stdout || "[]") as TaskStatus[];
      const own = tasks.filter(({ decision }) => !decision?.startsWith("standby"));
      return own.map(({ task, state, unit, mesos }) => ({
        service: task.replace(/-\d{14}$/, ""),
        state: state || "-",
        unit,
        launcher: name,
        agent: mesos.map(({ agent }) => names.get(agent) ?? agent).join(", "),
      }));
    }),
  );
  return perMachine.flat();
}
