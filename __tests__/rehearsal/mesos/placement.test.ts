import * as fs from "node:fs";
import * as path from "node:path";
import { cloudConfig, deterministicGzip } from "../../../lib/machine/cloud-config";
import { nodeUserData } from "../../../lib/mesos/node-user-data";
import { Instance } from "../../../tools/rehearsal/instance";
import { Clusters } from "../../../tools/rehearsal/mesos/clusters";
import type { Fault } from "../../../tools/rehearsal/mesos/faults";
import { nodeSettings } from "../../../tools/rehearsal/mesos/node-settings";
import { namespaceMode } from "../../../tools/rehearsal/namespace";
import { userDataFiles } from "../../../tools/rehearsal/user-data";
import { expectEventually, temporaryDirectory } from "../support";

const SETTINGS = { CLUSTER_NAME: "demo", MASTERS: "10.0.0.4 10.0.1.4 10.0.2.4", MESOS_QUORUM: "2" };
const AGENT = {
  ...SETTINGS,
  NODE_ROLE: "agent",
  MESOS_RESOURCES: "cpus:2;mem:4096;ports:[80-80,31000-32000]",
};

function userData({ NODE_ROLE, ...settings }: Record<string, string>): string {
  const role = NODE_ROLE === "master" ? "master" : "agent";
  const artifacts = { path: "/etc/cdktf-mesos/artifacts.json", mode: "0644", content: "{}\n" };
  return deterministicGzip(cloudConfig(nodeUserData(role, settings, artifacts))).toString("base64");
}

describe("nodeSettings", () => {
  it("are what the library wrote into the user-data", () => {
    expect(nodeSettings(userDataFiles(userData(AGENT)))).toEqual({
      cluster: "demo",
      role: "agent",
      masters: ["10.0.0.4", "10.0.1.4", "10.0.2.4"],
      quorum: 2,
      resources: {
        scalars: { cpus: 2000, mem: 4_096_000 },
        ports: [
          [80, 80],
          [31_000, 32_000],
        ],
      },
    });
  });

  it.each([[undefined], [null], [""], [Buffer.from("#!/bin/sh\n").toString("base64")]])(
    "are not there for %p",
    (data) => expect(nodeSettings(userDataFiles(data))).toBeUndefined(),
  );
});

describe("a cluster of machines", () => {
  const clusters = new Clusters();
  const { directory, remove } = temporaryDirectory();
  const instances: Instance[] = [];
  const launch = async (id: string, address: string, settings: Record<string, string>) => {
    const faults: Record<string, Fault> = { starved: "first-offer-too-small", pulled: "pull-fails-twice" };
    const mode = await namespaceMode();
    const files = userDataFiles(userData(settings));
    const instance = await Instance.launch({
      ...{ directory, id, mode, publicKey: "", faults, clusters, address, files },
    });
    instances.push(instance);
    return instance;
  };
  let master: Instance;
  beforeAll(async () => {
    await launch("agent-1", "10.0.9.1", AGENT);
    await launch("agent-2", "10.0.9.2", AGENT);
    master = await launch("master-1", "10.0.0.4", { ...SETTINGS, NODE_ROLE: "master" });
    await launch("master-2", "10.0.1.4", { ...SETTINGS, NODE_ROLE: "master" });
  });
  afterAll(async () => {
    void execute("left", "--command='sleep 300'");
    await expectEventually(() => clusters.placements().some(({ task }) => task === "left"));
    await Promise.all(instances.map((instance) => instance.terminate()));
    // a cluster whose machines are all gone is forgotten, at once
    expect(clusters.placements()).toEqual([]);
    clusters.close();
    remove();
  });

  const execute = (
    name: string,
    flags = "--command=hostname",
    zk = "zk://10.0.0.4:2181,10.0.1.4:2181/mesos",
  ) =>
    master.machine.run([
      "bash",
      "-c",
      `timeout 3 mesos-execute --master=${zk} --name=${name} --resources='cpus:0.5;mem:32' ${flags}`,
    ]);

  it("runs a task on an agent, not where mesos-execute is", async () => {
    const { code, stdout } = await execute("where");

    expect(code).toBe(0);
    expect(stdout).toContain("TASK_FINISHED");
    const outputs = instances.flatMap(({ machine }) => {
      const frameworks = path.join(machine.root, "var/lib/mesos/agent/frameworks");
      const ids = fs.existsSync(frameworks) ? fs.readdirSync(frameworks) : [];
      return ids.map((id) =>
        fs.readFileSync(path.join(frameworks, id, "executors/where/runs/latest/stdout"), "utf8"),
      );
    });
    expect(outputs).toEqual([expect.stringMatching(/^agent-[12]\n$/)]);
  });

  it("names the machine of a task that runs, and none of one whose process was killed", async () => {
    const running = execute("sleeper", "--command='sleep 300'");
    await expectEventually(() => clusters.placements().some(({ task }) => task === "sleeper"));
    expect(clusters.placements()).toEqual([
      {
        task: "sleeper",
        machine: expect.stringMatching(/^agent-/),
        framework: expect.stringMatching(/-0001$/),
      },
    ]);

    expect(await running).toMatchObject({ code: 124 });

    await expectEventually(() => clusters.placements().length === 0);
  });

  it("lets nobody in who turns to a master that does not lead", async () => {
    const { code, stdout } = await execute("lost", "--command=true", "10.0.1.4:5050");

    expect({ code, stdout }).toEqual({ code: 124, stdout: "" });
  });

  it("starves a task whose first offer was too small, until it is started again", async () => {
    expect((await execute("starved")).stdout).toMatch(/^Subscribed with ID \S+\n$/);

    expect((await execute("starved")).stdout).toContain("TASK_FINISHED");
  });

  it("fails to pull an image twice", async () => {
    const runs = [await execute("pulled"), await execute("pulled"), await execute("pulled")];

    expect(runs.map(({ stdout }) => /429|TASK_FINISHED/.exec(stdout)?.[0])).toEqual([
      "429",
      "429",
      "TASK_FINISHED",
    ]);
  });
});
