import * as path from "node:path";
import { SOCK_SHOP_SERVICES } from "../../lib/sock-shop/services";
import { DRILLS, LabCluster } from "../../tools/drills";
import { type Lab, startLab } from "../../tools/lab";
import { prepareCache } from "../../tools/lab/cache";
import { prepareHost } from "../../tools/lab/host";
import { labLeftovers } from "../../tools/lab/leftovers";
import { keepLogs } from "../../tools/lab/machine-logs";
import { standInArtifacts } from "../../tools/lab/stand-in-artifacts";
import { RehearsedProject } from "../../tools/rehearsal/rehearsed-project";
import { temporaryDirectory } from "../rehearsal/support";

const SOURCE = path.join(__dirname, "../..");
const STACKS = ["mesos", "sock-shop"];
const SETTINGS = { CDKTF_MESOS_MASTER_COUNT: "1", CDKTF_MESOS_AGENT_COUNT: "2" };
const RUN = ["--auto-approve", "--skip-provider-lock", "--terraform-parallelism", "40"];
const LOGS = path.join(SOURCE, ".lab/logs");

/** The others are for `npm run lab`. */
const PLAYED = DRILLS.filter(({ masters, short }) => masters === 1 && short);

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

describe("a cluster on machines that boot", () => {
  const { directory, remove } = temporaryDirectory();
  let project: RehearsedProject<Lab>;
  let cluster: LabCluster;
  let deployed: { code: number; output: string };

  beforeAll(async () => {
    prepareHost(say);
    const cached = await prepareCache(say);
    const { artifacts, routes } = await standInArtifacts(path.join(directory, "artifacts"));
    const lab = await startLab({ directory: path.join(directory, "lab"), artifacts, ...cached });
    const context = { artifacts: routes };
    project = await RehearsedProject.deployTo(lab, {
      source: SOURCE,
      directory: path.join(directory, "lab"),
      context,
    });
    cluster = new LabCluster(lab);
    deployed = await cdktf("deploy");
  }, 1_800_000);

  afterAll(async () => {
    await project.close();
    const footprint = { directory: path.join(directory, "lab"), sshPort: project.rehearsal.sshPort };
    remove();
    expect(labLeftovers(footprint)).toEqual([]);
  }, 120_000);

  function cdktf(verb: "deploy" | "destroy") {
    return project.cdktf([verb, ...STACKS, ...RUN], { env: SETTINGS });
  }

  it("comes up with all of Sock Shop, each machine and each service well", async () => {
    const { code, output } = deployed;
    if (code !== 0) for (const machine of cluster.all) await keepLogs(machine, path.join(LOGS, machine.id));

    expect({ code, tail: code === 0 ? "" : output.slice(-4000) }).toEqual({ code: 0, tail: "" });
    await cluster.remember();
    expect(Object.keys(cluster.declared).sort()).toEqual(SOCK_SHOP_SERVICES.map(({ name }) => name).sort());
    await cluster.untilWell();
  });

  it("has services on both machines, some of them on the overlay on each", async () => {
    const tasks = await cluster.tasks();
    const overlay = SOCK_SHOP_SERVICES.filter(({ hostPorts }) => hostPorts === undefined);
    const homes = overlay.map(({ name }) => tasks.find((task) => task.name === name)?.machine.id);

    expect(new Set(homes)).toEqual(new Set(cluster.agents.map(({ id }) => id)));
  });

  it.each(PLAYED)(
    "bears that $title",
    async ({ name, play }) => {
      await play(cluster).catch(async (error: unknown) => {
        for (const machine of cluster.all) await keepLogs(machine, path.join(LOGS, name, machine.id));
        throw error;
      });
    },
    600_000,
  );

  it("is destroyed, and nothing is left", async () => {
    const { code, output } = await cdktf("destroy");

    expect({ code, tail: code === 0 ? "" : output.slice(-4000) }).toEqual({ code: 0, tail: "" });
    for (const stack of STACKS) expect(project.state(stack).resources).toEqual([]);
    expect(project.rehearsal.machines()).toEqual([]);
  });
});
