import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SOCK_SHOP_SERVICES } from "../../lib/sock-shop/services";
import { leftBehind } from "../../tools/rehearsal/leftovers";
import { plainText } from "../../tools/rehearsal/deploy-log";
import { RehearsedProject } from "../../tools/rehearsal/rehearsed-project";
import { serviceStatus } from "../../tools/rehearsal/service-status";
import { plans, results } from "./deploy-output";
import { runningTasks, sshConnections } from "./running-tasks";

const SOURCE = join(__dirname, "../..");
const STACKS = ["mesos", "sock-shop"];
const RUN = ["--auto-approve", "--skip-provider-lock", "--terraform-parallelism", "40"];
const MASTER = "sock-shop-master-1";

/** Connections, one for each provisioner: by which a machine joins, by which all are waited for, by which the launcher's files come. */
const [JOIN, READY, LAUNCHER] = [3, 1, 4];

const NOTHING = "0 added, 0 changed, 0 destroyed";

let directory: string;
let project: RehearsedProject;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "cdktf-mesos-cycle-"));
  project = await RehearsedProject.start({ source: SOURCE, directory });
});

afterAll(async () => {
  const footprint = { directory, sshPort: project.rehearsal.sshPort };
  await project.close();
  rmSync(directory, { recursive: true, force: true });
  expect(leftBehind(footprint)).toEqual([]);
});

async function deploy(stacks = STACKS, env: Record<string, string> = {}) {
  return project.cdktf(["deploy", ...stacks, ...RUN], { env });
}

async function destroy(stacks: string[], env: Record<string, string> = {}, ...flags: string[]) {
  return project.cdktf(["destroy", ...stacks, ...RUN, ...flags], { env });
}

async function expectAllRunning(agents = 3) {
  const services = await runningServices();
  expect(services).toEqual(declaredServices(agents));
}

/** Units start again ten seconds after their tasks were moved. */
async function expectAllRunningSoon(agents: number) {
  const declared = declaredServices(agents).join();
  for (let left = 60; left > 0 && (await runningServices()).join() !== declared; left--) await sleep(1_000);
  await expectAllRunning(agents);
}

async function runningServices() {
  const services = await serviceStatus(project.rehearsal);
  return services.map(({ service, state, unit }) => `${service} ${state} ${unit}`).sort();
}

function declaredServices(agents: number) {
  const units = SOCK_SHOP_SERVICES.flatMap(({ name, hostPorts }) =>
    Array.from({ length: hostPorts === undefined ? 1 : agents }, (_, index) => `${name}-${index + 1}`),
  );
  return units.map((unit) => `${unit} TASK_RUNNING active`).sort();
}

/** The one resource of a type whose Terraform name begins so. */
function resource(stack: string, type: string, name: string) {
  const found = project
    .state(stack)
    .resources.filter((one) => one.mode === "managed" && one.type === type && one.name.startsWith(name));
  expect(found).toHaveLength(1);
  return found[0] as (typeof found)[0];
}

function attributes(stack: string, type: string, name: string): Record<string, unknown> {
  return resource(stack, type, name).instances[0]?.attributes ?? {};
}

/** Says something else of the services in the app's code. */
function declareServices(services: string) {
  const file = "lib/app/sock-shop-stack.ts";
  const code = readFileSync(join(SOURCE, file), "utf8");
  const changed = code.replace('new SockShop(this, "SockShop", {', `$& services: ${services},`);
  expect(changed).not.toBe(code);
  writeFileSync(join(project.project, file), changed);
}

function expectEmptyStates() {
  for (const stack of STACKS) expect(project.state(stack).resources).toEqual([]);
  expect(project.provider.cloud.objects()).toEqual([]);
  expect(project.rehearsal.machines()).toEqual([]);
}

