import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import type { MachineFile } from "../../../lib/machine/cloud-config";
import { NODE_SECRETS } from "../../../lib/mesos/node-secrets";
import type { NodeRole } from "../../../lib/mesos/node-user-data";
import { keepLogs } from "../../lab/machine-logs";
import type { Lab, LabCommandResult, LabMachine } from "../../lab";

/** What a cluster is booted from. */
export interface BootedClusterOptions {
  readonly lab: Lab;
  /** Folder of the cdktf project. */
  readonly source: string;
  /** Folder for the synth. */
  readonly directory: string;
  /** Folder for the logs of machines that do not become nodes. */
  readonly logs: string;
  /** `context.artifacts` of cdktf.json. */
  readonly artifacts: unknown;
  readonly agents: number;
  /** Accounts of registries that agents get, as Docker's configuration has them. */
  readonly registryAuth: unknown;
}

/** A machine of a cluster, and what it was told. */
export interface ClusterNode {
  readonly role: NodeRole;
  readonly machine: LabMachine;
  /** Files of its user-data. */
  readonly files: readonly MachineFile[];
}

/** A synthesized instance. */
interface Instance {
  readonly role: NodeRole;
  readonly userData: string;
}

/** Subnets, and the address of the first machine in each. */
const PLACES = {
  master: { subnet: "subnet-1", range: "10.0.0.0/28", first: "10.0.0.4" },
  agent: { subnet: "subnet-2", range: "10.0.16.0/20", first: "10.0.16.4" },
} as const;

const JOIN_SEC = 900;

/**
 * One master and agents, booted by the user-data of a synth and handed their secrets as `Join` does it, without Terraform.
 *
 * @throws Error when a machine does not become a node; its logs are kept
 */
export async function bootCluster(options: BootedClusterOptions): Promise<readonly ClusterNode[]> {
  const { lab, logs } = options;
  for (const { subnet, range } of Object.values(PLACES)) {
    await lab.hooks.created?.("aws_subnet", { id: subnet, cidr_block: range });
  }
  const nodes = await Promise.all(synthesize(options).map((instance, index) => boot(lab, instance, index)));
  const secret = randomBytes(32).toString("hex");
  await Promise.all(nodes.map((node) => join(node, secrets(node.role, secret, options.registryAuth), logs)));
  return nodes;
}

/** Runs a script of bash on a node. */
export function bash({ machine }: ClusterNode, script: string, ...args: string[]): Promise<LabCommandResult> {
  return machine.run(["/bin/bash", "-c", script, "bash", ...args]);
}

/** The user-data of the stack's instances, the master's first. */
function synthesize({ source, directory, artifacts, agents }: BootedClusterOptions): readonly Instance[] {
  const out = path.join(directory, "cdktf.out");
  execFileSync(process.execPath, ["--require", "tsx/cjs", "main.ts"], {
    cwd: source,
    env: {
      PATH: process.env.PATH,
      CDKTF_OUTDIR: out,
      CDKTF_CONTEXT_JSON: JSON.stringify({ artifacts }),
      CDKTF_MESOS_MASTER_COUNT: "1",
      CDKTF_MESOS_AGENT_COUNT: String(agents),
    },
  });
  const stack = JSON.parse(fs.readFileSync(path.join(out, "stacks/mesos/cdk.tf.json"), "utf8")) as {
    readonly resource: { readonly aws_instance: Readonly<Record<string, { user_data_base64: string }>> };
    readonly locals?: Readonly<Record<string, string>>;
  };
  const literal = (value: string) => stack.locals?.[/^\$\{local\.(\w+)\}$/.exec(value)?.[1] ?? ""] ?? value;
  return Object.values(stack.resource.aws_instance)
    .map(({ user_data_base64: value }) => ({ userData: literal(value) }))
    .map((instance) => ({ ...instance, role: roleOf(instance.userData) }))
    .sort((one, other) => (one.role < other.role ? 1 : -1));
}

function roleOf(userData: string): NodeRole {
  const env = filesOf(userData).find(({ path: file }) => file.endsWith("/node.env"));
  return env?.content.includes('NODE_ROLE="master"') ? "master" : "agent";
}

function filesOf(userData: string): readonly MachineFile[] {
  const text = gunzipSync(Buffer.from(userData, "base64")).toString();
  const { write_files: files } = JSON.parse(text.replace("#cloud-config", "")) as {
    write_files: { path: string; permissions: string; content: string }[];
  };
  return files.map(({ path: file, permissions: mode, content }) => ({ path: file, mode, content }));
}

async function boot(lab: Lab, { role, userData }: Instance, index: number): Promise<ClusterNode> {
  const { subnet, first } = PLACES[role];
  const id = `i-${String(index).padStart(17, "0")}`;
  const octets = first.split(".").map(Number);
  const address = [...octets.slice(0, 3), (octets[3] as number) + index].join(".");
  await lab.hooks.created?.("aws_instance", {
    id,
    ami: "ami-1",
    availability_zone: "eu-west-1a",
    instance_type: role === "master" ? "t3.small" : "t3.large",
    private_dns: `ip-${address.replaceAll(".", "-")}.eu-west-1.compute.internal`,
    private_ip: address,
    subnet_id: subnet,
    tags: { Name: `${role}-${index}` },
    user_data_base64: userData,
  });
  return { role, machine: lab.machine(id) as LabMachine, files: filesOf(userData) };
}

/** The lines a node is handed. */
function secrets(role: NodeRole, secret: string, registryAuth: unknown): string {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const own = NODE_SECRETS.filter(({ roles }) => roles.includes(role));
  const lines = own.map(({ name, purpose }) => `${name}="${hash(`${purpose}:${secret}`)}"`);
  const auth = Buffer.from(JSON.stringify(registryAuth)).toString("base64");
  return [...lines, ...(role === "agent" ? [`REGISTRY_AUTH_JSON="${auth}"`] : [])].join("\n");
}

/**
 * Hands a machine its secrets once it has booted, and waits until it is a node.
 *
 * @param handed the lines it is handed
 * @throws Error when it does not become one; its logs are kept
 */
export async function join(node: ClusterNode, handed: string, logs: string): Promise<void> {
  const script = `
    set -e
    timeout ${JOIN_SEC} cloud-init status --wait >/dev/null || [ $? -ne 1 ]
    umask 077
    printf '%s\\n' "$1" >/run/join.env
    cp /run/join.env /run/handed.env
    /opt/cdktf-mesos/bin/join-node /run/join.env
    /opt/cdktf-mesos/bin/node-status --wait ${JOIN_SEC}`;
  const { code, stdout, stderr } = await bash(node, script, handed);
  if (code === 0) return;
  await keepLogs(node.machine, path.join(logs, node.machine.id));
  throw new Error(`lab: machine ${node.machine.id} must become a node, got ${stdout}${stderr}`);
}
