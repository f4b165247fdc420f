import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { TerraformStack } from "cdktf";

import { SOCK_SHOP_SERVICES } from "../../lib/sock-shop/services";
import { appStacks } from "../support/app";
import { allResources, type Block, configurationOf, resourcesOf } from "../support/template";

const { mesos, sockShop } = appStacks();
const [mesosJson, sockShopJson] = [configurationOf(mesos), configurationOf(sockShop)];

/** Names and defaults of a stack's variables; `undefined` is asked for. */
function defaults(configuration: Block): Record<string, unknown> {
  const variables: Record<string, Block> = configuration.variable;
  return Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, variable.default]));
}

const VARIABLES = {
  access_key: "",
  secret_key: "",
  aws_region: "eu-west-1",
  aws_key_name: undefined,
  private_key_file: undefined,
  ssh_port: 22,
  ssh_timeout_sec: 900,
  task_timeout_sec: 600,
  admin_cidrs: undefined,
  shop_cidrs: [],
  cluster_secret: "",
  repair: "",
  cluster_name: "sock-shop",
  master_count: 1,
  master_type: "t3.small",
  agent_count: 3,
  agent_type: "t3.large",
  forget_cluster: false,
};

describe("variables", () => {
  it("of mesos have these names and defaults", () => {
    expect(defaults(mesosJson)).toEqual(VARIABLES);
  });

  it("of sock-shop are the same, but it does not ask for networks, as it opens none", () => {
    expect(defaults(sockShopJson)).toEqual({ ...VARIABLES, admin_cidrs: [] });
    expect(Object.keys(sockShopJson.variable)).toEqual(Object.keys(mesosJson.variable));
  });

  it("are never null, and each says what it is", () => {
    const variables: Record<string, Block> = mesosJson.variable;

    expect(Object.values(variables).filter(({ nullable }) => nullable !== false)).toEqual([]);
    expect(Object.values(variables).filter(({ description }) => !description)).toEqual([]);
  });

  test.each(["access_key", "secret_key", "cluster_secret"])("%s is in no output, plan or state", (name) => {
    for (const configuration of [mesosJson, sockShopJson]) {
      expect(configuration.variable[name]).toMatchObject({
        type: "string",
        sensitive: true,
        ephemeral: true,
      });
    }
  });

  it("are secret where they are, and nowhere else", () => {
    const variables: Record<string, Block> = mesosJson.variable;
    const secret = Object.entries(variables).filter(([, { sensitive, ephemeral }]) => sensitive || ephemeral);

    expect(secret.map(([name]) => name)).toEqual(["access_key", "cluster_secret", "secret_key"]);
  });

  it("that shape the configuration are refused when Terraform is given another value", () => {
    const env = {
      CDKTF_MESOS_AGENT_COUNT: "4",
      CDKTF_MESOS_CLUSTER_NAME: "demo",
      CDKTF_MESOS_FORGET_CLUSTER: "true",
    };
    const { variable } = configurationOf(appStacks(env).sockShop);

    expect(variable.agent_count).toEqual({
      type: "number",
      description: "Agents; may change at any time; read at synth from CDKTF_MESOS_AGENT_COUNT",
      default: 4,
      nullable: false,
      validation: [
        {
          condition: "${var.agent_count == 4}",
          error_message:
            "agent_count is read when the configuration is synthesized, where cdktf hides TF_VAR_agent_count: " +
            "set CDKTF_MESOS_AGENT_COUNT and run cdktf again.",
        },
      ],
    });
    expect(variable.cluster_name.validation[0].condition).toBe('${var.cluster_name == "demo"}');
    expect(variable.forget_cluster).toMatchObject({
      type: "bool",
      default: true,
      validation: [{ condition: "${var.forget_cluster == true}" }],
    });
  });
});

