import * as path from "node:path";
import { SOCK_SHOP_SERVICES } from "../../lib/sock-shop/services";
import { type Lab, type LabMachine, startLab } from "../../tools/lab";
import { prepareCache } from "../../tools/lab/cache";
import { prepareHost } from "../../tools/lab/host";
import { labLeftovers } from "../../tools/lab/leftovers";
import { keepLogs } from "../../tools/lab/machine-logs";
import { standInArtifacts } from "../../tools/lab/stand-in-artifacts";
import { RehearsedProject } from "../../tools/rehearsal/rehearsed-project";
import { temporaryDirectory } from "../rehearsal/support";

const SOURCE = path.join(__dirname, "../..");
const STACKS = ["mesos", "sock-shop"];
const SETTINGS = { CDKTF_MESOS_MASTER_COUNT: "1", CDKTF_MESOS_AGENT_COUNT: "2" };
const RUN = ["--auto-approve", "--skip-provider-lock", "--terraform-parallelism", "40"];
const LOGS = path.join(SOURCE, ".lab/logs");

/** Longer than any recovery took on a busy machine of two cores: docs/lab.md has what was measured. */
const RECOVERY_SEC = 120;

/** Runs a command in the container of a task, wherever on the machine that is. */
const IN_CONTAINER = `
pid=$(grep -lzEx -- "MESOS_TASK_ID=$1-[0-9]+-[0-9]{14}" /proc/[0-9]*/environ 2>/dev/null | sort -t / -k 3n | tail -n 1 | cut -d / -f 3)
[ -n "$pid" ] || exit 99
shift
exec nsenter --target "$pid" --mount --net --root --wd -- "$@"`;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

