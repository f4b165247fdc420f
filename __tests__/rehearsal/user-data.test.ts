import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gunzipSync } from "node:zlib";

import { Instance as AwsInstance } from "@cdktf/provider-aws/lib/instance";

import type { MachineFile } from "../../lib/machine/cloud-config";
import type { Machine } from "../../tools/rehearsal/machine";
import { hostPath } from "../../tools/rehearsal/machine-path";
import { testCluster, testStack } from "../support/stacks";
import { resourcesById } from "../support/template";
import { bootTestMachine } from "./support";

/** What cloud-init reads of user-data. */
interface CloudConfig {
  readonly write_files: (MachineFile & { permissions: string })[];
  readonly runcmd: string[][];
}

const EXPECTED = {
  master: { role: "Master1", settings: "master of demo" },
  agent: { role: "Agent1", settings: "agent of demo" },
};

const NOT_YET = "this release of cdktf-mesos does not install ZooKeeper, Mesos and Weave yet";

describe.each(Object.entries(EXPECTED))("the user-data of a %s, on a machine", (_, { role, settings }) => {
  let machine: Machine;
  let powerOff: () => Promise<void>;
  let config: CloudConfig;

  beforeAll(async () => {
    const stack = testStack();
    testCluster(stack);
    const instances = Object.entries(resourcesById(stack, AwsInstance));
    const userData: string = instances.find(([id]) => id.includes(role))?.[1].user_data_base64;
    const text = gunzipSync(Buffer.from(userData, "base64")).toString();
    config = JSON.parse(text.replace(/^#cloud-config\n/, "")) as CloudConfig;
    ({ machine, powerOff } = await bootTestMachine());
    config.write_files.forEach(put);
  });
  afterAll(() => powerOff());

  function put({ path, permissions, content }: CloudConfig["write_files"][number]): void {
    const file = hostPath(machine.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, parseInt(permissions, 8));
  }

  const boot = () => machine.run(config.runcmd[0] ?? []);
  const verdict = async () =>
    JSON.parse((await machine.run(["cat", "/var/lib/cdktf-mesos/verdict.json"])).stdout);

  it("ends in a verdict that says what is not there yet", async () => {
    const { code, stdout, stderr } = await boot();
    const generation = /generation (\w{12})$/m.exec(stdout)?.[1];

    expect({ code, stderr, lines: stdout.split("\n") }).toEqual({
      code: 1,
      stderr: "",
      lines: [
        `ok       settings   ${settings}, generation ${generation}`,
        `failed   mesos      ${NOT_YET}`,
        "",
      ],
    });
    expect(await verdict()).toEqual({
      generation,
      ok: false,
      checks: [
        { name: "settings", outcome: "ok", detail: `${settings}, generation ${generation}` },
        { name: "mesos", outcome: "failed", detail: NOT_YET },
      ],
    });
  });

  it("comes to the same verdict when the machine boots again", async () => {
    const first = await verdict();

    expect(await boot()).toMatchObject({ code: 1 });
    expect(await verdict()).toEqual(first);
  });

  it("says which settings are missing", async () => {
    put({
      path: "/etc/cdktf-mesos/node.env",
      permissions: "0644",
      mode: "0644",
      content: 'MASTERS="10.0.0.4"\n',
    });

    expect((await boot()).stdout).toContain(
      "failed   settings   /etc/cdktf-mesos/node.env lacks: CLUSTER_NAME MESOS_QUORUM NODE_GENERATION NODE_ROLE " +
        "WEAVE_ENCRYPTED WEAVE_MTU WEAVE_RANGE\n",
    );
    expect(await verdict()).toMatchObject({ generation: "", ok: false });
  });
});
