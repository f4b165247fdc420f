import * as fs from "node:fs";
import * as path from "node:path";
import { bash, ClusterNode } from "./booted-cluster";

/** Where scripts and files of a drill lie on nodes: gone with the next boot. */
const PROBES = "/run/probe";

/** A name that only the resolver of the VPC knows. */
const OUTSIDE = "packages.lab.internal";

const ANCHOR = "anchor";

/** Answers whoever connects. */
const ANSWER = `exec node -e 'require("http").createServer((q, s) => s.end("well")).listen(80)'`;

/** Goes to the other machine and back, by a name, and asks for one from outside. */
const ASK = [
  `curl -sSf --max-time 10 http://${ANCHOR}.mesos-executeinstance.weave.local/`,
  `getent ahostsv4 ${OUTSIDE}`,
].join(" && ");

/** Nodes by what they are in a drill. */
export interface ProbedNodes {
  readonly master: ClusterNode;
  /** The agent tasks come to, as the other is full. */
  readonly free: ClusterNode;
  /** The agent that a task fills. */
  readonly full: ClusterNode;
}

/**
 * Gives nodes what checks of tasks need, and fills one agent with a task, which answers the others.
 *
 * @throws Error when that task does not run
 */
export async function prepareProbes(nodes: readonly ClusterNode[]): Promise<ProbedNodes> {
  const master = nodes.find(({ role }) => role === "master") as ClusterNode;
  const { stdout: secret } = await bash(master, "cat /etc/cdktf-mesos/secrets/launcher-secret");
  const files = {
    ...Object.fromEntries(
      ["run", "ensemble", "name"].map((name) => [
        name,
        fs.readFileSync(path.join(__dirname, "probe", name), "utf8"),
      ]),
    ),
    "task.json": task("probe", ASK, 0.1),
    "anchor.json": task(ANCHOR, ANSWER, 1.95),
  };
  for (const node of nodes) {
    const own = node.role === "master" ? files : { ...files, secret };
    for (const [name, text] of Object.entries(own)) await write(node, name, text);
  }
  await startAnchor(master);
  const [first, second] = nodes.filter(({ role }) => role === "agent") as [ClusterNode, ClusterNode];
  const isFull = await bash(first, `grep -qlzFx -- MESOS_TASK_ID=${ANCHOR} /proc/[0-9]*/environ`);
  return isFull.code === 0 ? { master, free: second, full: first } : { master, free: first, full: second };
}

function write(node: ClusterNode, name: string, text: string) {
  const script = `umask 077; mkdir -p ${PROBES}; printf %s "$2" >"${PROBES}/$1"`;
  return bash(node, script, name, text);
}

/** Waits until a task can ask it. */
async function startAnchor(master: ClusterNode): Promise<void> {
  const script = `
    systemd-run --quiet --unit ${ANCHOR} mesos-execute --master="$(hostname -I | cut -d ' ' -f 1):5050" --checkpoint \\
      --task=file://${PROBES}/anchor.json --principal=launcher --secret=file:///etc/cdktf-mesos/secrets/launcher-secret
    for ((round = 0; round < 20; round++)); do
      if said=$(bash ${PROBES}/run); then exit 0; fi
      sleep 0.5
    done
    echo "$said"
    journalctl --unit ${ANCHOR} --no-pager --lines 20 --output cat
    exit 1`;
  const { code, stdout } = await bash(master, script);
  if (code !== 0) throw new Error(`lab: a task must reach another on the other machine, got ${stdout}`);
}

function task(name: string, command: string, cpus: number): string {
  const scalar = (resource: string, value: number) => ({ name: resource, type: "SCALAR", scalar: { value } });
  return JSON.stringify({
    name,
    task_id: { value: name },
    agent_id: { value: "" },
    resources: [scalar("cpus", cpus), scalar("mem", 64)],
    command: { shell: true, value: command, user: "root" },
    container: {
      type: "MESOS",
      hostname: name,
      mesos: { image: { type: "DOCKER", docker: { name: "redis:4" } } },
      network_infos: [{ name: "weave" }],
    },
  });
}
