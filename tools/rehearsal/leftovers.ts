import * as fs from "node:fs";
import * as path from "node:path";
import { identityOf } from "./directory-lock";

/** What a rehearsal used of the system. */
export interface Footprint {
  /** Its folder, absolute. */
  readonly directory: string;
  /** The port of its machines' SSH servers. */
  readonly sshPort: number;
  /**
   * What held its machines' namespaces while they ran: see `namespaceHoldersOf`.
   *
   * @default - nothing that is known
   */
  readonly namespaceHolders?: readonly string[];
}

/** A process as the kernel lists it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly command: string;
}

/**
 * What is left of a rehearsal: processes, listeners, mounts, namespaces and files. Taken from the kernel, not from our
 * own books.
 */
export function leftBehind({ directory, sshPort, namespaceHolders = [] }: Footprint): string[] {
  const holders = allNamespaceHolders();
  return [
    ...processesOf(directory).map(({ pid, command }) => `process ${pid} ${command}`),
    ...listenersOn(sshPort).map((listener) => `listener ${listener}`),
    ...mountsOf(directory).map((mount) => `mount ${mount}`),
    ...namespaceHolders.flatMap((holder) => holders.get(holder) ?? []),
    ...filesBelow(directory).map((file) => `file ${file}`),
  ];
}

/**
 * Processes of a rehearsal: those whose mounts lie in its folder, as a machine's do, and those that were started with its
 * folder for temporary files, as the commands are that it runs.
 */
export function processesOf(directory: string): ProcessEntry[] {
  return processes().filter(
    ({ pid }) =>
      read(pid, "mountinfo").includes(`${directory}/`) ||
      read(pid, "environ")
        .split("\0")
        .includes(`TMPDIR=${temporaryFolder(directory)}`),
  );
}

/** Where the commands of a rehearsal put temporary files: into its folder, so that nothing of theirs lies elsewhere. */
export function temporaryFolder(directory: string): string {
  return path.join(directory, "tmp");
}

/**
 * What holds the namespaces of a rehearsal's machines: processes and mounts, also those that lie elsewhere. Ask while the
 * machines run; a name alone would not do afterwards, since the kernel gives it to the next namespace.
 */
export function namespaceHoldersOf(directory: string): string[] {
  const own = namespacesIn(process.pid);
  const all = new Set(processesOf(directory).flatMap(({ pid }) => namespacesIn(pid)));
  const names = [...all].filter((name) => !own.includes(name));
  return [...allNamespaceHolders().keys()].filter((key) => names.some((name) => key.startsWith(`${name} `)));
}

/** A line for each, by a key that begins with the namespace and is never given twice. */
function allNamespaceHolders(): Map<string, string> {
  const byProcess = processes().flatMap(({ pid, command }) =>
    namespacesIn(pid).map((name): [string, string] => [
      `${name} ${identityOf(pid)}`,
      `namespace ${name} of process ${pid} ${command}`,
    ]),
  );
  // a namespace that is mounted stands in the place of a root directory
  const byMount = mounts().map((mount): [string, string] => [
    `${mount.split(" ")[3]} mount ${mount}`,
    `namespace in mount ${mount}`,
  ]);
  return new Map([...byProcess, ...byMount]);
}

function mountsOf(directory: string): string[] {
  return mounts().filter((mount) => mount.includes(`${directory}/`));
}

function mounts(): string[] {
  return read(process.pid, "mountinfo").split("\n");
}

function processes(): ProcessEntry[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), command: read(Number(pid), "cmdline").replaceAll("\0", " ").trim() }));
}

/** Nothing where the process ended meanwhile, or is another user's. */
function read(pid: number, file: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function namespacesIn(pid: number): string[] {
  try {
    return ["mnt", "net", "pid", "user", "uts"].map((kind) => fs.readlinkSync(`/proc/${pid}/ns/${kind}`));
  } catch {
    return [];
  }
}

/** State of a listening socket in the kernel's table. */
const LISTEN = "0A";

function listenersOn(port: number): string[] {
  return fs
    .readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN)
    .map((fields) => readableAddress(fields[1] as string))
    .filter((address) => address.endsWith(`:${port}`));
}

/** The kernel writes an address in hex, its bytes in the machine's order: `0100007F:0016` is 127.0.0.1:22. */
function readableAddress(hex: string): string {
  const [address = "", port = ""] = hex.split(":");
  const octets = (address.match(/../g) ?? []).reverse().map((octet) => parseInt(octet, 16));
  return `${octets.join(".")}:${parseInt(port, 16)}`;
}

function filesBelow(directory: string): string[] {
  if (!fs.existsSync(directory)) return [];
  const entries = fs.readdirSync(directory, { recursive: true }) as string[];
  return entries.map((entry) => path.join(directory, entry));
}