describe("the cycle of a deployment", () => {
  it("deploys both stacks, and all services run", async () => {
    const { code, output } = await deploy();

    expect({ code, tail: code === 0 ? "" : output.slice(-4000) }).toEqual({ code: 0, tail: "" });
    await expectAllRunning();
  });

  it("opens at most three connections to a master for each service, and none to an agent that has joined", () => {
    const { [MASTER]: toMaster, ...toAgents } = sshConnections(project.rehearsal);

    const ofItself = JOIN + READY + LAUNCHER;
    expect(toMaster).toBeGreaterThan(ofItself);
    expect(toMaster).toBeLessThanOrEqual(ofItself + 3 * SOCK_SHOP_SERVICES.length);
    expect(Object.values(toAgents)).toEqual([JOIN, JOIN, JOIN]);
  });

  it("finds nothing to do the second time: no connection is opened, every process and framework is the same", async () => {
    const before = {
      connections: sshConnections(project.rehearsal),
      tasks: await runningTasks(project.rehearsal),
    };
    const { code, output } = await deploy();

    expect(code).toBe(0);
    expect(plans(output)).toEqual([]);
    expect(results(output)).toEqual([NOTHING, NOTHING]);
    expect(sshConnections(project.rehearsal)).toEqual(before.connections);
    expect(await runningTasks(project.rehearsal)).toEqual(before.tasks);
  });

  it("notes where the key lies now, and touches no service", async () => {
    const before = {
      connections: sshConnections(project.rehearsal),
      tasks: await runningTasks(project.rehearsal),
    };
    const moved = join(directory, "moved key");
    copyFileSync(project.rehearsal.privateKeyFile, moved);
    const { code, output } = await deploy(STACKS, { TF_VAR_private_key_file: moved });

    expect(code).toBe(0);
    expect(plans(output)).toEqual([
      "1 to add, 3 to change, 1 to destroy",
      `1 to add, ${SOCK_SHOP_SERVICES.length + 1} to change, 1 to destroy`,
    ]);
    expect(sshConnections(project.rehearsal)).toEqual(before.connections);
    expect(await runningTasks(project.rehearsal)).toEqual(before.tasks);
  });

  it("starts again only the service whose image has another tag", async () => {
    const before = await runningTasks(project.rehearsal);
    declareServices('{ payment: { image: "weaveworksdemos/payment:0.4.2" } }');
    const { code, output } = await deploy();

    expect(code).toBe(0);
    expect(plans(output).at(-1)).toBe(`2 to add, ${SOCK_SHOP_SERVICES.length + 1} to change, 2 to destroy`);
    const { "payment-1": payment, ...others } = await runningTasks(project.rehearsal);
    const { "payment-1": old, ...same } = before;
    expect(others).toEqual(same);
    expect(payment?.pid).not.toBe(old?.pid);
    expect(payment?.framework).not.toBe(old?.framework);
  });

  it("stops a service that was taken out of the code, and touches no other", async () => {
    const { "queue-master-1": gone, ...others } = await runningTasks(project.rehearsal);
    declareServices(
      '{ payment: { image: "weaveworksdemos/payment:0.4.2" }, "queue-master": { enabled: false } }',
    );
    const { code, output } = await deploy();

    expect(code).toBe(0);
    expect(plans(output).at(-1)).toBe("0 to add, 0 to change, 2 to destroy");
    expect(gone).toBeDefined();
    expect(await runningTasks(project.rehearsal)).toEqual(others);
  });

  it("takes all of it back with the code", async () => {
    declareServices("{}");

    expect((await deploy()).code).toBe(0);
    await expectAllRunning();
  });

  it.each([
    // a machine, its joining, what empties it before it goes, and the wait for all
    ["4", "4 to add, 0 to change, 1 to destroy", 5, 0],
    ["2", "1 to add, 0 to change, 7 to destroy", 3, 2],
    ["3", "4 to add, 0 to change, 1 to destroy", 4, 0],
  ])(
    "goes to %s agents by touching only those, and the edge router, of which only copies come or go",
    async (count, plan, machines, emptied) => {
      const { code, output } = await deploy(STACKS, { CDKTF_MESOS_AGENT_COUNT: count });

      expect(code).toBe(0);
      expect(plans(output)).toEqual([plan, "1 to add, 0 to change, 1 to destroy"]);
      expect(output).toContain("edge-router-2 runs as declared");
      const moved = /drain-agent: moving the tasks of ([\d.]+) to other agents/g;
      expect(new Set([...plainText(output).matchAll(moved)].map(([, address]) => address)).size).toBe(
        emptied,
      );
      expect(output).not.toContain("giving up");
      expect(output).not.toContain("(local-exec): its tasks end");
      expect(project.rehearsal.machines()).toHaveLength(machines);
      await expectAllRunningSoon(Number(count));
    },
  );

  it("does not follow a new image", async () => {
    process.env.CDKTF_MESOS_TEST_AMI = "ami-0123456789abcdef0";
    const { code, output } = await deploy().finally(() => delete process.env.CDKTF_MESOS_TEST_AMI);

    expect(code).toBe(0);
    expect(plans(output)).toEqual([]);
    expect(results(output)).toEqual([NOTHING, NOTHING]);
  });

  it("does not follow changed user-data", async () => {
    const before = userData();
    appendFileSync(
      join(project.project, "lib/machine/rootfs/common/opt/cdktf-mesos/bin/boot-node"),
      ": changed\n",
    );
    const { code, output } = await deploy();

    expect(code).toBe(0);
    expect(results(output)).toEqual([NOTHING, NOTHING]);
    expect(synthesizedUserData()).not.toBe(before);
    expect(userData()).toBe(before);
  });

  it("keeps a master's interface and address when its machine is replaced, and starts its services again", async () => {
    const address = () => attributes("mesos", "aws_eip", "Cluster_Masters").public_ip;
    const networkInterface = () => attributes("mesos", "aws_network_interface", "Cluster_Masters");
    const machine = () => attributes("mesos", "aws_instance", "Cluster_Masters").id;
    const before = { address: address(), interface: networkInterface(), machine: machine() };
    const name = resource("mesos", "aws_instance", "Cluster_Masters").name;

    const replaced = await project.terraform("mesos", [
      "apply",
      "-input=false",
      "-auto-approve",
      `-replace=aws_instance.${name}`,
    ]);
    expect(replaced.code).toBe(0);
    // the machine, its joining, and the wait for all
    expect(results(replaced.output)).toEqual(["3 added, 0 changed, 3 destroyed"]);
    expect(address()).toBe(before.address);
    expect(networkInterface()).toMatchObject({
      id: before.interface.id,
      private_ip: before.interface.private_ip,
    });
    expect(machine()).not.toBe(before.machine);

    const { code } = await deploy();
    expect(code).toBe(0);
    await expectAllRunning();
  });

  it("destroys sock-shop, then mesos, and leaves nothing", async () => {
    const before = sshConnections(project.rehearsal)[MASTER] ?? 0;
    expect((await destroy(["sock-shop"])).code).toBe(0);
    // one more for the launcher's files
    expect(sshConnections(project.rehearsal)[MASTER]).toBeLessThanOrEqual(
      before + SOCK_SHOP_SERVICES.length + 1,
    );
    expect(await serviceStatus(project.rehearsal)).toEqual([]);
    // the CLI counts sock-shop as depending on mesos also when it is destroyed
    expect((await destroy(["mesos"], {}, "--ignore-missing-stack-dependencies")).code).toBe(0);
    expectEmptyStates();
  });
});