describe("a cluster on machines that boot", () => {
  const { directory, remove } = temporaryDirectory();
  let project: RehearsedProject<Lab>;
  let deployed: { code: number; output: string };

  beforeAll(async () => {
    prepareHost(say);
    const cached = await prepareCache(say);
    const { artifacts, routes } = await standInArtifacts(path.join(directory, "artifacts"));
    const lab = await startLab({ directory: path.join(directory, "lab"), artifacts, ...cached });
    const context = { artifacts: routes };
    project = await RehearsedProject.deployTo(lab, {
      source: SOURCE,
      directory: path.join(directory, "lab"),
      context,
    });
    deployed = await cdktf("deploy");
  }, 1_800_000);

  afterAll(async () => {
    await project.close();
    const footprint = { directory: path.join(directory, "lab"), sshPort: project.rehearsal.sshPort };
    remove();
    expect(labLeftovers(footprint)).toEqual([]);
  }, 120_000);

  function cdktf(verb: "deploy" | "destroy") {
    return project.cdktf([verb, ...STACKS, ...RUN], { env: SETTINGS });
  }

  function machines(role: string): LabMachine[] {
    return project.rehearsal
      .machines()
      .filter(({ name }) => name.includes(role))
      .map(({ id }) => project.rehearsal.machine(id) as LabMachine);
  }

  const all = () => machines("sock-shop");
  const master = () => machines("master")[0] as LabMachine;

  async function bash(machine: LabMachine, script: string, ...args: string[]) {
    return machine.run(["/bin/bash", "-c", script, "bash", ...args]);
  }

  /** Runs a command in a task's container. */
  async function inContainer(task: string, ...command: string[]) {
    for (const machine of machines("agent")) {
      const result = await bash(machine, IN_CONTAINER, task, ...command);
      if (result.code !== 99) return { ...result, machine: machine.id };
    }
    throw new Error(`no machine has a container of ${task}`);
  }

  async function expectWell(machine: LabMachine): Promise<void> {
    const { code, stdout, stderr } = await bash(
      machine,
      `timeout ${RECOVERY_SEC + 30} /opt/cdktf-mesos/bin/node-status --wait ${RECOVERY_SEC}`,
    );
    if (code !== 0) await keepLogs(machine, path.join(LOGS, machine.id));
    expect({ code, said: code === 0 ? "" : `${stdout}${stderr}` }).toEqual({ code: 0, said: "" });
  }

  async function expectAllWell(): Promise<void> {
    await Promise.all(all().map(expectWell));
  }

  /** Waits until every service runs and is well, as the master says it. */
  async function expectServicesWell(): Promise<void> {
    const script = `
      for ((round = 0; round < ${RECOVERY_SEC}; round++)); do
        ill=$(/opt/cdktf-mesos/launcher/bin/status |
          jq -r '.[] | select([.mesos[] | select(.connected and .state == "TASK_RUNNING" and .healthy)] | length != 1) | .task')
        [[ -n $ill ]] || exit 0
        sleep 1
      done
      echo "$ill"
      exit 1`;
    expect(await bash(master(), script)).toMatchObject({ code: 0, stdout: "" });
  }

  it("comes up with all of Sock Shop, each machine and each service well", async () => {
    const { code, output } = deployed;
    if (code !== 0) for (const machine of all()) await keepLogs(machine, path.join(LOGS, machine.id));

    expect({ code, tail: code === 0 ? "" : output.slice(-4000) }).toEqual({ code: 0, tail: "" });
    await expectAllWell();
    await expectServicesWell();
  });

  it("has containers on both machines, which reach each other by name both ways", async () => {
    const overlay = SOCK_SHOP_SERVICES.filter(({ hostPorts }) => hostPorts === undefined);
    const homes = new Map<string, string>();
    for (const { name } of overlay) homes.set(name, (await inContainer(name, "true")).machine);
    expect(new Set(homes.values()).size).toBe(2);

    const http = overlay.filter(({ ports = [] }) => [80, 8079].includes(ports[0] as number));
    const pairs = http.flatMap((from) => http.map((to) => [from, to] as const));
    const across = pairs.filter(([from, to]) => homes.get(from.name) !== homes.get(to.name));
    expect(new Set(across.map(([from]) => homes.get(from.name))).size).toBe(2);
    for (const [from, to] of across) {
      const url = `http://${to.name}.mesos-executeinstance.weave.local:${to.ports?.[0]}/`;
      expect(await inContainer(from.name, "curl", "-sSf", "--max-time", "10", url)).toMatchObject({
        code: 0,
        stdout: "well\n",
      });
    }
  });

  it("finds names without their domain too, inside a container, and none that is not there", async () => {
    expect(await inContainer("orders", "getent", "ahostsv4", "catalogue")).toMatchObject({ code: 0 });
    expect(await inContainer("orders", "getent", "ahostsv4", "nobody")).toMatchObject({ code: 2 });
  });

  it.each(["5050/state", "5050/api/v1", "5050/teardown"])(
    "answers nobody without a password: %s",
    async (where) => {
      const ask = 'curl -s -o /dev/null -w "%{http_code}" -X POST -d x "http://10.0.0.4:$1"';

      expect((await bash(master(), ask, where)).stdout).toBe("401");
    },
  );

  it("changes nothing when a machine's boot command runs again", async () => {
    const look = `
      find /etc /opt/cdktf-mesos /var/lib/cdktf-mesos -xdev -type f ! -path '/var/lib/cdktf-mesos/verdict.json' \\
        -exec sha256sum {} + | sort -k 2 | sha256sum
      for unit in docker weave zookeeper mesos-master mesos-dns mesos-agent; do
        systemctl show --property=Id,ExecMainStartTimestampMonotonic "$unit"
      done`;
    for (const machine of all()) {
      const before = await bash(machine, look);

      expect(await bash(machine, "/opt/cdktf-mesos/bin/boot-node >/dev/null 2>&1")).toMatchObject({
        code: 0,
      });
      expect((await bash(machine, look)).stdout).toBe(before.stdout);
    }
  });

  it.each([
    ["master", "mesos-master"],
    ["master", "zookeeper"],
    ["master", "weave"],
    ["agent", "mesos-agent"],
    ["agent", "mesos-dns"],
    ["agent", "weave"],
  ])("recovers when on a %s the process of %s is killed", async (role, unit) => {
    const machine = machines(role)[0] as LabMachine;
    const start = `systemctl show --property=MainPID --value ${unit}`;
    const before = (await bash(machine, start)).stdout;
    expect(Number(before)).toBeGreaterThan(0);

    expect(await bash(machine, `systemctl kill --signal=SIGKILL --kill-whom=main ${unit}`)).toMatchObject({
      code: 0,
    });
    await expectWell(machine);

    expect((await bash(machine, start)).stdout).not.toBe(before);
    await expectAllWell();
    await expectServicesWell();
  });

  it.each(["agent", "master"])("comes back by itself when a machine loses its power: %s", async (role) => {
    const machine = machines(role)[0] as LabMachine;

    await machine.pullPlug();
    await machine.switchOn();

    await expectAllWell();
    await expectServicesWell();
  });

  it("comes back by itself when all machines lose their power at once", async () => {
    await Promise.all(all().map((machine) => machine.pullPlug()));
    await Promise.all(all().map((machine) => machine.switchOn()));

    await expectAllWell();
    await expectServicesWell();
  });

  it("is destroyed, and nothing is left", async () => {
    const { code, output } = await cdktf("destroy");

    expect({ code, tail: code === 0 ? "" : output.slice(-4000) }).toEqual({ code: 0, tail: "" });
    for (const stack of STACKS) expect(project.state(stack).resources).toEqual([]);
    expect(project.rehearsal.machines()).toEqual([]);
  });
});
