/** A command of a machine as its stub sends it. */
export interface Request {
  /** What proves that it comes from the machine. */
  readonly token: string;
  /** Name it was called by. */
  readonly name: string;
  /** Its process id in the machine. */
  readonly pid: number;
  /** Its working directory. */
  readonly cwd: string;
  /** Its arguments, without its name. */
  readonly args: readonly string[];
}

const FIELDS = 5;

/**
 * Reads a request: token, name, process id, working directory, number of arguments, arguments; each ends in NUL.
 *
 * @param received what has come so far
 * @returns undefined while something is missing
 */
export function parseRequest(received: Buffer): Request | undefined {
  const parts = received.toString("utf8").split("\0");
  // what follows the last NUL is not complete
  parts.pop();
  const [token, name, pid, cwd, count] = parts;
  if (token === undefined || name === undefined || cwd === undefined || count === undefined) return undefined;
  if (parts.length < FIELDS + Number(count)) return undefined;
  return { token, name, pid: Number(pid), cwd, args: parts.slice(FIELDS, FIELDS + Number(count)) };
}