describe("mesos destroyed before sock-shop", () => {
  it("is refused by the CLI unless told to", async () => {
    expect((await deploy()).code).toBe(0);

    const { code, output } = await destroy(["mesos"]);

    expect(code).not.toBe(0);
    expect(output).toContain("--ignore-missing-stack-dependencies");
    await expectAllRunning();
  });

  it("then fails to destroy sock-shop with a hint, and succeeds when told to forget the cluster", async () => {
    expect((await destroy(["mesos"], {}, "--ignore-missing-stack-dependencies")).code).toBe(0);

    const failed = await destroy(["sock-shop"]);
    const said = failed.output.split("\n").map(plainText).join("\n");
    expect(failed.code).not.toBe(0);
    expect(said).toContain("could be reached");
    expect(said).toContain("Is your address in admin_cidrs?");
    expect(said).toContain("CDKTF_MESOS_FORGET_CLUSTER=true");
    expect(project.state("sock-shop").resources).not.toEqual([]);

    expect((await destroy(["sock-shop"], { CDKTF_MESOS_FORGET_CLUSTER: "true" })).code).toBe(0);
    expectEmptyStates();
  });
});

describe("a stack that was made by half", () => {
  it("is destroyed as any other", async () => {
    project.rehearsal.plan({ "user-db": "refused", payment: "refused" });
    const { code, output } = await deploy();
    project.rehearsal.plan({});
    expect(code).not.toBe(0);
    expect(output).toContain("user-db: Mesos refuses the definition");
    const tasks = Object.keys(await runningTasks(project.rehearsal));
    expect(tasks).toContain("carts-1");
    expect(tasks).not.toContain("user-1");

    expect((await destroy(STACKS)).code).toBe(0);
    expectEmptyStates();
  });
});

