/** What of `/state` names are made from. */
export interface MesosState {
  readonly leader?: string;
  readonly slaves?: readonly { readonly id: string; readonly hostname: string }[];
  readonly frameworks?: readonly {
    readonly name: string;
    readonly tasks?: readonly MesosTask[];
  }[];
}

/** A task of `/state`. */
export interface MesosTask {
  readonly name: string;
  readonly state: string;
  readonly slave_id: string;
  readonly discovery?: { readonly name?: string };
  readonly statuses?: readonly {
    readonly state: string;
    readonly container_status?: {
      readonly network_infos?: readonly {
        readonly ip_addresses?: readonly { readonly ip_address?: string }[];
      }[];
    };
  }[];
}

/** Addresses by name, in lower case and without a dot at the end. */
export type Records = ReadonlyMap<string, readonly string[]>;

/** The names of running tasks and of the leader. */
export function recordsOf(state: MesosState, domain: string, sources: readonly string[]): Records {
  const records = new Map<string, string[]>();
  const add = (name: string, address: string | undefined) => {
    if (address === undefined) return;
    const known = records.get(name) ?? [];
    if (!known.includes(address)) records.set(name, [...known, address]);
  };
  const leader = /@([^:]+):/.exec(state.leader ?? "")?.[1];
  for (const name of ["leader", "master"]) add(`${name}.${domain}`, leader);
  for (const framework of state.frameworks ?? []) {
    for (const task of framework.tasks ?? []) {
      if (task.state !== "TASK_RUNNING") continue;
      const name = `${label(task.discovery?.name ?? task.name)}.${label(framework.name)}.${domain}`;
      for (const address of addressesOf(task, state, sources)) add(name, address);
    }
  }
  return records;
}

/** A name as a part of another: lower case, nothing but letters, digits and dashes. */
export function label(text: string): string {
  return text
    .toLowerCase()
    .replace(/[_.]/g, "-")
    .replace(/[^a-z0-9-]/g, "")
    .replace(/^-+|-+$/g, "")
    .slice(0, 63);
}

function addressesOf(task: MesosTask, state: MesosState, sources: readonly string[]): readonly string[] {
  const running = (task.statuses ?? []).filter((status) => status.state === "TASK_RUNNING").at(-1);
  const networks = running?.container_status?.network_infos ?? [];
  const bySource: Readonly<Record<string, readonly (string | undefined)[]>> = {
    netinfo: networks.flatMap(({ ip_addresses: all = [] }) => all.map(({ ip_address: one }) => one)),
    host: (state.slaves ?? []).filter(({ id }) => id === task.slave_id).map(({ hostname }) => hostname),
  };
  for (const source of sources) {
    const found = (bySource[source] ?? []).filter((address) => address !== undefined);
    if (found.length > 0) return found;
  }
  return [];
}
