import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { findProgram } from "../rehearsal/find-program";

/** Programs the lab runs, by the package of Debian's each comes in. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "apt-ftparchive": "apt-utils",
  dnsmasq: "dnsmasq-base",
  ip: "iproute2",
  iptables: "iptables",
  mmdebstrap: "mmdebstrap",
  nsenter: "util-linux",
  openssl: "openssl",
  "systemd-nspawn": "systemd-container",
};

/** What decides whether a host can have a lab. */
export interface HostFacts {
  /** As in `process.platform`. */
  readonly platform: string;
  /** The caller's user id, undefined where there is none. */
  readonly uid: number | undefined;
  /** Where a program lies, or its name where it is nowhere. */
  readonly find: (program: string) => string;
}

/**
 * Makes sure that this host can have a lab: installs the packages that are missing.
 *
 * @param print takes a line when something is installed
 * @throws Error in one sentence that says why it cannot, and what to do
 */
export function prepareHost(print: (line: string) => void): void {
  const host: HostFacts = { platform: process.platform, uid: process.getuid?.(), find: findProgram };
  requireHost(host);
  raiseLimit(print);
  const missing = missingPackages(host);
  if (missing.length === 0) return;
  print(`installing ${missing.join(", ")}`);
  apt("update", "--quiet", "--quiet");
  apt("install", "--quiet", "--quiet", "--yes", "--no-install-recommends", ...missing);
}

/** All machines share what the kernel allows root; the default is enough for some eight of them. */
const [WATCHES_FILE, WATCHES] = ["/proc/sys/fs/inotify/max_user_instances", 1024];

/** Until the host's next boot. Without it a systemd that gets none waits for ever. */
function raiseLimit(print: (line: string) => void): void {
  if (Number(fs.readFileSync(WATCHES_FILE, "utf8")) >= WATCHES) return;
  print(`setting fs.inotify.max_user_instances to ${WATCHES}, or many machines could not boot side by side`);
  fs.writeFileSync(WATCHES_FILE, String(WATCHES));
}

/**
 * Refuses a host on which no lab can be.
 *
 * @throws Error with the way out
 */
export function requireHost({ platform, uid, find }: HostFacts): void {
  if (platform !== "linux") {
    throw new Error(
      `lab: its machines are booted by systemd-nspawn, got platform ${JSON.stringify(platform)}; ` +
        "run it on Debian, which may be a virtual machine",
    );
  }
  if (uid !== 0) {
    throw new Error(
      `lab: it makes networks and mounts, which root may, got user id ${uid}; run it with sudo`,
    );
  }
  if (!path.isAbsolute(find("apt-get"))) {
    throw new Error(
      "lab: its machines are made of Debian's packages, got no apt-get; run it on Debian, which may be a container " +
        "started with --privileged",
    );
  }
  if (!path.isAbsolute(find("terraform"))) {
    throw new Error(
      "lab: terraform must be on PATH, got none; install it (1.10 or newer), it is in no Debian repository",
    );
  }
}

/** Packages of which a program is missing. */
export function missingPackages({ find }: HostFacts): string[] {
  return Object.entries(PROGRAMS)
    .filter(([program]) => !path.isAbsolute(find(program)))
    .map(([, name]) => name);
}

function apt(...args: string[]): void {
  const { status, stderr } = spawnSync("apt-get", ["-o", "DPkg::Lock::Timeout=300", ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    encoding: "utf8",
  });
  if (status === 0) return;
  throw new Error(
    `lab: 'apt-get ${args[0]}' must succeed, got ${JSON.stringify(stderr.trim())}; mend apt's sources`,
  );
}
