import { textTable } from "../rehearsal/text-table";

/** A copy of a service, as a master tells of it. */
export interface CopyStatus {
  /** Id of its task. */
  readonly task: string;
  readonly service: string;
  readonly restarts: number;
  /** What its unit saw last; empty at first. */
  readonly state: string;
  /** What Mesos runs of it; of a copy that is as it should be exactly one. */
  readonly mesos: readonly {
    readonly state: string;
    /** Absent where nobody checks. */
    readonly healthy?: boolean | null;
    readonly agent: string;
    readonly address?: string | null;
  }[];
}

/** Whether a copy is as it was declared: it runs once, and is not sick. */
export function isWell({ mesos }: CopyStatus): boolean {
  const [one] = mesos;
  return mesos.length === 1 && one?.state === "TASK_RUNNING" && one.healthy !== false;
}

/** Lines for people: the copies of all services, and how many of them are well. */
export function statusLines(copies: readonly CopyStatus[]): string[] {
  const head = ["copy", "state", "health", "agent", "address", "restarts"];
  const sorted = [...copies].sort((one, other) =>
    one.task.localeCompare(other.task, "en", { numeric: true }),
  );
  const well = copies.filter(isWell).length;
  return [...textTable(head, sorted.flatMap(rowsOf)), "", `${well} of ${copies.length} are well`];
}

function rowsOf({ task, state, restarts, mesos }: CopyStatus): string[][] {
  const copy = task.replace(/-\d{14}$/, "");
  if (mesos.length === 0)
    return [[copy, `not (${plain(state) || "never"})`, "-", "-", "-", String(restarts)]];
  return mesos.map((one) => [
    copy,
    plain(one.state),
    one.healthy === true ? "well" : one.healthy === false ? "sick" : "-",
    one.agent,
    one.address ?? "-",
    String(restarts),
  ]);
}

function plain(state: string): string {
  return state.replace(/^TASK_/, "").toLowerCase();
}