describe("the app", () => {
  it("has no outputs made by automatic cross-stack references, once all its stacks are synthesized", () => {
    const { app } = appStacks();
    app.synth();
    const outputs = ["mesos", "sock-shop"].map((name) => {
      const text = readFileSync(join(app.outdir, "stacks", name, "cdk.tf.json"), "utf8");
      return Object.keys(JSON.parse(text).output).sort();
    });

    expect(outputs).toEqual([
      ["agent_addresses", "cluster", "exports", "master_addresses", "ssh"],
      ["services"],
    ]);
  });
});

describe("the stack mesos", () => {
  it("uses the keys it is given, else the provider's usual chain", () => {
    expect(mesosJson.provider).toEqual({
      aws: [
        {
          region: "${var.aws_region}",
          access_key: '${var.access_key == "" ? null : var.access_key}',
          secret_key: '${var.secret_key == "" ? null : var.secret_key}',
        },
      ],
      null: [{}],
    });
  });

  it("opens SSH to administrators, and the shop to its own networks or else theirs", () => {
    const rules: Record<string, Block> = mesosJson.resource.aws_vpc_security_group_ingress_rule;
    const opened = Object.values(rules)
      .filter(({ for_each }) => for_each !== undefined)
      .map(({ from_port, for_each }) => [from_port, for_each]);

    expect(opened).toEqual([
      [80, "${toset((length(var.shop_cidrs) >= 1) ? var.shop_cidrs : var.admin_cidrs)}"],
      ["${var.ssh_port}", "${toset(var.admin_cidrs)}"],
      ["${var.ssh_port}", "${toset(var.admin_cidrs)}"],
    ]);
  });

  it("derives the cluster's passwords from cluster_secret, or else from the private key", () => {
    const [joining]: Block[] = resourcesOf(mesos, NullResource);

    expect(joining.provisioner[1].file.content).toContain(
      'sha256("weave:${sensitive(coalesce(var.cluster_secret, ' +
        'sha256(join("", [file(pathexpand(var.private_key_file)), "sock-shop"]))))}")',
    );
  });

  it("gives the machines the key pair it is told", () => {
    const instances: Record<string, Block> = mesosJson.resource.aws_instance;
    const names = Object.values(instances).map(({ key_name }) => key_name);

    expect([...new Set(names)]).toEqual(["${var.aws_key_name}"]);
  });

  it("has these outputs and no others", () => {
    const key =
      '${startswith(var.private_key_file, "~/") ? "\\"$HOME\\"" : ""}' +
      `'\${replace(trimprefix(var.private_key_file, "~"), "'", "'\\\\''")}'`;
    const master = "${aws_eip.Cluster_Masters_Master1_Address_5774613C.public_ip}";
    const agents = ["Agent1_701C7305", "Agent2_E7449807", "Agent3_D14FDEF9"].map(
      (id) => `\${aws_instance.Cluster_Agents_${id}.public_ip}`,
    );

    expect(mesosJson.output).toEqual({
      cluster: {
        description: "What the stack sock-shop needs to know",
        value: {
          name: "sock-shop",
          master_url: "zk://10.0.0.4:2181/mesos",
          ssh_user: "ubuntu",
          masters: [
            {
              host: master,
              instance_id: "${aws_instance.Cluster_Masters_Master1_Machine_F7169687.id}",
            },
          ],
        },
      },
      master_addresses: { description: "Addresses of the masters", value: [master] },
      agent_addresses: { description: "Addresses of the agents", value: agents },
      ssh: {
        description: "Opens a shell on the first master",
        value: `ssh -i ${key} -p \${var.ssh_port} ubuntu@${master}`,
      },
      exports: {
        description: 'KEY, MASTER and SLAVE0… for a shell: eval "$(…)"',
        value: [
          `export KEY=${key}`,
          "export SSH_PORT=${var.ssh_port}",
          `export MASTER=${master}`,
          ...agents.map((agent, index) => `export SLAVE${index}=${agent}`),
        ].join("\n"),
      },
    });
  });

  it("is shaped by the settings", () => {
    const env = {
      CDKTF_MESOS_CLUSTER_NAME: "demo",
      CDKTF_MESOS_MASTER_COUNT: "3",
      CDKTF_MESOS_AGENT_COUNT: "4",
      CDKTF_MESOS_MASTER_TYPE: "m5.large",
      CDKTF_MESOS_AGENT_TYPE: "m5.xlarge",
    };
    const instances: Record<string, Block> = configurationOf(appStacks(env).mesos).resource.aws_instance;
    const machines = Object.values(instances).map(
      ({ instance_type, tags: { Name } }) => `${Name} ${instance_type}`,
    );

    expect(machines.sort()).toEqual([
      ...[1, 2, 3, 4].map((agent) => `demo-agent-${agent} m5.xlarge`),
      ...[1, 2, 3].map((master) => `demo-master-${master} m5.large`),
    ]);
  });

  it("fails for a setting the cluster refuses, by the path of the construct", () => {
    expect(() => appStacks({ CDKTF_MESOS_MASTER_COUNT: "2" })).toThrow(
      new Error(
        "mesos/Cluster: 'masterCount' must be 1, 3 or 5 so that ZooKeeper can form a majority, got 2; use 3",
      ),
    );
  });
});

