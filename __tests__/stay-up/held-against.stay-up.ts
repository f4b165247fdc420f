import { eventually } from "../../tools/rehearsal/eventually";
import { LAUNCHER } from "../rehearsal/shipped-launcher";
import { service } from "./service";
import { type Changes, StayUpCluster } from "./stay-up-cluster";

const WEB = service("web");

describe("what services are held against is real:", () => {
  let cluster: StayUpCluster;
  const boot = async (masters: number, changes?: Changes) => {
    cluster = await StayUpCluster.boot(masters, changes);
    await cluster.mustDeploy(WEB);
  };
  afterEach(() => cluster.close());
  const twice = /^web-1 lives as web-1-\d+ .* and web-1-\d+ /;

  it("a second copy, started by hand, is seen", async () => {
    await boot(1);
    const [master] = cluster.nodes.masters as [string];

    const byHand = `mesos-execute --master=file://${LAUNCHER}/etc/master --task=file://$(ls ${LAUNCHER}/tasks/web-1-*.json)`;
    const ended = cluster.nodes.bash(master, byHand);
    await eventually(() => cluster.violations.length > 0, 60_000);
    await cluster.nodes.mustRun(
      master,
      "pkill -f '[m]esos-execute .*--task=' && systemctl stop 'mesos-task@*'",
    );
    await ended;

    expect(cluster.violations).toEqual([expect.stringMatching(twice)]);
  });

  it("launchers that do not wait for the agents of a new leader start a second copy", async () => {
    await boot(3, { periods: { SETTLE_SEC: 0 }, reregisterSec: 60 });

    const { agent } = await cluster.task("web");
    await cluster.nodes.cutPower(await cluster.launcherOf("web"));
    await eventually(() => cluster.nodes.leader !== undefined, 60_000);
    const { leader, recovered } = cluster.nodes.state;
    for (const { agent: other } of recovered.filter((each) => each.agent.id !== agent))
      cluster.nodes.cluster.happen({ kind: "agentBack", agent: other.id, leader: leader?.id ?? "" });
    await eventually(() => cluster.violations.length > 0, 60_000);

    expect(cluster.violations).toEqual([expect.stringMatching(twice)]);
  });

  it("a unit that is left over is told of", async () => {
    await boot(1);
    const [master] = cluster.nodes.masters as [string];
    await cluster.nodes.mustRun(master, "systemctl enable mesos-task@gone-1-20200101000000");

    expect(cluster.differences()).toEqual([`unit of gone-1-20200101000000 is left on ${master}`]);
  });
});
