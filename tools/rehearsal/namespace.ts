import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** One way to get namespaces for mounts, processes, host name and network: what `unshare` makes and `nsenter` enters. */
export interface NamespaceMode {
  /** What a diagnostic calls it. */
  readonly name: string;
  /** Options of `unshare(1)`. */
  readonly unshare: readonly string[];
  /** Options of `nsenter(1)` besides the target. */
  readonly nsenter: readonly string[];
  /** Options of `nsenter(1)` for who takes only the network of the machine, and keeps the files and processes of the host. */
  readonly network: readonly string[];
}

const ROOT_MODE: NamespaceMode = {
  name: "namespaces as root",
  unshare: ["--mount", "--pid", "--uts", "--net"],
  nsenter: ["--mount", "--pid", "--uts", "--net"],
  network: ["--net"],
};

const USER_MODE: NamespaceMode = {
  name: "user namespaces",
  unshare: ["--user", "--map-root-user", ...ROOT_MODE.unshare],
  nsenter: ["--user", "--preserve-credentials", ...ROOT_MODE.nsenter],
  network: ["--user", "--preserve-credentials", ...ROOT_MODE.network],
};

/** Everything a machine's holder does that a host may forbid; harmless, since the mounts are private. */
const PROBE = [
  "set -e",
  "mount --bind /usr /usr",
  "mount -o remount,bind,ro /usr",
  "mount -t proc proc /proc",
  "mount --bind /dev/null /dev/null",
  "hostname rehearsal-probe",
  "ip link set lo up",
].join("\n");

const WAY_OUT =
  "run as root, allow user namespaces (sysctl user.max_user_namespaces, and on Ubuntu " +
  "kernel.apparmor_restrict_unprivileged_userns=0), or start the container with --privileged";

/**
 * The way in which this host lets machines be isolated, found by doing it.
 *
 * Settings are not consulted: a host may let `unshare` pass and refuse the mounts afterwards.
 *
 * @throws Error in one sentence that names what each way was refused for, and what to do
 * @see https://man7.org/linux/man-pages/man7/user_namespaces.7.html
 */
export async function namespaceMode(): Promise<NamespaceMode> {
  requireLinux(process.platform);

  const refusals: string[] = [];
  for (const mode of modesFor(process.getuid?.())) {
    const refusal = await refusalOf(mode);
    if (refusal === undefined) return mode;
    refusals.push(`${mode.name}: ${JSON.stringify(refusal)}`);
  }
  throw new Error(refusalMessage(refusals));
}

/**
 * Which ways to try, the preferred one first.
 *
 * @param uid the caller's user id, undefined where there is none
 */
export function modesFor(uid: number | undefined): NamespaceMode[] {
  return uid === 0 ? [ROOT_MODE, USER_MODE] : [USER_MODE];
}

/**
 * Refuses any system without Linux namespaces.
 *
 * @param platform as in `process.platform`
 * @throws Error that says so, with the way out
 */
export function requireLinux(platform: string): void {
  if (platform === "linux") return;
  throw new Error(
    `rehearsal: machines are made of Linux namespaces, got platform ${JSON.stringify(platform)}; ` +
      "run it on Linux, in WSL 2 or in a Linux virtual machine",
  );
}

/**
 * The sentence for a host that forbids every way.
 *
 * @param refusals one text for each way that was tried
 */
export function refusalMessage(refusals: readonly string[]): string {
  return `rehearsal: this host does not let a machine be isolated, got ${refusals.join(" and ")}; ${WAY_OUT}`;
}

async function refusalOf(mode: NamespaceMode): Promise<string | undefined> {
  const args = [...mode.unshare, "--fork", "--kill-child", "bash", "-c", PROBE];
  try {
    await promisify(execFile)("unshare", args, { timeout: 10_000, killSignal: "SIGKILL" });
    return undefined;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return (stderr?.trim().split("\n")[0] || message).trim();
  }
}