describe("the stack sock-shop", () => {
  it("needs no cloud", () => {
    expect(sockShopJson.provider).toEqual({ null: [{}] });
    expect(Object.keys(sockShopJson.resource).sort()).toEqual(["null_resource", "terraform_data"]);
  });

  it("comes after mesos, of which it reads one output and nothing else", () => {
    const text = JSON.stringify(sockShopJson);
    const read = new Set(text.match(/data\.terraform_remote_state\.State\.outputs\.\w+/g));

    expect(sockShop.dependencies).toEqual([mesos]);
    expect([...read]).toEqual(["data.terraform_remote_state.State.outputs.cluster"]);
    expect(text).not.toMatch(/\$\{[^}]*\baws_\w+\./);
  });

  it("finds the masters, their user and their URL in that output", () => {
    const cluster = "data.terraform_remote_state.State.outputs.cluster";
    const { sockShop: three } = appStacks({ CDKTF_MESOS_MASTER_COUNT: "3" });
    const launchers: Block[] = resourcesOf(three, NullResource).filter(({ triggers }) => "files" in triggers);

    expect(launchers.map(({ connection: { host, user }, triggers }) => [host, user, triggers])).toEqual(
      [0, 1, 2].map((index) => [
        `\${${cluster}.masters.${index}.host}`,
        `\${${cluster}.ssh_user}`,
        {
          files: expect.any(String),
          root: "/opt/cdktf-mesos/launcher",
          launchers: "3",
          instance_id: `\${${cluster}.masters.${index}.instance_id}`,
          master_url: `\${${cluster}.master_url}`,
        },
      ]),
    );
  });

  it("waits for machines and services as long as its variables say", () => {
    const resources: Block[] = resourcesOf(sockShop, NullResource);
    const starts = JSON.stringify(resources).match(/wait-service [^,]* \$\{var\.task_timeout_sec\}/g);

    expect(new Set(JSON.stringify(resources).match(/"timeout":"[^"]*"/g))).toEqual(
      new Set(['"timeout":"${var.ssh_timeout_sec}s"']),
    );
    expect(starts).toHaveLength(SOCK_SHOP_SERVICES.length);
  });

  it("can be planned and destroyed when mesos is gone, whatever the number of masters", () => {
    const { sockShop: three } = appStacks({ CDKTF_MESOS_MASTER_COUNT: "3" });
    const absent = { host: "", instance_id: "" };

    expect(configurationOf(three).data.terraform_remote_state.State.defaults).toEqual({
      cluster: { name: "", master_url: "", ssh_user: "", masters: [absent, absent, absent] },
    });
  });

  it("has this output and no other", () => {
    expect(sockShopJson.output).toEqual({
      services: {
        description: "Names of the services",
        value: SOCK_SHOP_SERVICES.map(({ name }) => name),
      },
    });
  });

  it("reconciles everything when a repair is asked for", () => {
    const services: Block[] = resourcesOf(sockShop, NullResource).filter(
      ({ triggers }) => "definition" in triggers,
    );

    expect(services.map(({ triggers }) => triggers.repair)).toEqual(
      SOCK_SHOP_SERVICES.map(() => "${var.repair}"),
    );
  });

  it("has the edge router on every agent there is", () => {
    const { sockShop: four } = appStacks({ CDKTF_MESOS_AGENT_COUNT: "4" });
    const [router] = resourcesOf(four, NullResource).filter(({ provisioner }) =>
      provisioner[0].file?.destination.endsWith("/edge-router.json"),
    );

    expect(router.provisioner[0].file.content.split("\n")).toHaveLength(4);
  });

  it("is refused when the agents cannot hold it, whatever their type", () => {
    const synth = (env: Record<string, string>) => () => configurationOf(appStacks(env).sockShop);

    expect(synth({ CDKTF_MESOS_AGENT_COUNT: "1" })).toThrow(
      "sock-shop/Cluster: the tasks must fit on the agents, got 3.1 cpus of tasks, 0.2 of them while the largest is updated, for 2 cpus of 1 agents",
    );
    expect(synth({ CDKTF_MESOS_AGENT_TYPE: "t3.small" })).toThrow(
      "sock-shop/SockShop/FrontEnd: 'memoryMiB' must be at most 736, as an agent has 768",
    );
    expect(synth({ CDKTF_MESOS_AGENT_COUNT: "1", CDKTF_MESOS_AGENT_TYPE: "m5.xlarge" })).not.toThrow();
  });

  it("contacts nothing once the cluster shall be forgotten", () => {
    const { sockShop: forgetting } = appStacks({ CDKTF_MESOS_FORGET_CLUSTER: "true" });
    const data: Record<string, Block> = configurationOf(forgetting).resource.terraform_data;
    const destroyers = Object.entries(data).filter(([id]) => id.includes("Teardown"));

    expect(destroyers.map(([, { provisioner = [] }]) => provisioner)).toEqual([[], []]);
  });
});

describe.each<[string, TerraformStack]>([
  ["mesos", mesos],
  ["sock-shop", sockShop],
])("every resource of %s", (_, stack) => {
  const { terraform_data: data } = configurationOf(stack).resource;

  it("waits for the check of the key file", () => {
    const others = allResources(stack).filter(({ id }) => id !== "Preflight");
    const hasty = others.filter(({ block }) => !block.depends_on?.includes("terraform_data.Preflight"));

    expect(hasty.map(({ type, id }) => `${type}.${id}`)).toEqual([]);
    expect(data.Preflight).toEqual({
      triggers_replace: { private_key_file: "${var.private_key_file}" },
      provisioner: [
        {
          "local-exec": {
            command: expect.stringMatching(
              /^bash "\$\{path\.module\}\/assets\/PreflightScript\/[0-9a-f]{32}\/bin\/check-private-key"$/,
            ),
            environment: { PRIVATE_KEY_FILE: "${var.private_key_file}" },
          },
        },
      ],
    });
  });

  it("names what it depends on as Terraform takes it", () => {
    const names = allResources(stack).flatMap(({ block }) => block.depends_on ?? []);

    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name: string) => !/^\w+\.\w+$/.test(name))).toEqual([]);
  });

  it("keeps AWS credentials out of everything but the provider", () => {
    const { variable, provider, ...rest } = configurationOf(stack);

    expect([variable, provider]).not.toContain(undefined);
    expect(JSON.stringify(rest)).not.toMatch(/access_key|secret_key/);
  });
});