describe("an interrupted deployment", () => {
  it("by Terraform in the stack's folder loses nothing, and the next deploy completes it", async () => {
    expect((await project.cdktf(["synth"])).code).toBe(0);
    expect((await project.terraform("mesos", ["init", "-input=false"])).code).toBe(0);
    const apply = await interruptAtFirstMachine((options) =>
      project.terraform("mesos", ["apply", "-input=false", "-auto-approve"], options),
    );
    expect(apply.code).not.toBe(0);
    expect(project.orphans(STACKS)).toEqual([]);

    expect((await deploy()).code).toBe(0);
    await expectAllRunning();
    expect((await destroy(STACKS)).code).toBe(0);
    expectEmptyStates();
  });

  it("by Ctrl-C in cdktf may lose the state: machines no state knows are found and named", async () => {
    const deployed = await interruptAtFirstMachine((options) =>
      project.cdktf(["deploy", "mesos", ...RUN], options),
    );
    expect(deployed.code).not.toBe(0);

    const known = project
      .state("mesos")
      .resources.flatMap(({ instances }) => instances.map((one) => one.attributes.id));
    const running = project.rehearsal.machines();
    expect(running.length).toBeGreaterThan(0);
    expect(project.orphans(STACKS)).toEqual(running.filter(({ id }) => !known.includes(id)));
    process.stdout.write(
      `after Ctrl-C in cdktf: ${running.length} machines run, ${project.orphans(STACKS).length} of them in no state\n`,
    );
  });
});

type Interruptible = NonNullable<Parameters<RehearsedProject["cdktf"]>[1]>;

/** Sends SIGINT once the first machine runs. */
async function interruptAtFirstMachine(
  command: (options: Interruptible) => ReturnType<RehearsedProject["cdktf"]>,
): ReturnType<RehearsedProject["cdktf"]> {
  let interrupt: (() => void) | undefined;
  const watch = setInterval(() => {
    if (project.rehearsal.machines().length > 0) interrupt?.();
  }, 20);
  return command({
    onStart: (child) => {
      interrupt = () => {
        interrupt = undefined;
        child.kill("SIGINT");
      };
    },
  }).finally(() => clearInterval(watch));
}

function userData(): unknown {
  return attributes("mesos", "aws_instance", "Cluster_Masters").user_data_base64;
}

function synthesizedUserData(): unknown {
  const file = join(project.project, "cdktf.out/stacks/mesos/cdk.tf.json");
  const stack = JSON.parse(readFileSync(file, "utf8"));
  const [name] = Object.keys(stack.resource.aws_instance).filter((key) => key.startsWith("Cluster_Masters"));
  return stack.resource.aws_instance[name as string].user_data_base64;
}
