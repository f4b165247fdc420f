import * as fs from "node:fs";
import * as path from "node:path";

/** What a rehearsal used of the system. */
export interface Footprint {
  /** Its folder, absolute. */
  readonly directory: string;
  /** The port of its machines' SSH servers. */
  readonly sshPort: number;
}

/**
 * What is left of a rehearsal: processes whose root lies in its folder, listeners on its port, and files. Taken from the
 * kernel, not from our own books.
 */
export function leftBehind({ directory, sshPort }: Footprint): string[] {
  return [
    ...processesIn(directory).map((process) => `process ${process}`),
    ...listenersOn(sshPort).map((listener) => `listener ${listener}`),
    ...filesBelow(directory).map((file) => `file ${file}`),
  ];
}

function processesIn(directory: string): string[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const mounts = fs.readFileSync(`/proc/${pid}/mountinfo`, "utf8");
        const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return mounts.includes(`${directory}/`) ? [`${pid} ${command}`] : [];
      } catch {
        return []; // it ended meanwhile, or is another user's
      }
    });
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
