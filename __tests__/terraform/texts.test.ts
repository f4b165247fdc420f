import fc from "fast-check";
import { copyFileSync } from "node:fs";
import { join } from "node:path";

import { TerraformStack, TerraformVariable } from "cdktf";

import { MesosTask, type MesosTaskProps } from "../../lib";
import { taskInfo } from "../../lib/mesos/task-info";
import { UpdateStrategy } from "../../lib/mesos/update-strategy";
import { anyText } from "../support/any-text";
import { describeTerraform, type TerraformRun } from "../support/terraform";
import { LoopbackHosts, type LoopbackHost } from "./loopback-hosts";
import { definition, taskArguments, taskEnvironment } from "./running-task";

jest.setTimeout(90_000);

/** Fixed, so that a failure is seen again; it stands in every failure's message. */
const SEED = 20261123;

const NASTIEST = [
  "",
  " ",
  "${",
  "%{",
  "$${",
  "%%{",
  "$$${x}",
  "${var.secret}",
  "%{ if true }yes%{ endif }",
  "${TfToken[",
  "${TfToken[}",
  "TfToken[TOKEN.1]",
  '"',
  '\\"',
  "'",
  "\\",
  "\\\\n",
  "\n",
  "\r",
  "\r\n",
  "\t",
  "\u0001\u001b[31m\u007f",
  "e\u0301 and é",
  "\u212b Å A\u030a",
  "\uac00 \u1100\u1161",
  "\u2028\u2029\ufeff",
  "日本語 🧦 👩‍👩‍👧",
  "</script>&lt;",
  "$(id) `id` $HOME !! ; | & > <",
  "#{TfToken[TOKEN.1]} &{TfToken[TOKEN.1]}",
  "1e5 -1.5e+300 NaN",
  "heredoc\nEOF\nEOT\n",
  "@LAUNCHER_ROOT@ %i %% @@",
  "a=b=c",
  "x".repeat(4000),
];

/** What no process can be given is refused: the unit tests of the task tell how. */
const givable = anyText.filter(
  (text) => !/[\0\p{Surrogate}]/u.test(text) && !/\{TfToken\[[^\]]+\]\}/.test(text),
);
const RANDOM = fc.sample(givable, { seed: SEED, numRuns: 120 });
const TEXTS = [...NASTIEST, ...RANDOM];

const ENVIRONMENT = Object.fromEntries(TEXTS.map((text, index) => [`TEXT_${index}`, text]));
const ARGUMENTS = TEXTS.filter((_, index) => index % 4 === 0 || index < NASTIEST.length);
const SHELL_TEXT = TEXTS.join("\n");

/** A value only Terraform knows. */
const VALUE = 'quotes " and \\ and ${not} %{this}\nlines <&> é 🧦\tend';

const IMAGE = { image: "weaveworksdemos/catalogue-db:0.3.0", startTimeoutSec: 15 };
const TASKS: Record<string, Omit<MesosTaskProps, "cluster" | "taskName">> = {
  "in-environment": { ...IMAGE, command: ["/bin/sleep", "infinity"], environment: ENVIRONMENT },
  "in-arguments": {
    ...IMAGE,
    args: ["/bin/sh", "-c", "sleep infinity; exit", ...ARGUMENTS],
    environment: { MYSQL_ALLOW_EMPTY_PASSWORD: "yes" },
  },
  "in-command": { ...IMAGE, command: ["/bin/sh", "-c", "sleep infinity; exit", ...ARGUMENTS] },
  "in-shell": { ...IMAGE, shellCommand: `sleep infinity; exit\n${SHELL_TEXT}` },
};

describeTerraform("any text", () => {
  let hosts: LoopbackHosts;
  let host: LoopbackHost;
  let applied: TerraformRun;
  const machine = () => host.machine;

  beforeAll(async () => {
    hosts = await LoopbackHosts.start();
    host = await hosts.boot("i-texts");
    const key = join(hosts.directory, "the key's {fi|e} é 🧦;$".replace("$", ""));
    copyFileSync(hosts.rehearsal.privateKeyFile, key);
    hosts.project.synth((app) => {
      const stack = new TerraformStack(app, "texts");
      const value = new TerraformVariable(stack, "value", { type: "string" });
      value.overrideLogicalId("value");
      const cluster = hosts.cluster(stack, { masters: [host], ssh: { privateKeyFile: key } });
      for (const [taskName, props] of Object.entries(TASKS)) {
        new MesosTask(stack, taskName, { cluster, taskName, ...props });
      }
      const environment = { VALUE: value.stringValue, AROUND: `before ${value.stringValue} after` };
      new MesosTask(stack, "of-terraform", {
        cluster,
        taskName: "of-terraform",
        ...TASKS["in-command"],
        environment,
      } as MesosTaskProps);
    });
    applied = await hosts.project.stack("texts").apply("-var", `value=${VALUE}`);
  });
  afterAll(() => hosts.close());

  it("goes through Terraform", () => {
    expect(applied).toMatchObject({ code: 0 });
  });

  it.each(Object.keys(TASKS))("arrives unchanged in the definition: %s", async (taskName) => {
    const { environment = {}, ...props } = TASKS[taskName] as (typeof TASKS)[string];
    const expected = taskInfo(
      {
        taskName,
        environment,
        cpus: 0.2,
        memoryMiB: 256,
        ports: [],
        hostPorts: [],
        labels: {},
        links: [],
        replicas: 1,
        updateStrategy: UpdateStrategy.START_FIRST,
        ...props,
      },
      expect.stringMatching(new RegExp(`^${taskName}-1-\\d{14}$`)) as string,
    );
    const { labels, ...arrived } = await definition(machine(), taskName);

    expect({ seed: SEED, ...arrived, labels: labels.labels.slice(0, 1) }).toEqual({
      seed: SEED,
      ...expected,
      labels: (expected.labels as { labels: object[] }).labels,
    });
  });

  it("is the environment of the process", async () => {
    expect({ seed: SEED, ...(await taskEnvironment(machine(), "in-environment-1")) }).toMatchObject({
      seed: SEED,
      ...ENVIRONMENT,
    });
  });

  it.each(["in-arguments", "in-command"])("is the arguments of the process: %s", async (task) => {
    const given = await taskArguments(machine(), `${task}-1`);

    expect({ seed: SEED, given: given.slice(3) }).toEqual({ seed: SEED, given: ARGUMENTS });
  });

  it("is the text the shell reads", async () => {
    const [, , script] = await taskArguments(machine(), "in-shell-1");

    expect({ seed: SEED, script }).toEqual({ seed: SEED, script: `sleep infinity; exit\n${SHELL_TEXT}` });
  });

  it("of a Terraform value arrives too", async () => {
    expect(await taskEnvironment(machine(), "of-terraform-1")).toMatchObject({
      VALUE,
      AROUND: `before ${VALUE} after`,
    });
  });

  it("of a Terraform value, when it changes, is brought to exactly the tasks that hold it", async () => {
    const { resource_changes: changes } = await hosts.project
      .stack("texts")
      .planJson("-var", `value=${VALUE}!`);
    const changed = (changes as { address: string; change: { actions: string[] } }[])
      .filter(({ change }) => change.actions.join() !== "no-op")
      .map(({ address, change }) => [address.replace(/_[0-9A-F]{8}$/, ""), change.actions]);

    expect(changed).toEqual([["null_resource.of-terraform", ["delete", "create"]]]);
  });
});
