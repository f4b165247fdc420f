import * as fs from "node:fs";

/** Environment variable that every process of one command inherits, as it would inherit a control group. */
export const FAMILY_VARIABLE = "REHEARSAL_COMMAND";

/**
 * The living processes, by their id on the host, that descend from the command with this mark.
 *
 * A process that has left the session is known by its environment, one whose environment cannot be seen, as in the
 * moment it executes another program, by its session.
 *
 * @param mark value of `FAMILY_VARIABLE` the command was started with
 * @param session id of the session it was started in
 */
export function familyOf(mark: string, session: number): number[] {
  const wanted = Buffer.from(`${FAMILY_VARIABLE}=${mark}\0`);
  return processIds().filter((pid) => {
    const stat = statOf(pid);
    if (stat === undefined || stat.state === "Z") return false;
    return stat.session === session || environmentOf(pid)?.includes(wanted);
  });
}

/**
 * Sends a signal to a process, which may be gone already.
 *
 * @returns whether it was there
 */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** The process's parent on the host, and its id in its own PID namespace. Undefined when it is gone. */
export function processIdentity(pid: number): { parent: number; innerPid: number } | undefined {
  try {
    const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
    const parent = /^PPid:\s+(\d+)/m.exec(status)?.[1];
    const inner = /^NSpid:.*\s(\d+)$/m.exec(status)?.[1];
    return { parent: Number(parent), innerPid: Number(inner) };
  } catch {
    return undefined;
  }
}

/** The nearest process below this one that is the first of a PID namespace. Undefined as long as there is none. */
export function firstProcessBelow(pid: number): number | undefined {
  let generation = childrenOf(pid);
  while (generation.length > 0) {
    const first = generation.find((child) => processIdentity(child)?.innerPid === 1);
    if (first !== undefined) return first;
    generation = generation.flatMap(childrenOf);
  }
  return undefined;
}

/** The command line of a process, its arguments separated by NUL; empty when it is gone. */
export function commandLineOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function childrenOf(pid: number): number[] {
  try {
    const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return children.trim().split(" ").map(Number);
  } catch {
    return []; // it ended meanwhile
  }
}

function processIds(): number[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function statOf(pid: number): { state: string; session: number } | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    // the name before the last parenthesis may hold anything
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", session: Number(fields[3]) };
  } catch {
    return undefined;
  }
}

function environmentOf(pid: number): Buffer | undefined {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`);
  } catch {
    // it ended meanwhile, or belongs to somebody else
    return undefined;
  }
}
