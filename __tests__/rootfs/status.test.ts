import { join } from "node:path";

import { Sandbox } from "./sandbox";

describe("status", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
    sandbox.command(
      "systemctl",
      `[[ $* == *web-2* ]] && echo ActiveState=activating || echo ActiveState=active; echo NRestarts=3`,
    );
  });

  afterEach(() => sandbox.remove());

  async function status(): Promise<unknown> {
    const { code, stdout, stderr } = await sandbox.run(join(root, "bin/status"), []);
    expect([code, stderr]).toEqual([0, ""]);
    return JSON.parse(stdout);
  }

  function declare(task: string, service: string, updates: string): void {
    sandbox.write(`launcher/tasks/${task}.json`, JSON.stringify({ name: service }));
    sandbox.write(`run/${task}/updates`, updates);
  }

  it("is an empty list where nothing is launched", async () => {
    expect(await status()).toEqual([]);
  });

  it("tells unit, restarts and last state of each task when no master answers", async () => {
    declare("db", "db", "1 TASK_STARTING\n2 TASK_RUNNING\n");
    declare("web-2", "web", "");

    expect(await status()).toEqual([
      { task: "db", service: "db", unit: "active", restarts: 3, state: "TASK_RUNNING", mesos: [] },
      { task: "web-2", service: "web", unit: "activating", restarts: 3, state: "", mesos: [] },
    ]);
  });

  it("tells what Mesos says of each, also when it says it of two frameworks", async () => {
    declare("db", "db", "2 TASK_RUNNING\n");
    const network = { network_infos: [{ ip_addresses: [{ ip_address: "10.32.0.1" }] }] };
    const running = { id: "db", state: "TASK_RUNNING", slave_id: "S0" };
    const state = {
      slaves: [{ id: "S0", hostname: "10.0.1.5" }],
      frameworks: [
        {
          id: "F-1",
          connected: true,
          tasks: [{ ...running, statuses: [{}, { healthy: true, container_status: network }] }],
        },
        {
          id: "F-0",
          connected: false,
          tasks: [
            { ...running, statuses: [] },
            { id: "other", state: "TASK_RUNNING", slave_id: "S1", statuses: [] },
          ],
        },
        { id: "F-2", connected: true, tasks: [] },
      ],
    };
    sandbox.command("curl", `echo '${JSON.stringify(state)}'`);

    const seen = { state: "TASK_RUNNING", agent: "10.0.1.5" };
    expect(await status()).toMatchObject([
      {
        task: "db",
        mesos: [
          { ...seen, framework: "F-1", connected: true, healthy: true, address: "10.32.0.1" },
          { ...seen, framework: "F-0", connected: false, healthy: null, address: null },
        ],
      },
    ]);
  });
});
