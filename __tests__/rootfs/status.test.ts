import { rmSync } from "node:fs";
import { join } from "node:path";

import { Sandbox } from "./sandbox";

const [DB, WEB] = ["db-1-20260101000000", "web-2-20260101000000"];

describe("status", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
    sandbox.command(
      "systemctl",
      `[[ $* == *@web-2-* ]] && echo ActiveState=activating || echo ActiveState=active; echo NRestarts=3`,
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
    sandbox.write(`run/${task}/decision`, "go\n");
  }

  it("is an empty list where nothing is launched", async () => {
    expect(await status()).toEqual([]);
  });

  it("tells unit, restarts and last state of each task when no master answers", async () => {
    declare(DB, "db", "1 TASK_STARTING\n2 TASK_RUNNING\n");
    declare(WEB, "web", "");
    rmSync(sandbox.path(`run/${WEB}/decision`));

    expect(await status()).toEqual([
      {
        task: DB,
        service: "db",
        unit: "active",
        restarts: 3,
        state: "TASK_RUNNING",
        decision: "go",
        mesos: [],
      },
      { task: WEB, service: "web", unit: "activating", restarts: 3, state: "", decision: "", mesos: [] },
    ]);
  });

  it("tells what Mesos says of each copy, whatever the definition, also when it says it of two frameworks", async () => {
    declare(DB, "db", "2 TASK_RUNNING\n");
    const network = { network_infos: [{ ip_addresses: [{ ip_address: "10.32.0.1" }] }] };
    const running = { id: DB, state: "TASK_RUNNING", slave_id: "S0" };
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
            { ...running, id: "db-1-20250101000000", statuses: [] },
            { id: "other-db-1-20260101000000", state: "TASK_RUNNING", slave_id: "S1", statuses: [] },
          ],
        },
        { id: "F-2", connected: true, tasks: [] },
      ],
    };
    sandbox.command("curl", `echo '${JSON.stringify(state)}'`);

    const seen = { state: "TASK_RUNNING", agent: "10.0.1.5" };
    expect(await status()).toMatchObject([
      {
        task: DB,
        mesos: [
          { ...seen, task: DB, framework: "F-1", connected: true, healthy: true, address: "10.32.0.1" },
          {
            ...seen,
            task: "db-1-20250101000000",
            framework: "F-0",
            connected: false,
            healthy: null,
            address: null,
          },
        ],
      },
    ]);
  });
});
