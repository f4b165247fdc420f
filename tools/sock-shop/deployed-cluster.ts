import { spawnSync } from "node:child_process";
import * as path from "node:path";

/** What is known of a deployed cluster: how its masters are reached, and where its agents are. */
export interface DeployedCluster {
  readonly user: string;
  readonly masters: readonly string[];
  readonly agents: readonly string[];
  readonly privateKeyFile: string;
  readonly sshPort: string;
  /** Where the host keys of its machines are kept. */
  readonly knownHosts: string;
}

/** As much of what `terraform output -json` prints as we read. */
interface Outputs {
  readonly cluster?: { readonly value: { ssh_user: string; masters: readonly { host: string }[] } };
  readonly agent_addresses?: { readonly value: readonly string[] };
  readonly exports?: { readonly value: string };
}

/**
 * Finds the cluster of a project by the outputs of its stack `mesos`.
 *
 * @throws Error when there is none, with the way out
 */
export function findCluster(project: string): DeployedCluster {
  const stack = path.join(project, "cdktf.out/stacks/mesos");
  const asked = spawnSync("terraform", [`-chdir=${stack}`, "output", "-json"], { encoding: "utf8" });
  const outputs = asked.status === 0 ? (JSON.parse(asked.stdout) as Outputs) : {};
  const { cluster, agent_addresses: agents, exports } = outputs;
  if (cluster === undefined || agents === undefined || exports === undefined) {
    const why = (asked.error?.message ?? asked.stderr).trim().split("\n")[0] || "no outputs";
    throw new Error(
      `the stack mesos must be deployed in ${JSON.stringify(project)}, got ${JSON.stringify(why)}; ` +
        "go to the project's folder, or deploy it",
    );
  }
  const [privateKeyFile = "", sshPort = ""] = shellVariables(exports.value, ["KEY", "SSH_PORT"]);
  return {
    user: cluster.value.ssh_user,
    masters: cluster.value.masters.map(({ host }) => host),
    agents: agents.value,
    privateKeyFile,
    sshPort,
    knownHosts: path.join(project, "cdktf.out/known_hosts"),
  };
}

/** Values of variables that lines for a shell set; only a shell knows what its words mean. */
function shellVariables(lines: string, names: readonly string[]): string[] {
  const script = 'eval "$1"; shift; for name; do printf "%s\\0" "${!name}"; done';
  return spawnSync("bash", ["-c", script, "read", lines, ...names], { encoding: "utf8" }).stdout.split("\0");
}

/** What a master was asked, and which of them answered. */
export interface Answer {
  readonly master: string;
  readonly stdout: string;
}

/**
 * Runs a command on the first master that answers.
 *
 * @throws Error when no master answers or the command fails, with what was said
 */
export function onMaster(cluster: DeployedCluster, command: string): Answer {
  const said: string[] = [];
  for (const master of cluster.masters) {
    const { status, stdout, stderr, error } = spawnSync("ssh", ["-n", ...sshArgs(cluster, master), command], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status === 0) return { master, stdout };
    said.push(`${master}: ${(error?.message ?? stderr).trim()}`);
    // 255 is ssh's own; any other is the command's
    if (status !== 255) break;
  }
  throw new Error(`no master could be asked: ${said.join("; ")}`);
}

/** Arguments of ssh that lead to a master. */
export function sshArgs(
  { user, privateKeyFile, sshPort, knownHosts }: DeployedCluster,
  master: string,
): string[] {
  const options = ["BatchMode=yes", "ConnectTimeout=10", "StrictHostKeyChecking=accept-new"];
  const all = [...options, `UserKnownHostsFile=${knownHosts}`].flatMap((option) => ["-o", option]);
  return ["-i", privateKeyFile, "-p", sshPort, ...all, `${user}@${master}`];
}
