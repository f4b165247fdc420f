import { readFileSync, statSync } from "node:fs";

import { Instance as AwsInstance } from "@cdktf/provider-aws/lib/instance";

import type { Machine } from "../../tools/rehearsal/machine";
import { hostPath } from "../../tools/rehearsal/machine-path";
import { type UserDataFile, userDataFiles, writeUserDataFiles } from "../../tools/rehearsal/user-data";
import { testCluster, testStack } from "../support/stacks";
import { resourcesById } from "../support/template";
import { bootTestMachine } from "./support";

/** Files of the first machine of a role, as the library makes them. */
function filesOf(role: string): readonly UserDataFile[] {
  const stack = testStack();
  testCluster(stack);
  const instances = Object.entries(resourcesById(stack, AwsInstance));
  return userDataFiles(instances.find(([id]) => id.includes(role))?.[1].user_data_base64);
}

const EXPECTED = {
  master: { role: "Master1", settings: "master of demo" },
  agent: { role: "Agent1", settings: "agent of demo" },
};

const NOT_YET = "this release of cdktf-mesos does not install ZooKeeper, Mesos and Weave yet";

describe.each(Object.entries(EXPECTED))("the user-data of a %s, on a machine", (_, { role, settings }) => {
  let machine: Machine;
  let powerOff: () => Promise<void>;
  let files: readonly UserDataFile[];

  beforeAll(async () => {
    files = filesOf(role);
    ({ machine, powerOff } = await bootTestMachine());
    writeUserDataFiles(machine.root, files);
  });
  afterAll(() => powerOff());

  const boot = () => machine.run(["/opt/cdktf-mesos/bin/boot-node"]);
  const verdict = async () =>
    JSON.parse((await machine.run(["cat", "/var/lib/cdktf-mesos/verdict.json"])).stdout);

  it("is files, as they were written", () => {
    const onHost = (path: string) => hostPath(machine.root, path);

    expect(files.length).toBeGreaterThan(2);
    expect(
      files.map(({ path }) => ({
        path,
        permissions: (statSync(onHost(path)).mode & 0o7777).toString(8).padStart(4, "0"),
        content: readFileSync(onHost(path), "utf8"),
      })),
    ).toEqual(files);
  });

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
    const content = 'MASTERS="10.0.0.4"\n';
    writeUserDataFiles(machine.root, [{ path: "/etc/cdktf-mesos/node.env", permissions: "0644", content }]);

    expect((await boot()).stdout).toContain(
      "failed   settings   /etc/cdktf-mesos/node.env lacks: CLUSTER_NAME MESOS_QUORUM NODE_GENERATION NODE_ROLE " +
        "WEAVE_ENCRYPTED WEAVE_MTU WEAVE_RANGE\n",
    );
    expect(await verdict()).toMatchObject({ generation: "", ok: false });
  });
});

describe("userDataFiles", () => {
  const config = (document: object) => `#cloud-config\n${JSON.stringify(document)}`;
  const file = { path: "/a", permissions: "0644", content: "é" };
  const base64 = (text: string) => Buffer.from(text).toString("base64");

  it("reads what is not gzipped too", () => {
    expect(userDataFiles(base64(config({ write_files: [file] })))).toEqual([file]);
  });

  it.each([
    undefined,
    null,
    "",
    base64("#!/bin/sh\n"),
    base64("#cloud-config\nwrite_files: []\n"),
    base64(config({})),
  ])("finds none in %j", (data) => {
    expect(userDataFiles(data)).toEqual([]);
  });
});
