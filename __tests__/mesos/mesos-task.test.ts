import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { TerraformVariable, Token } from "cdktf";

import type { MesosClusterAttributes } from "../../lib/mesos/imported-cluster";
import { MesosTask, type MesosTaskProps } from "../../lib/mesos/mesos-task";
import { UpdateStrategy } from "../../lib/mesos/update-strategy";
import { sha256 } from "../../lib/private/hash";
import { importedCluster, testCluster, testStack } from "../support/stacks";
import { type Block, resourcesById } from "../support/template";
import { readTemplate } from "../support/terraform-template";

type TaskProps = Partial<MesosTaskProps>;

function reconcile(props: TaskProps = {}, attributes: Partial<MesosClusterAttributes> = {}): Block {
  const stack = testStack();
  const cluster = importedCluster(stack, attributes);
  new MesosTask(stack, "Web", { cluster, taskName: "web", image: "nginx:1.27", ...props });
  return resourcesById(stack, NullResource).Web_3C8945DB;
}

function definition(resource: Block): string {
  return resource.provisioner[0].file.content;
}

function info(props: TaskProps): Block {
  return JSON.parse(readTemplate(definition(reconcile(props))));
}

function refusal(props: TaskProps): unknown {
  try {
    reconcile(props);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

function token(): string {
  return new TerraformVariable(testStack(), "value", { type: "string" }).stringValue;
}

const GENERATION = '${formatdate("YYYYMMDDhhmmss", plantimestamp())}';

/** The commands that the first launcher runs last. */
function lastCommands(resource: Block): string[] {
  return resource.provisioner.at(-1)["remote-exec"].inline;
}

describe("MesosTask", () => {
  it("brings its definition to every launcher, then has each want it, and waits at the first one", () => {
    const resource = reconcile();
    const connection = (number: number) => ({
      type: "ssh",
      host: `198.51.100.${number}`,
      user: "admin",
      port: 22,
      private_key: '${file(pathexpand("/keys/demo"))}',
      timeout: "900s",
    });
    const file = { content: expect.any(String), destination: ".cdktf-mesos/web.json" };
    const install =
      'sudo /opt/cdktf-mesos/launcher/bin/install-service web "$HOME/.cdktf-mesos/web.json" ${self.triggers.generation}';
    const wait = "sudo /opt/cdktf-mesos/launcher/bin/wait-service web 600";
    const waitIfLeading = "sudo /opt/cdktf-mesos/launcher/bin/if-leading wait-service web 600";

    expect(resource).toEqual({
      triggers: {
        definition: sha256(definition(resource)),
        master_1: "i-1",
        master_2: "i-2",
        repair: "",
        generation: GENERATION,
      },
      lifecycle: { ignore_changes: ['triggers["generation"]'] },
      depends_on: [
        expect.stringContaining("terraform_data.Cluster_Launcher_Teardown_Services_"),
        expect.stringContaining("null_resource.Cluster_Launcher_Master1_"),
        expect.stringContaining("null_resource.Cluster_Launcher_Master2_"),
      ],
      provisioner: [
        { file: { ...file, connection: connection(1) } },
        { file: { ...file, connection: connection(2) } },
        { "remote-exec": { connection: connection(1), inline: ["set -e", install] } },
        { "remote-exec": { connection: connection(2), inline: ["set -e", install] } },
        { "remote-exec": { connection: connection(2), inline: ["set -e", waitIfLeading] } },
        { "remote-exec": { connection: connection(1), inline: ["set -e", wait] } },
      ],
    });
    expect(resource.provisioner[1].file.content).toBe(definition(resource));
  });

  it("needs two connections to a single launcher", () => {
    const { provisioner } = reconcile({}, { masters: [{ host: "198.51.100.1" }] });

    expect(provisioner).toHaveLength(2);
    expect(provisioner[1]["remote-exec"].inline).toEqual([
      "set -e",
      expect.stringContaining("/install-service web "),
      expect.stringContaining("/wait-service web "),
    ]);
  });

  it("is brought to every master of a cluster of ours", () => {
    const stack = testStack();
    const cluster = testCluster(stack, { masterCount: 3 });
    new MesosTask(stack, "Web", { cluster, taskName: "web", image: "nginx" });
    const { provisioner, triggers } = resourcesById(stack, NullResource).Web_3C8945DB;

    expect(provisioner.map((one: Block) => (one.file ?? one["remote-exec"]).connection.host)).toEqual(
      [1, 2, 3, 1, 2, 3, 2, 3, 1].map((number) =>
        expect.stringMatching(
          new RegExp(`^\\$\\{aws_eip\\.Cluster_Masters_Master${number}_Address_.*\\.public_ip\\}$`),
        ),
      ),
    );
    expect(triggers).toMatchObject({
      master_1: "${aws_instance.Cluster_Masters_Master1_Machine_F7169687.id}",
      master_3: "${aws_instance.Cluster_Masters_Master3_Machine_7EA3AA29.id}",
    });
  });

  it("has defaults", () => {
    expect(info({})).toMatchObject({
      name: "web",
      resources: [
        { name: "cpus", scalar: { value: 0.2 } },
        { name: "mem", scalar: { value: 256 } },
      ],
      command: { shell: false, environment: { variables: [] } },
      container: { hostname: "web", network_infos: [{ name: "weave" }] },
      discovery: { ports: { ports: [] } },
    });
  });

  it("is what its props say", () => {
    const props = {
      command: ["/app", "${x}"],
      environment: { A: 'a "b"' },
      cpus: 1.5,
      memoryMiB: 32,
      ports: [80, 65535],
      startTimeoutSec: 1,
    };

    expect(info(props)).toMatchObject({
      resources: [{ scalar: { value: 1.5 } }, { scalar: { value: 32 } }],
      command: {
        value: "/app",
        arguments: ["/app", "${x}"],
        environment: { variables: [{ name: "A", value: 'a "b"' }] },
      },
      discovery: { ports: { ports: [{ number: 80 }, { number: 65535 }] } },
    });
    expect(lastCommands(reconcile(props)).at(-1)).toMatch(/ 1$/);
  });

  it("may take as long to start as only Terraform knows", () => {
    const resource = reconcile({ startTimeoutSec: Token.asNumber(token()) });

    expect(lastCommands(resource).at(-1)).toMatch(/ \$\{var\.value\}$/);
    expect(resource.triggers).toEqual(reconcile().triggers);
  });

  it("takes the launcher's directory from its cluster", () => {
    const [, ...commands] = lastCommands(reconcile({}, { directory: "/srv/m" }));

    expect(commands.every((command) => command.startsWith("sudo /srv/m/launcher/bin/"))).toBe(true);
  });

  it("has a definition for each copy, one a line, which differ in their ids", () => {
    const resource = reconcile({ replicas: 3 });
    const copies = definition(resource)
      .split("\n")
      .map((line) => JSON.parse(readTemplate(line)));

    expect(copies.map(({ name, task_id }) => [name, task_id.value])).toEqual([
      ["web", "web-1"],
      ["web", "web-2"],
      ["web", "web-3"],
    ]);
    expect(copies.map((copy) => ({ ...copy, task_id: "" }))).toEqual(
      copies.map(() => ({ ...copies[0], task_id: "" })),
    );
    expect(resource.triggers).toMatchObject({ definition: sha256(definition(resource)) });
  });

  it("starts after the tasks it says, declared before or after it", () => {
    const stack = testStack();
    const cluster = importedCluster(stack);
    const db = new MesosTask(stack, "Db", { cluster, taskName: "db", image: "mysql", ports: [3306] });
    const links = [
      { taskName: db.taskName, port: 3306, startAfter: true },
      { taskName: "queue", port: 5672, startAfter: true },
      { taskName: "cache", port: 6379 },
    ];
    new MesosTask(stack, "Web", { cluster, taskName: "web", image: "nginx", links });
    new MesosTask(stack, "Queue", { cluster, taskName: "queue", image: "rabbitmq", ports: [5672] });
    new MesosTask(stack, "Cache", { cluster, taskName: "cache", image: "redis", ports: [6379] });

    expect(resourcesById(stack, NullResource).Web_3C8945DB.depends_on.slice(3)).toEqual([
      expect.stringMatching(/^null_resource\.Db_/),
      expect.stringMatching(/^null_resource\.Queue_/),
    ]);
  });

  describe("triggers", () => {
    const before = reconcile({ environment: { A: "1" } }).triggers;

    test.each<[string, TaskProps]>([
      ["a variable", { environment: { A: "2" } }],
      ["the image", { environment: { A: "1" }, image: "nginx:1.28" }],
      ["a port", { environment: { A: "1" }, ports: [80] }],
      ["the memory", { environment: { A: "1" }, memoryMiB: 257 }],
    ])("differ when %s does", (_, props) => {
      expect(reconcile(props).triggers.definition).not.toBe(before.definition);
    });

    it("are the same when nothing that runs differs", () => {
      const same = { environment: { A: "1" }, cpus: 0.2, ports: [], startTimeoutSec: 5 };

      expect(reconcile(same).triggers).toEqual(before);
    });

    it("do not depend on where the masters are, how they are reached, nor where our files lie", () => {
      const elsewhere = {
        directory: "/srv/m",
        ssh: { privateKeyFile: "/other", user: "core", port: 2222, bastionHost: "bastion.example" },
        masters: [
          { host: "192.0.2.1", instanceId: "i-1" },
          { host: "192.0.2.2", instanceId: "i-2" },
        ],
      };

      expect(reconcile({}, elsewhere).triggers).toEqual(reconcile().triggers);
    });

    it("hold no address of a host that has no other identity", () => {
      expect(reconcile({}, { masters: [{ host: "192.0.2.1" }] }).triggers).toEqual({
        definition: expect.any(String),
        repair: "",
        generation: GENERATION,
      });
    });

    it("differ when a master was replaced", () => {
      const masters = [{ host: "198.51.100.1", instanceId: "i-3" }];

      expect(reconcile({}, { masters }).triggers.master_1).toBe("i-3");
    });

    it("differ when a repair is asked for, in whatever words", () => {
      expect(reconcile({}, { repair: "${today}" }).triggers.repair).toBe("$${today}");
    });

    it("hold each value of Terraform's own, and a hash that does not depend on it", () => {
      const stack = testStack();
      const [a, b] = ["a", "b"].map((name) => new TerraformVariable(stack, name, {}).stringValue);
      const cluster = importedCluster(stack);
      const common = { cluster, image: "nginx", environment: { A: `http://${a}/`, B: b as string } };
      new MesosTask(stack, "Web", { ...common, taskName: "web" });
      const { triggers } = resourcesById(stack, NullResource).Web_3C8945DB;

      expect(triggers).toEqual({
        definition: expect.stringMatching(/^[0-9a-f]{64}$/),
        value_1: "http://${var.a}/",
        value_2: "${var.b}",
        master_1: "i-1",
        master_2: "i-2",
        repair: "",
        generation: GENERATION,
      });
    });

    it("hash the same text however many tokens were made before", () => {
      const [first, second] = [token(), token()].map(
        (value) => reconcile({ environment: { A: value } }).triggers,
      );

      expect(first.definition).toBe(second.definition);
    });
  });

  describe("validateTaskName", () => {
    const rule =
      "'taskName' must be a DNS label, at most 63 lower-case letters, digits and hyphens that begin with a letter " +
      "and do not end in a hyphen";

    test.each(["a", "a1", "catalogue-db", "a".repeat(63)])("takes %j", (taskName) => {
      expect(refusal({ taskName })).toBeUndefined();
    });

    test.each(["", "Web", "1web", "web-", "-web", "web_1", "a.b", "a".repeat(64), "web\n", "wéb", "${x}"])(
      "fails when taskName is %j",
      (taskName) => {
        expect(refusal({ taskName })).toBe(`test/Web: ${rule}, got ${JSON.stringify(taskName)}`);
      },
    );

    it("fails when taskName is a token", () => {
      expect(refusal({ taskName: token() })).toBe(`test/Web: ${rule}, got a token`);
    });

    it("fails when the name is taken", () => {
      const stack = testStack();
      const common = { cluster: importedCluster(stack), taskName: "web", image: "nginx" };
      new MesosTask(stack, "First", common);

      expect(() => new MesosTask(stack, "Web2", { ...common, replicas: 2 })).toThrow(
        new Error(`test/Web2: 'taskName' must be the only one of its name on the cluster, got "web" again`),
      );
    });

    it("takes a name that is that of another task's copy: their ids differ", () => {
      const stack = testStack();
      const common = { cluster: importedCluster(stack), image: "nginx" };
      new MesosTask(stack, "First", { ...common, taskName: "web", replicas: 2 });

      expect(() => new MesosTask(stack, "Web2", { ...common, taskName: "web-1" })).not.toThrow();
    });
  });

  describe("updateStrategy", () => {
    const strategy = (props: TaskProps) => info(props).labels.labels.at(-1).value;

    test.each<[TaskProps, string]>([
      [{}, "START_FIRST"],
      [{ hostPorts: [80] }, "STOP_FIRST"],
      [{ updateStrategy: UpdateStrategy.STOP_FIRST }, "STOP_FIRST"],
      [{ hostPorts: [80], updateStrategy: UpdateStrategy.START_FIRST }, "START_FIRST"],
    ])("of %j is %s", (props, expected) => {
      expect(strategy(props)).toBe(expected);
    });
  });

  describe("validateImage", () => {
    test.each([
      "nginx",
      "nginx:1.27",
      "localhost:5000/a/b_c:1.0-rc.1@sha256:01ef",
      "weaveworksdemos/catalogue:0.3.5",
      "registry.example:5000/team/app@sha256:0123456789abcdef",
    ])("takes %j", (image) => {
      expect(refusal({ image })).toBeUndefined();
    });

    it("takes a token", () => {
      expect(refusal({ image: token() })).toBeUndefined();
    });

    test.each([
      "",
      " nginx",
      "nginx latest",
      "-nginx",
      "nginx\n",
      "${x}",
      "nginx:",
      "a:b/c",
      "nginx@",
      "nginx@sha256:",
      "nginx:1:2",
    ])("fails when image is %j", (image) => {
      expect(refusal({ image })).toBe(
        `test/Web: 'image' must be a Docker image like "weaveworksdemos/catalogue:0.3.5", got ${JSON.stringify(image)}`,
      );
    });
  });

  describe("validateCommand", () => {
    test.each<[TaskProps, string]>([
      [{ shellCommand: "a", command: ["b"] }, "'shellCommand' and 'command'"],
      [{ command: ["b"], args: ["c"] }, "'command' and 'args'"],
      [{ shellCommand: "", command: ["b"], args: [] }, "'shellCommand' and 'command' and 'args'"],
    ])("fails when more than one of them is given: %j", (props, got) => {
      expect(refusal(props)).toBe(
        `test/Web: at most one of 'shellCommand', 'command' and 'args' may be given, got ${got}`,
      );
    });

    it("fails when command names no program", () => {
      expect(refusal({ command: [] })).toBe(
        "test/Web: 'command' must name a program, got []; leave it out for the image's own",
      );
    });
  });

  describe("validateEnvironment", () => {
    test.each(["", "A-B", "1A", "A=B", "A\n", "é", "${x}"])("fails when a variable is called %j", (name) => {
      expect(refusal({ environment: { [name]: "1" } })).toBe(
        `test/Web: 'environment' must have names of letters, digits and underscores, got ${JSON.stringify(name)}`,
      );
    });
  });

  describe("validateTexts", () => {
    test.each<[string, TaskProps, string]>([
      ["shellCommand", { shellCommand: "a\0b" }, '"a\\u0000b"'],
      ["command", { command: ["/app", "\ud83e"] }, '"\\ud83e"'],
      ["args", { args: ["\udde6\ud83e"] }, '"\\udde6\\ud83e"'],
      ["environment", { environment: { A: "1", B: "\0" } }, '"\\u0000"'],
      ["labels", { labels: { "\0": "1" } }, '"\\u0000"'],
    ])("fails when %s holds what no process can be given", (property, props, got) => {
      expect(refusal(props)).toBe(
        `test/Web: '${property}' must hold no NUL character and no half of a surrogate pair, got ${got}`,
      );
    });

    it("takes whole pairs and every other control character", () => {
      expect(refusal({ args: ["🧦", "\u0001\t\n\u007f\u0085\u2028"] })).toBeUndefined();
    });
  });

  describe("validateNumber", () => {
    test.each<[TaskProps, string]>([
      [{ cpus: 0 }, "'cpus' must be from 0.01 to 1024, got 0"],
      [{ cpus: NaN }, "'cpus' must be from 0.01 to 1024, got NaN"],
      [{ memoryMiB: 31 }, "'memoryMiB' must be from 32, the least Mesos takes, to 16777216, got 31"],
      [{ startTimeoutSec: 0 }, "'startTimeoutSec' must be a whole number from 1 to 86400, got 0"],
      [{ startTimeoutSec: 1.5 }, "'startTimeoutSec' must be a whole number from 1 to 86400, got 1.5"],
      [{ ports: [80, 0] }, "'ports' must be a whole number from 1 to 65535, got 0"],
      [{ ports: [65536] }, "'ports' must be a whole number from 1 to 65535, got 65536"],
      [{ hostPorts: [0] }, "'hostPorts' must be a whole number from 1 to 65535, got 0"],
      [
        { links: [{ taskName: "web", port: 70000 }] },
        "'links.port' must be a whole number from 1 to 65535, got 70000",
      ],
      [{ replicas: 0 }, "'replicas' must be a whole number from 1 to 1000, got 0"],
      [{ ports: [80.5] }, "'ports' must be a whole number from 1 to 65535, got 80.5"],
    ])("fails for %j", (props, message) => {
      expect(refusal(props)).toBe(`test/Web: ${message}`);
    });

    test.each(["cpus", "memoryMiB"])("fails when %s is a token", (property) => {
      expect(refusal({ [property]: Token.asNumber(token()) })).toBe(
        `test/Web: '${property}' must be known at synth, got a token; give the number itself`,
      );
    });

    it("fails when a port is a token", () => {
      expect(refusal({ ports: [Token.asNumber(token())] })).toBe(
        "test/Web: 'ports' must be known at synth, got a token; give the number itself",
      );
    });
  });

  describe("renderDefinition", () => {
    it("fails when a value of Terraform's stands beside signs that cannot be quoted, by the path of the task", () => {
      expect(refusal({ environment: { A: `"${token()}"` } })).toBe(
        "test/Web: a text with a Terraform value in it must otherwise hold no quotes, backslashes, $, %, control " +
          `characters and decomposed letters, got "\\"\\"" around the value; pass the value alone`,
      );
    });
  });
});
