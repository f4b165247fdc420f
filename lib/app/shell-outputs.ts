import type { MesosCluster } from "../mesos/mesos-cluster";

/** Variables the texts are made of; they may be tokens. */
interface ShellVariables {
  readonly sshPort: number;
}

/** The key's path as one word of a shell, whatever it holds; `~/` becomes `$HOME/`, which quotes would keep literal. */
const QUOTED_KEY =
  '${startswith(var.private_key_file, "~/") ? "\\"$HOME\\"" : ""}\'${replace(trimprefix(var.private_key_file, "~"), "\'", "\'\\\\\'\'")}\'';

/** A line that opens a shell on the first master. */
export function sshLine(cluster: MesosCluster, { sshPort }: ShellVariables): string {
  return `ssh -i ${QUOTED_KEY} -p ${sshPort} ${cluster.sshUser}@${cluster.masters[0]?.host}`;
}

/** Lines for `eval`, with the names the guide uses. */
export function shellExports(cluster: MesosCluster, { sshPort }: ShellVariables): string {
  const assignments = [
    `KEY=${QUOTED_KEY}`,
    `SSH_PORT=${sshPort}`,
    `MASTER=${cluster.masters[0]?.host}`,
    ...cluster.agents.map(({ host }, index) => `SLAVE${index}=${host}`),
  ];
  return assignments.map((assignment) => `export ${assignment}`).join("\n");
}
