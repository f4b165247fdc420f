import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** What a machine's root directory is made from. */
export interface MachineRootOptions {
  /** Host name of the machine. */
  readonly name: string;
  /** Login names besides root. All of them are user 0, since a user namespace may hold no other. */
  readonly users: readonly string[];
}

/** Directories that are the machine's own; `local` is mounted over the host's `/usr/local`. */
const DIRECTORIES = [
  "dev/pts",
  "dev/shm",
  "etc/ssh",
  "etc/systemd/system",
  "home",
  "local/bin",
  "local/etc",
  "local/lib",
  "local/sbin",
  "local/share",
  "mnt",
  "opt",
  "proc",
  "root",
  "run/lock",
  "srv",
  "sys",
  "tmp",
  "usr",
  "var/cache",
  "var/lib",
  "var/log",
  "var/spool",
  "var/tmp",
];

/** Links every Linux has in `/dev`; bash's process substitution needs the first. */
const DEVICE_LINKS: Readonly<Record<string, string>> = {
  fd: "/proc/self/fd",
  stdin: "/proc/self/fd/0",
  stdout: "/proc/self/fd/1",
  stderr: "/proc/self/fd/2",
};

/** Files of the host without which its programs do not find their libraries or know its release. */
const COPIED_FILES = ["etc/ld.so.cache", "etc/ld.so.conf", "etc/os-release", "etc/debian_version"];

/** Directories of the host that are links into `/usr` on most distributions. */
const HOST_DIRECTORIES = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];

/**
 * Makes the directory tree a machine starts with.
 *
 * @param root directory to fill; must not exist
 */
export function createMachineRoot(root: string, options: MachineRootOptions): void {
  fs.mkdirSync(root, { recursive: true, mode: 0o755 });
  for (const directory of DIRECTORIES) fs.mkdirSync(path.join(root, directory), { recursive: true });
  for (const directory of ["tmp", "var/tmp", "dev/shm"]) fs.chmodSync(path.join(root, directory), 0o1777);
  fs.chmodSync(path.join(root, "root"), 0o700);
  fs.symlinkSync("/run", path.join(root, "var/run"));
  fs.symlinkSync("/run/lock", path.join(root, "var/lock"));

  mirrorHostDirectories(root);
  for (const [name, target] of Object.entries(DEVICE_LINKS))
    fs.symlinkSync(target, path.join(root, "dev", name));
  for (const file of COPIED_FILES) copyIfPresent(path.join("/", file), path.join(root, file));
  for (const [file, text] of Object.entries(etcFiles(options)))
    fs.writeFileSync(path.join(root, "etc", file), text);
  for (const user of options.users) fs.mkdirSync(path.join(root, "home", user));
}

/** Empties what does not outlive the machine's power. */
export function emptyVolatile(root: string): void {
  for (const directory of ["run", "tmp"]) {
    const names = fs.readdirSync(path.join(root, directory));
    for (const name of names) fs.rmSync(path.join(root, directory, name), { recursive: true, force: true });
  }
  fs.mkdirSync(path.join(root, "run/lock"));
}

/**
 * The files of `/etc` by name.
 *
 * Every login name is user 0: it may do anything in the machine and is the caller's own user outside.
 */
export function etcFiles({ name, users }: MachineRootOptions): Record<string, string> {
  return {
    passwd: lines(
      "root:x:0:0:root:/root:/bin/bash",
      ...users.map((user) => `${user}:x:0:0:${user}:/home/${user}:/bin/bash`),
    ),
    group: lines("root:x:0:", "tty:x:5:", "nogroup:x:65534:"),
    hostname: lines(name),
    hosts: lines("127.0.0.1 localhost", `127.0.1.1 ${name}`, "::1 localhost ip6-localhost"),
    "machine-id": lines(randomBytes(16).toString("hex")),
    "nsswitch.conf": lines("passwd: files", "group: files", "hosts: files dns"),
    "resolv.conf": "",
  };
}

function lines(...texts: string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}

function mirrorHostDirectories(root: string): void {
  for (const name of HOST_DIRECTORIES) {
    const stats = fs.lstatSync(path.join("/", name), { throwIfNoEntry: false });
    if (stats?.isSymbolicLink()) fs.symlinkSync(fs.readlinkSync(path.join("/", name)), path.join(root, name));
    else if (stats?.isDirectory()) fs.mkdirSync(path.join(root, name));
  }
  if (fs.existsSync("/etc/alternatives")) fs.mkdirSync(path.join(root, "etc/alternatives"));
}

function copyIfPresent(source: string, target: string): void {
  if (fs.existsSync(source)) fs.copyFileSync(source, target);
}
