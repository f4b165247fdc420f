import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describeTerraform, type TerraformProject, terraformProject } from "../support/terraform";
import { setVariables, synthApp } from "./app-project";

jest.setTimeout(60_000);

/** Kinds of keys ssh-keygen makes: its own form, PKCS#1 or SEC 1, and PKCS#8. */
const KINDS = {
  ed25519: ["-t", "ed25519"],
  ecdsa: ["-t", "ecdsa"],
  "ecdsa-pem": ["-t", "ecdsa", "-m", "PEM"],
  "ecdsa-pkcs8": ["-t", "ecdsa", "-m", "PKCS8"],
  rsa: ["-t", "rsa", "-b", "2048"],
  "rsa-pem": ["-t", "rsa", "-b", "2048", "-m", "PEM"],
  "rsa-pkcs8": ["-t", "rsa", "-b", "2048", "-m", "PKCS8"],
};

describeTerraform("the variables", () => {
  let project: TerraformProject;
  const inHome = (...path: string[]) => join(project.directory, "home", ...path);

  beforeAll(async () => {
    project = await terraformProject();
    mkdirSync(inHome());
    synthApp(project);
    for (const [name, kind] of Object.entries(KINDS)) {
      makeKey(name, kind, "");
      makeKey(`locked-${name}`, kind, "a passphrase");
    }
    // that of a stack that is destroyed
    writeFileSync(
      join(project.directory, "terraform.mesos.tfstate"),
      '{"version":4,"outputs":{},"resources":[]}',
    );
    writeFileSync(inHome("binary"), Buffer.from([0x30, 0x82, 0xff, 0xfe]));
    setVariables(project, {
      private_key_file: inHome("ed25519"),
      aws_key_name: "demo",
      admin_cidrs: ["203.0.113.7/32"],
    });
  });
  afterAll(() => project.close());

  function makeKey(name: string, kind: string[], passphrase: string): void {
    const made = spawnSync("ssh-keygen", [
      "-q",
      "-a",
      "1",
      ...kind,
      "-N",
      passphrase,
      "-C",
      "",
      "-f",
      inHome(name),
    ]);
    if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr.toString()}`);
  }

  /** What Terraform prints of a plan, as one line. */
  async function plan(stack: string, variable: string): Promise<{ code: number; output: string }> {
    const { code, output } = await project.stack(stack).plan("-lock=false", "-var", variable);
    return { code, output: output.replace(/[\s│╷╵]+/g, " ") };
  }

  async function expectRefused(stack: string, variable: string, error: string): Promise<void> {
    expect(await plan(stack, variable)).toMatchObject({ code: 1, output: expect.stringContaining(error) });
  }

  describe("private_key_file", () => {
    const MISSING =
      "private_key_file does not exist; name the private key whose public half is in the key pair aws_key_name.";
    const PUBLIC =
      "private_key_file is no private key in PEM or OpenSSH form; name the private half, not the .pub file.";
    const UNREADABLE =
      "private_key_file cannot be read as text; name a key in PEM or OpenSSH form that you may read.";
    const LOCKED =
      "private_key_file has a passphrase, and Terraform cannot ask for it; make a key without one for this cluster.";

    it.each<readonly [string, () => string, string]>([
      ["does not exist", () => inHome("none"), MISSING],
      ["is a public key", () => inHome("rsa.pub"), PUBLIC],
      ["is relative", () => "id_rsa", "private_key_file must be an absolute path or begin with ~/."],
      [
        "is a directory",
        () => inHome(),
        "private_key_file is a directory, or lies where you may not look; name the private key itself.",
      ],
      ["is no text", () => inHome("binary"), UNREADABLE],
      ["is empty", () => "", "private_key_file must be an absolute path or begin with ~/."],
      ...Object.keys(KINDS).map(
        (kind) => [`has a passphrase: ${kind}`, () => inHome(`locked-${kind}`), LOCKED] as const,
      ),
    ])("is refused when it %s", async (_, path, error) => {
      await expectRefused("sock-shop", `private_key_file=${path()}`, error);
    });

    it("is refused in the other stack too", async () => {
      await expectRefused("mesos", `private_key_file=${inHome("none")}`, MISSING);
    });

    // root may read everything
    (process.getuid?.() === 0 ? it.skip : it)("is refused when it cannot be read", async () => {
      writeFileSync(inHome("unreadable"), readFileSync(inHome("rsa")), { mode: 0 });

      await expectRefused("sock-shop", `private_key_file=${inHome("unreadable")}`, UNREADABLE);
    });

    it.each(Object.keys(KINDS))("is accepted without a passphrase: %s", async (kind) => {
      expect(await plan("sock-shop", `private_key_file=${inHome(kind)}`)).toMatchObject({ code: 0 });
    });

    it("that others can read stops everything before a resource exists", async () => {
      chmodSync(inHome("ecdsa"), 0o644);

      const { code, output } = await project
        .stack("mesos")
        .apply("-var", `private_key_file=${inHome("ecdsa")}`);

      expect({ code, output: output.replace(/\s+/g, " ") }).toMatchObject({
        code: 1,
        output: expect.stringContaining(
          `private_key_file ${inHome("ecdsa")} can be read by others (-rw-r--r--), so ssh refuses it; run: chmod 600 '${inHome("ecdsa")}'`,
        ),
      });
      expect(project.cloud.objects()).toEqual([]);
    });
  });

  it.each([
    ["203.0.113.7", "admin_cidrs"],
    ["203.0.113.7/33", "admin_cidrs"],
    ["203.0.113.7/24", "admin_cidrs"],
    ["2001:db8::/32", "admin_cidrs"],
    ["me", "admin_cidrs"],
    ["203.0.113.0/a", "shop_cidrs"],
  ])("refuse what is no network: %s in %s", async (cidr, name) => {
    await expectRefused(
      "sock-shop",
      `${name}=${JSON.stringify([cidr])}`,
      `${name} must be a list of networks like ["203.0.113.7/32"].`,
    );
  });

  it("refuse a firewall that lets no administrator in", async () => {
    await expectRefused(
      "mesos",
      "admin_cidrs=[]",
      "admin_cidrs must hold at least one network; nobody could reach the machines.",
    );
  });

  it("refuse a secret that is easily guessed, and do not tell it", async () => {
    const { code, output } = await plan("mesos", "cluster_secret=hunter2-hunter2");

    expect({ code, output }).toMatchObject({
      code: 1,
      output: expect.stringContaining(
        "cluster_secret must have at least 16 characters; make one by: openssl rand -hex 32.",
      ),
    });
    expect(output).not.toContain("hunter2");
    expect(await plan("mesos", "cluster_secret=hunter2-hunter2-")).toMatchObject({ code: 0 });
  });

  it.each([
    ["ssh_port", "0", 65535],
    ["ssh_port", "65536", 65535],
    ["ssh_port", "22.5", 65535],
    ["ssh_timeout_sec", "0", 86400],
    ["task_timeout_sec", "86401", 86400],
  ])("refuse what is no %s: %s", async (name, value, last) => {
    await expectRefused("mesos", `${name}=${value}`, `${name} must be a whole number from 1 to ${last}.`);
  });

  it.each(["agent_count=4", "cluster_name=other", "forget_cluster=true"])(
    "refuse a setting that is not the synthesized one: %s",
    async (variable) => {
      const [name = ""] = variable.split("=");

      await expectRefused(
        "sock-shop",
        variable,
        `${name} is read when the configuration is synthesized, where cdktf hides TF_VAR_${name}: ` +
          `set CDKTF_MESOS_${name.toUpperCase()} and run cdktf again.`,
      );
    },
  );

  it.each(["", "x".repeat(256), "é", "e\u0301", "a\nb", "🧦"])(
    "refuse a name that no key pair has: %j",
    async (name) => {
      await expectRefused(
        "sock-shop",
        `aws_key_name=${name}`,
        "aws_key_name must be the name of a key pair: 1 to 255 printable ASCII characters.",
      );
    },
  );

  it("arrive as they are written", async () => {
    const keyName = 'a "b" \\n ${var.x} %{if} $${y} ~`\'';
    const admin = ["203.0.113.7/32", "198.51.100.0/24"];
    const changes = (
      await project
        .stack("mesos")
        .planJson("-var", `aws_key_name=${keyName}`, "-var", `admin_cidrs=${JSON.stringify(admin)}`)
    ).resource_changes as { type: string; change: { after: Record<string, unknown> } }[];
    const after = (type: string, attribute: string) =>
      changes.filter((change) => change.type === type).map(({ change }) => change.after[attribute]);

    expect(new Set(after("aws_instance", "key_name"))).toEqual(new Set([keyName]));
    expect(after("aws_vpc_security_group_ingress_rule", "cidr_ipv4")).toEqual(expect.arrayContaining(admin));
  });
});
