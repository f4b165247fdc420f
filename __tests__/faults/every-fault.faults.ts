import { spawn, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { SOCK_SHOP_SERVICES } from "../../lib/sock-shop/services";
import { REHEARSAL_FAULTS } from "../../tools/rehearsal/rehearsal-faults";
import type { RehearsalReport } from "../../tools/rehearsal/rehearsal-report";

const REPOSITORY = join(__dirname, "../..");
const COMMAND = join(REPOSITORY, "tools/bin/cdktf-mesos-tools.js");

/** Agents of the stack mesos as it is by default: the edge router runs on each. */
const AGENTS = 3;

interface Ended {
  readonly pid: number;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function rehearse(fault: string): Promise<Ended> {
  const child = spawn(process.execPath, [COMMAND, "rehearse", "--fault", fault, "--json"], {
    cwd: REPOSITORY,
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ pid: child.pid as number, code, stdout, stderr }));
  });
}

const UNITS = SOCK_SHOP_SERVICES.flatMap(({ name, hostPorts }) =>
  Array.from({ length: hostPorts === undefined ? 1 : AGENTS }, (_, index) => `${name}-${index + 1}`),
);

describe("a rehearsal with the fault", () => {
  test.concurrent.each(Object.entries(REHEARSAL_FAULTS))(
    "%s ends as told; the next deploy repairs, and destroy leaves nothing",
    async (name, { texts }) => {
      const { pid, code, stdout, stderr } = await rehearse(name);

      expect({ code, said: code === 0 ? "" : stderr }).toEqual({ code: 0, said: "" });
      const report = JSON.parse(stdout) as RehearsalReport;
      expect(report).toMatchObject({
        ...{ success: true, fault: name, stillInState: [], inNoState: [], leftovers: [] },
        steps: [`deploy with ${name}`, "deploy again", "destroy"].map((step) => ({ step, asTold: true })),
      });
      expect(report.services.map(({ service, state, unit }) => `${service} ${state} ${unit}`).sort()).toEqual(
        UNITS.map((unit) => `${unit} TASK_RUNNING active`).sort(),
      );
      for (const text of texts) expect(stderr).toContain(`it says: ${text}`);

      const ours = `.rehearsal/run-${pid}-`;
      expect(spawnSync("ps", ["-eo", "args"]).stdout.toString()).not.toContain(ours);
      expect(
        readdirSync(join(REPOSITORY, ".rehearsal")).filter((run) => run.startsWith(`run-${pid}-`)),
      ).toEqual([]);
    },
  );
});
