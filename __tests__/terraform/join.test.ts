import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformStack } from "cdktf";

import { startRehearsal, type Rehearsal } from "../../tools/rehearsal";
import type { Machine } from "../../tools/rehearsal/machine";
import { hostPath } from "../../tools/rehearsal/machine-path";
import type { CloudHooks } from "../../tools/testing";
import { testCluster } from "../support/stacks";
import { describeTerraform, type TerraformProject, terraformProject } from "../support/terraform";
import { bash } from "./running-task";

jest.setTimeout(60_000);

const CLOUD_INIT = "/usr/local/bin/cloud-init";
const BOOT_NODE = "/opt/cdktf-mesos/bin/boot-node";

describeTerraform("machines join their cluster", () => {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-mesos-join-"));
  let rehearsal: Rehearsal;
  let project: TerraformProject;
  /** Scripts that machines have instead of their own, by path. */
  let scripts: Record<string, string> = {};

  beforeAll(async () => {
    rehearsal = await startRehearsal({ directory });
    project = await terraformProject(equipping(rehearsal.hooks));
    project.synth((app) => {
      const stack = new TerraformStack(app, "nodes");
      new AwsProvider(stack, "Aws", { region: "eu-west-1" });
      new NullProvider(stack, "Null");
      const ssh = { privateKeyFile: rehearsal.privateKeyFile, port: rehearsal.sshPort };
      testCluster(stack, { agentCount: 1, ssh, adminCidrs: ["127.0.0.0/8"] });
    });
  });
  afterAll(async () => {
    await project.close();
    await rehearsal.close();
    rmSync(directory, { recursive: true });
  });

  /** Has every machine get the scripts before anybody can reach it. */
  function equipping(hooks: CloudHooks): CloudHooks {
    return {
      updated: (...args) => hooks.updated?.(...args) as Promise<void>,
      deleted: (...args) => hooks.deleted?.(...args) as Promise<void>,
      created: async (type, object) => {
        const answer = await hooks.created?.(type, object);
        if (type === "aws_instance") equip(object.id);
        return answer;
      },
    };
  }

  function equip(id: string): void {
    const { root } = rehearsal.machine(id) as Machine;
    for (const [path, text] of Object.entries(scripts)) {
      writeFileSync(hostPath(root, path.replace("/usr/local", "/local")), `#!/bin/sh\n${text}\n`, {
        mode: 0o755,
      });
    }
  }

  function equipAll(with_: Record<string, string>): void {
    scripts = with_;
    rehearsal.machines().forEach(({ id }) => equip(id));
  }

  function onMachines(script: string): Promise<string[]> {
    const machines = rehearsal.machines().sort((a, b) => (a.name < b.name ? 1 : -1));
    return Promise.all(machines.map(({ id }) => bash(rehearsal.machine(id) as Machine, script)));
  }

  const apply = (...args: string[]) => project.stack("nodes").apply(...args);
  const HANDED = "ls ~ubuntu/.cdktf-mesos/join.env /etc/cdktf-mesos/secrets/joined 2>/dev/null; true";

  it("not when a boot failed: it is tried again, says why, and no secret is handed over", async () => {
    equipAll({
      [CLOUD_INIT]: "exit 1",
      [BOOT_NODE]: "echo 'failed   weave      wrong checksum of /tmp/weave'; exit 1",
    });

    expect(await apply()).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /Join_Master1_\w+ \(remote-exec\): failed   weave      wrong checksum of \/tmp\/weave/,
      ),
    });
    expect(await onMachines(HANDED)).toEqual(["", ""]);
  });

  it("once it does not fail any more, in the deploy after that", async () => {
    const before = rehearsal.machines().map(({ id }) => id);
    equipAll({ [CLOUD_INIT]: "exit 1", [BOOT_NODE]: "echo mended" });

    expect(await apply()).toMatchObject({
      code: 0,
      output: expect.stringMatching(/Join_Agent1_\w+ \(remote-exec\): mended/),
    });
    expect(await onMachines(HANDED)).toEqual(Array(2).fill("/etc/cdktf-mesos/secrets/joined\n"));
    expect(rehearsal.machines().map(({ id }) => id)).toEqual(before);
  });

  it("when cloud-init only complained, and whatever the number of things Terraform does at once", async () => {
    await project.stack("nodes").destroy();
    equipAll({ [CLOUD_INIT]: "exit 2", [BOOT_NODE]: "exit 1" });

    expect(await apply("-parallelism=1")).toMatchObject({ code: 0 });
    expect(await onMachines(HANDED)).toEqual(Array(2).fill("/etc/cdktf-mesos/secrets/joined\n"));
  });

  it("each again that was replaced, and then all are waited for again", async () => {
    const addresses = Object.keys(await project.stack("nodes").resources());
    const agent = addresses.find((address) => address.startsWith("aws_instance.Cluster_Agents_Agent1_"));

    const { code, output } = await apply(`-replace=${agent}`);

    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining("4 added, 0 changed, 4 destroyed"),
    });
    expect(output).toMatch(/Join_Ready_\w+ \(remote-exec\): ok       cluster    1 masters, 1 agents/);
    expect(output).not.toMatch(/Join_Master1_\w+ \(remote-exec\)/);
  });
});
