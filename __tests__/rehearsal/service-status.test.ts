import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { type Rehearsal, startRehearsal } from "../../tools/rehearsal";
import type { Machine } from "../../tools/rehearsal/machine";
import { hostPath } from "../../tools/rehearsal/machine-path";
import { serviceStatus } from "../../tools/rehearsal/service-status";
import { expectEventually, temporaryDirectory } from "./support";

const LAUNCHER = "/opt/cdktf-mesos/launcher";

describe("serviceStatus", () => {
  const { directory, remove } = temporaryDirectory();
  let rehearsal: Rehearsal;

  beforeAll(async () => {
    rehearsal = await startRehearsal({ directory });
    for (const [id, name] of [
      ["i-1", "master"],
      ["i-2", undefined],
      ["i-3", "agent"],
    ]) {
      await rehearsal.hooks.created?.("aws_instance", {
        id: id as string,
        ...(name && { tags_all: { Name: name } }),
      });
    }
  });
  afterAll(async () => {
    await rehearsal.close();
    remove();
  });

  function write(id: string, path: string, text: string): void {
    const file = hostPath((rehearsal.machine(id) as Machine).root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  function launch(id: string, service: string, updates: string): void {
    const root = hostPath((rehearsal.machine(id) as Machine).root, LAUNCHER);
    cpSync(join(__dirname, "../../lib/mesos/launcher"), root, { recursive: true });
    write(id, `${LAUNCHER}/etc/master`, "zk://10.0.0.4:2181/mesos");
    write(id, `${LAUNCHER}/tasks/${service}.json`, JSON.stringify({ name: service }));
    write(id, `/run/cdktf-mesos/${service}/updates`, updates);
  }

  it("is empty where nothing is launched", async () => {
    expect(await serviceStatus(rehearsal)).toEqual([]);
  });

  it("tells the last state, the unit's and the machine of every service, and where it runs", async () => {
    write("i-1", "/etc/systemd/system/mesos-task@.service", "[Service]\nExecStart=/bin/sleep infinity\n");
    launch("i-1", "web", "1 TASK_STARTING\n2 TASK_RUNNING\n");
    launch("i-1", "down", "1 TASK_RUNNING\n2 ENDED\n");
    launch("i-2", "silent", "");
    const machine = rehearsal.machine("i-1") as Machine;
    expect(await machine.run(["systemctl", "start", "mesos-task@web"])).toMatchObject({ code: 0 });
    const task = machine.start([
      "mesos-execute",
      "--master=10.0.0.4:5050",
      "--name=web",
      "--command=sleep 60",
    ]);
    await expectEventually(() => rehearsal.placements().length > 0);

    // every machine here is a cluster of its own
    expect(await serviceStatus(rehearsal)).toEqual([
      { service: "down", state: "ENDED", unit: "inactive", launcher: "master", agent: "" },
      {
        service: "web",
        state: "TASK_RUNNING",
        unit: "active",
        launcher: "master",
        agent: expect.any(String),
      },
      { service: "silent", state: "-", unit: "inactive", launcher: "i-2", agent: "" },
    ]);
    expect((await serviceStatus(rehearsal))[1]?.agent).not.toBe("");
    await task.end(0);
  });
});
