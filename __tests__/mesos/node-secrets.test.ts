import { TerraformOutput, type TerraformStack, TerraformVariable } from "cdktf";

import { clusterSecret, handedSecrets, NODE_SECRETS } from "../../lib/mesos/node-secrets";
import { testStack } from "../support/stacks";
import { configurationOf } from "../support/template";

const BOTH = ["master", "agent"];

describe("the table of secrets", () => {
  it("gives each role what it needs and no more", () => {
    expect(Object.fromEntries(NODE_SECRETS.map(({ name, roles }) => [name, roles]))).toEqual({
      WEAVE_PASSWORD: BOTH,
      ZOOKEEPER_SECRET: ["master"],
      MESOS_AGENT_SECRET: BOTH,
      MESOS_LAUNCHER_SECRET: ["master"],
      MESOS_OPERATOR_SECRET: BOTH,
      MESOS_DNS_SECRET: BOTH,
    });
  });

  it("derives each for a purpose of its own, which is a contract", () => {
    expect(NODE_SECRETS.map(({ purpose }) => purpose)).toEqual([
      "weave",
      "zookeeper",
      "mesos-agent",
      "mesos-launcher",
      "mesos-operator",
      "mesos-dns",
    ]);
  });
});

/** As it comes to stand in the configuration. */
function resolved(stack: TerraformStack, value: string): string {
  new TerraformOutput(stack, "text", { value });
  return configurationOf(stack).output.text.value;
}

describe("clusterSecret", () => {
  const source = { clusterName: "demo", privateKeyFile: "~/.ssh/demo" };
  const ofKey = 'sha256(join("", [file(pathexpand("~/.ssh/demo")), "demo"]))';

  it("is of the private key and the cluster's name", () => {
    expect(resolved(testStack(), clusterSecret(source))).toBe(`\${sensitive(${ofKey})}`);
  });

  it("is the one that is given, unless that is null or empty", () => {
    const stack = testStack();
    const { stringValue } = new TerraformVariable(stack, "secret", { type: "string" });

    expect(resolved(stack, clusterSecret({ ...source, clusterSecret: stringValue }))).toBe(
      `\${sensitive(coalesce(var.secret, ${ofKey}))}`,
    );
  });
});

describe("handedSecrets", () => {
  it.each([
    [
      "master" as const,
      [
        'WEAVE_PASSWORD="${sha256("weave:s")}"',
        'ZOOKEEPER_SECRET="${sha256("zookeeper:s")}"',
        'MESOS_AGENT_SECRET="${sha256("mesos-agent:s")}"',
        'MESOS_LAUNCHER_SECRET="${sha256("mesos-launcher:s")}"',
        'MESOS_OPERATOR_SECRET="${sha256("mesos-operator:s")}"',
        'MESOS_DNS_SECRET="${sha256("mesos-dns:s")}"',
        "",
      ],
    ],
    [
      "agent" as const,
      [
        'WEAVE_PASSWORD="${sha256("weave:s")}"',
        'MESOS_AGENT_SECRET="${sha256("mesos-agent:s")}"',
        'MESOS_OPERATOR_SECRET="${sha256("mesos-operator:s")}"',
        'MESOS_DNS_SECRET="${sha256("mesos-dns:s")}"',
        "",
      ],
    ],
  ])("are for a %s a line each", (role, lines) => {
    expect(resolved(testStack(), handedSecrets(role, "s"))).toBe(lines.join("\n"));
  });

  it("hold the credentials for registries where tasks are pulled", () => {
    const stack = testStack();
    const { stringValue } = new TerraformVariable(stack, "auth", { type: "string" });

    const [agent, master] = (["agent", "master"] as const).map((role) =>
      handedSecrets(role, "s", stringValue),
    );
    const texts = resolved(stack, `${agent}---${master}`);

    expect(texts).toMatch(/\nREGISTRY_AUTH_JSON="\$\{base64encode\(var\.auth\)\}"\n---WEAVE/);
    expect(texts.match(/REGISTRY_AUTH_JSON/g)).toHaveLength(1);
  });
});
