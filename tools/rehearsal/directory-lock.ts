import * as fs from "node:fs";
import * as path from "node:path";

/** What a folder is used for. */
export type DirectoryUse = "lab" | "rehearsal";

/**
 * Makes a folder this process's own until it ends.
 *
 * @throws Error when another process that still runs has it
 */
export function lockDirectory(directory: string, use: DirectoryUse): void {
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = lockFile(directory, use);
  const holder = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
  const pid = Number(holder.split(" ")[0]);
  if (holder !== "" && pid !== process.pid && holder === identityOf(pid)) {
    throw new Error(
      `${use}: folder ${JSON.stringify(directory)} is used by process ${pid}; end that ${use} or give this one another folder`,
    );
  }
  fs.writeFileSync(file, identityOf(process.pid) ?? "");
}

/** Gives the folder up. */
export function unlockDirectory(directory: string, use: DirectoryUse): void {
  fs.rmSync(lockFile(directory, use), { force: true });
}

function lockFile(directory: string, use: DirectoryUse): string {
  return path.join(directory, `${use}.pid`);
}

/** Process id and start time, since an id alone may come again. Undefined when there is no such process. */
export function identityOf(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // the name before the last parenthesis may hold spaces; the start time is field 22
    const startTime = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${pid} ${startTime}`;
  } catch {
    return undefined;
  }
}
