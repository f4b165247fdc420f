import { copyFileSync } from "node:fs";
import { join } from "node:path";

import { TerraformStack } from "cdktf";

import { describeTerraform } from "../support/terraform";
import { LoopbackHosts, type LoopbackHost } from "./loopback-hosts";
import { bash } from "./running-task";

jest.setTimeout(60_000);

describeTerraform("hosts behind a bastion", () => {
  let hosts: LoopbackHosts;
  let host: LoopbackHost;
  let bastion: LoopbackHost;

  beforeAll(async () => {
    hosts = await LoopbackHosts.start();
    [host, bastion] = await Promise.all([hosts.boot("i-behind"), hosts.boot("i-bastion")]);
    hosts.project.synth((app) => {
      const stack = new TerraformStack(app, "behind");
      const key = join(hosts.directory, "a key's copy");
      copyFileSync(hosts.rehearsal.privateKeyFile, key);
      hosts.cluster(stack, { masters: [host], ssh: { privateKeyFile: key, bastionHost: bastion.host } });
    });
  });
  afterAll(() => hosts.close());

  const stack = () => hosts.project.stack("behind");
  const stateFile = () => join(hosts.project.directory, "terraform.behind.tfstate");
  const saved = () => join(hosts.directory, "saved.tfstate");
  const launcher = () => bash(host.machine, "ls /opt/cdktf-mesos/launcher 2>/dev/null || true");

  it("get the launcher", async () => {
    expect(await stack().apply()).toMatchObject({ code: 0 });

    expect(await launcher()).toBe("bin\netc\nlib\ntasks\n");
    copyFileSync(stateFile(), saved());
  });

  it("are rid of it in the end", async () => {
    const { code, output } = await stack().destroy();

    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining("uninstall-launcher: removed /opt/cdktf-mesos/launcher"),
    });
    expect(await launcher()).toBe("");
  });

  it("are not reached without it", async () => {
    copyFileSync(saved(), stateFile());
    await hosts.rehearsal.hooks.deleted?.("aws_instance", { id: bastion.instanceId });

    expect(await stack().destroy()).toMatchObject({
      code: 1,
      output: expect.stringContaining(
        `uninstall-launcher: none of the masters (${host.host}) could be reached.`,
      ),
    });
  });
});
