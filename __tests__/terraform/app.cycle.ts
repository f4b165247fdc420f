import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { NODE_SECRETS } from "../../lib/mesos/node-secrets";
import type { NodeRole } from "../../lib/mesos/node-user-data";
import { sha256 } from "../../lib/private/hash";
import { SOCK_SHOP_SERVICES } from "../../lib/sock-shop/services";
import { startRehearsal, type Rehearsal } from "../../tools/rehearsal";
import type { Machine } from "../../tools/rehearsal/machine";
import { deployEvent } from "../../tools/rehearsal/deploy-log";
import { serviceStatus } from "../../tools/rehearsal/service-status";
import {
  describeTerraform,
  StackFolder,
  type TerraformProject,
  terraformProject,
} from "../support/terraform";
import { setVariables, synthApp } from "./app-project";
import { filesWith } from "./contents";
import { bash, taskPid } from "./running-task";

jest.setTimeout(90_000);

const ACCESS_KEY = "AKIACANARYFORACCESS1";
const SECRET_KEY = "canary/for+the/secret+access+key+abcdefg";
/** Every copy of every service, on two agents. */
const UNITS = SOCK_SHOP_SERVICES.flatMap(({ name, hostPorts }) =>
  hostPorts === undefined ? [`${name}-1`] : [`${name}-1`, `${name}-2`],
).sort();
const CLUSTER_SECRET = "canary for the secret of the cluster";

/** A cluster's passwords, as everybody computes them who knows its secret. */
function passwords(secret: string, role?: NodeRole): string[] {
  return NODE_SECRETS.filter(({ roles }) => role === undefined || roles.includes(role)).map(({ purpose }) =>
    sha256(`${purpose}:${secret}`),
  );
}

/** Checksum of what a machine is handed. */
function handedChecksum(role: NodeRole, secret: string): string {
  const names = NODE_SECRETS.filter(({ roles }) => roles.includes(role)).map(({ name }) => name);
  const values = passwords(secret, role);
  return sha256(names.map((name, index) => `${name}="${values[index]}"\n`).join(""));
}

