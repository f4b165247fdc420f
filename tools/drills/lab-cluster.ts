import type { Lab } from "../lab";
import type { LabCommandResult, LabMachine } from "../lab/machine";
import { within } from "../lab/within";
import { differences, type MesosState, type MesosTaskState, type Served, served } from "./cluster-state";

/** Longer than any recovery took on a busy machine of two cores: docs/lab.md has what was measured. */
const RECOVERY_SEC = 150;

const STATUS = "/opt/cdktf-mesos/bin/node-status";
const CLUSTER_STATUS = "/opt/cdktf-mesos/bin/cluster-status";

/** Asks a master for its state; one that does not lead answers with a redirect, which is not followed. */
const ASK = `curl -sf --max-time 10 -w '\\n%{http_code}' --config /etc/cdktf-mesos/secrets/curl "http://$1:5050/state"`;

/** Runs a command in the container of a task. */
const IN_CONTAINER = `
pid=$(grep -lzFx -- "MESOS_TASK_ID=$1" /proc/[0-9]*/environ 2>/dev/null | sort -t / -k 3n | tail -n 1 | cut -d / -f 3)
[ -n "$pid" ] || { echo "no process of $1" >&2; exit 99; }
shift
exec nsenter --target "$pid" --mount --net --root --wd -- "$@"`;

/** The machines of a cluster in a lab, by what they do. */
export class LabCluster {
  private before: Served = {};

  constructor(private readonly lab: Lab) {}

  /** The masters, by their names. */
  public get masters(): LabMachine[] {
    return this.machines("master");
  }

  /** The agents, by their names. */
  public get agents(): LabMachine[] {
    return this.machines("agent");
  }

  /** All machines of the cluster. */
  public get all(): LabMachine[] {
    return [...this.masters, ...this.agents];
  }

  /** Takes what runs now for what is declared: it must serve again after each drill. */
  public async remember(): Promise<void> {
    this.before = served((await this.leading()).state);
  }

  /** What must serve, and how often, by service. */
  public get declared(): Served {
    return this.before;
  }

  /**
   * The master that leads, and what it says.
   *
   * @param except a master that is not asked
   * @throws Error unless exactly one of those that run does
   */
  public async leading(except?: LabMachine): Promise<{ master: LabMachine; state: MesosState }> {
    const answers = await Promise.all(
      this.masters.filter((master) => master.running && master !== except).map(stateOf),
    );
    const leading = answers.filter((answer) => answer !== undefined);
    if (leading.length !== 1) throw new Error(`${leading.length} masters lead`);
    return leading[0] as (typeof leading)[0];
  }

  /** Every task that lives, with the machine it runs on. */
  public async tasks(): Promise<(MesosTaskState & { machine: LabMachine })[]> {
    const { slaves, frameworks } = (await this.leading()).state;
    const hosts = new Map(slaves.map(({ id, hostname }) => [id, hostname]));
    return frameworks.flatMap(({ tasks }) =>
      tasks.map((task) => {
        const machine = this.agents.find(({ address }) => address === hosts.get(task.slave_id));
        if (machine === undefined) throw new Error(`task ${task.id} runs on no machine of the lab`);
        return { ...task, machine };
      }),
    );
  }

  /**
   * Waits until every machine that is on is well, one master leads, and exactly what was declared serves.
   *
   * @throws Error with what is not well in time
   */
  public async untilWell(): Promise<void> {
    const running = this.all.filter((machine) => machine.running);
    await Promise.all(running.map(nodeWell));
    if (running.length === this.all.length) await this.clusterWell();
    await this.untilServing();
  }

  /**
   * Waits until one master leads, and exactly what was declared serves.
   *
   * @param except a master that is not asked
   * @throws Error with what does not serve in time
   */
  public async untilServing(except?: LabMachine): Promise<void> {
    await within(RECOVERY_SEC, "all services", async () => {
      const wrong = differences((await this.leading(except)).state, this.before);
      if (wrong.length > 0) throw new Error(wrong.join("; "));
    });
  }

  private async clusterWell(): Promise<void> {
    const counts = [this.agents.length, this.masters.length].map(String);
    const [first] = this.masters;
    if (first !== undefined)
      await mustSucceed(first, CLUSTER_STATUS, "--wait", String(RECOVERY_SEC), ...counts);
  }

  private machines(role: string): LabMachine[] {
    return this.lab
      .machines()
      .filter(({ name }) => name.includes(`-${role}-`))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ id }) => this.lab.machine(id) as LabMachine);
  }
}

/** Runs a script on a machine, as root. */
export function bash(machine: LabMachine, script: string, ...args: string[]): Promise<LabCommandResult> {
  return machine.run(["/bin/bash", "-c", script, "bash", ...args]);
}

/**
 * Runs a command on a machine.
 *
 * @returns what it printed
 * @throws Error with all it said when it fails
 */
export async function mustSucceed(machine: LabMachine, ...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await machine.run(argv);
  if (code !== 0) {
    const said = `${stdout}${stderr}`.trim();
    throw new Error(`${argv.join(" ")} on ${machine.address} must succeed, got exit code ${code}: ${said}`);
  }
  return stdout;
}

/** Runs a command in the container of a task. */
export function inContainer(
  machine: LabMachine,
  task: string,
  ...command: string[]
): Promise<LabCommandResult> {
  return bash(machine, IN_CONTAINER, task, ...command);
}

async function nodeWell(machine: LabMachine): Promise<void> {
  // a machine that has just been switched on lets nobody in yet
  await within(RECOVERY_SEC, `machine ${machine.address}`, async () => {
    await mustSucceed(machine, STATUS, "--wait", "30");
  });
}

async function stateOf(master: LabMachine): Promise<{ master: LabMachine; state: MesosState } | undefined> {
  const { code, stdout } = await bash(master, ASK, master.address);
  const [body = "", status] = stdout.split(/\n(?=\d+$)/);
  return code === 0 && status === "200" ? { master, state: JSON.parse(body) as MesosState } : undefined;
}