describeTerraform("the app, with keys of an account and a secret", () => {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-mesos-app-"));
  let rehearsal: Rehearsal;
  let project: TerraformProject;
  const stacks = {} as { mesos: StackFolder; shop: StackFolder };
  let printed = "";

  beforeAll(async () => {
    rehearsal = await startRehearsal({ directory: join(directory, "rehearsal") });
    project = await terraformProject(rehearsal.hooks);
    synthApp(project, { CDKTF_MESOS_AGENT_COUNT: "2" });
    setVariables(project, {
      private_key_file: "~/rehearsal/id_ed25519",
      aws_key_name: "demo",
      admin_cidrs: ["127.0.0.0/8"],
      ssh_port: rehearsal.sshPort,
    });
    mkdirSync(join(directory, "tmp"));
    stacks.mesos = withKeys("mesos");
    stacks.shop = withKeys("sock-shop");
  });
  afterAll(async () => {
    await project.close();
    await rehearsal.close();
    rmSync(directory, { recursive: true });
  });

  function withKeys(stack: string): StackFolder {
    return new StackFolder(project.stack(stack).directory, {
      ...process.env,
      ...project.provider.env,
      HOME: directory,
      TF_CLI_CONFIG_FILE: join(project.directory, "terraform.rc"),
      TF_LOG: "",
      // Terraform writes there what it uploads
      TMPDIR: join(directory, "tmp"),
      TF_VAR_access_key: ACCESS_KEY,
      TF_VAR_secret_key: SECRET_KEY,
      TF_VAR_cluster_secret: CLUSTER_SECRET,
    });
  }

  async function run(stack: StackFolder, command: "plan" | "apply" | "destroy", ...args: string[]) {
    const run = await stack[command](...args);
    printed += run.output;
    return run;
  }

  async function savePlan(stack: StackFolder): Promise<void> {
    const json = JSON.stringify(await stack.planJson());
    writeFileSync(join(stack.directory, "plan.json"), json);
  }

  function machine(part: string): Machine {
    const id = rehearsal.machines().find(({ name }) => name === `sock-shop-${part}`)?.id ?? "";
    return rehearsal.machine(id) as Machine;
  }

  const master = () => machine("master-1");

  /** Process ids of all tasks, wherever Mesos put them; an empty text where none runs. */
  const pids = () =>
    Promise.all(
      UNITS.map(async (task) =>
        (await Promise.all(["agent-1", "agent-2"].map((agent) => taskPid(machine(agent), task)))).join(""),
      ),
    );

  /** What the cluster's passwords are derived from where there is no secret of its own. */
  const secretOfKey = () => sha256(`${readFileSync(rehearsal.privateKeyFile, "utf8")}sock-shop`);

  function expectNoCanary(): void {
    const secrets = [CLUSTER_SECRET, secretOfKey()];
    const canaries = [ACCESS_KEY, SECRET_KEY, ...secrets, ...secrets.flatMap((secret) => passwords(secret))];
    for (const folder of [directory, project.directory]) {
      for (const canary of canaries) expect(filesWith(folder, canary)).toEqual([]);
    }
    for (const canary of canaries) expect(printed).not.toContain(canary);
  }

  /** Checksum of what a machine has been handed. */
  const handed = (part: string) => bash(machine(part), "cat /etc/cdktf-mesos/secrets/joined");

  it("makes the cluster", async () => {
    await savePlan(stacks.mesos);

    expect(await run(stacks.mesos, "apply")).toMatchObject({ code: 0 });
    expect(
      rehearsal
        .machines()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["sock-shop-agent-1", "sock-shop-agent-2", "sock-shop-master-1"]);
  });

  it("has handed each machine the passwords of its role", async () => {
    const [master = "", agent = ""] = (["master", "agent"] as const).map((role) =>
      handedChecksum(role, CLUSTER_SECRET),
    );

    expect(await Promise.all(["master-1", "agent-1", "agent-2"].map(handed))).toEqual(
      [master, agent, agent].map((checksum) => `${checksum}\n`),
    );
  });

  it("hands a machine that shall join again passwords of the private key, where there is no secret", async () => {
    const addresses = Object.keys(await stacks.mesos.resources());
    const address = addresses.find((name) => name.startsWith("null_resource.Cluster_Join_Agent2_"));

    expect(await run(stacks.mesos, "apply", `-replace=${address}`, "-var", "cluster_secret=")).toMatchObject({
      code: 0,
      output: expect.stringContaining("1 added, 0 changed, 1 destroyed"),
    });
    expect(await handed("agent-2")).toBe(`${handedChecksum("agent", secretOfKey())}\n`);
    expect(await handed("agent-1")).toBe(`${handedChecksum("agent", CLUSTER_SECRET)}\n`);
  });

  it("says what a master lacks", async () => {
    const program = "/usr/local/bin/mesos-execute";
    await bash(master(), 'mv "$1" "$1.away"', program);
    await savePlan(stacks.shop);

    const { code, output } = await run(stacks.shop, "apply");

    await bash(master(), 'mv "$1.away" "$1"', program);
    expect({ code, output }).toMatchObject({
      code: 1,
      output: expect.stringContaining("install-launcher: this host lacks: mesos-execute; a launcher needs"),
    });
    expect(await serviceStatus(rehearsal)).toEqual([]);
  });

  it("goes on from there: the database first, then the catalogue", async () => {
    const { code, output } = await run(stacks.shop, "apply");

    expect({ code, output }).toMatchObject({ code: 0 });
    const events = output.split("\n").map(deployEvent);
    const stable = events.findIndex(
      (event) =>
        event?.kind === "output" && event.text.endsWith("catalogue-db has been TASK_RUNNING for 5 s"),
    );
    const begun = events.findIndex(
      (event) =>
        event?.kind === "resource" && event.verb === "creating" && /SockShop_Catalogue_/.test(event.resource),
    );
    expect([stable > 0, begun > stable]).toEqual([true, true]);
    const status = await serviceStatus(rehearsal);
    expect(status.sort((a, b) => (a.service < b.service ? -1 : 1))).toEqual(
      UNITS.map((service) => ({
        service,
        state: "TASK_RUNNING",
        unit: "active",
        launcher: "sock-shop-master-1",
        agent: expect.stringMatching(/^sock-shop-agent-[12]$/),
      })),
    );
    const routers = status.filter(({ service }) => service.startsWith("edge-router-"));
    expect(routers.map(({ agent }) => agent).sort()).toEqual(["sock-shop-agent-1", "sock-shop-agent-2"]);
  });

  it("has nothing to do a second time", async () => {
    expect(await run(stacks.mesos, "plan", "-detailed-exitcode")).toMatchObject({ code: 0 });
    expect(await run(stacks.shop, "plan", "-detailed-exitcode")).toMatchObject({ code: 0 });
  });

  it("looks after all services when told to repair, and leaves them alone where all is well", async () => {
    const before = await pids();

    const { code, output } = await run(stacks.shop, "apply", "-var", "repair=x");

    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining("15 added, 0 changed, 15 destroyed"),
    });
    for (const service of UNITS) expect(output).toContain(`: ${service} runs as declared`);
    expect(before).toEqual(UNITS.map(() => expect.stringMatching(/^\d+$/)));
    expect(await pids()).toEqual(before);
  });

  it("has written keys and secrets nowhere, while all of it exists", async () => {
    // what is looked for is found where it is
    expect(filesWith(project.directory, "sock-shop-master-1").length).toBeGreaterThan(3);
    expect(readFileSync(join(stacks.mesos.directory, "cdk.tf.json"), "utf8")).toContain("var.secret_key");
    expect(filesWith(directory, handedChecksum("master", CLUSTER_SECRET))).toHaveLength(1);
    expectNoCanary();
  });

  it("has written the private key nowhere but in its own file", () => {
    // the lines before are the same in every key
    const [, , , line = ""] = readFileSync(rehearsal.privateKeyFile, "utf8").split("\n");
    expect(line).toMatch(/^[\w+/=]{30}/);

    expect(filesWith(directory, line)).toEqual([rehearsal.privateKeyFile]);
    expect(filesWith(project.directory, line)).toEqual([]);
    expect(printed).not.toContain(line);
  });

  it("is destroyed without a trace of them", async () => {
    expect(await run(stacks.shop, "destroy")).toMatchObject({ code: 0 });
    expect(await serviceStatus(rehearsal)).toEqual([]);
    expect(await pids()).toEqual(UNITS.map(() => ""));

    expect(await run(stacks.mesos, "destroy")).toMatchObject({ code: 0 });
    expect(rehearsal.machines()).toEqual([]);
    expect(project.cloud.objects()).toEqual([]);
    expectNoCanary();
  });
});
