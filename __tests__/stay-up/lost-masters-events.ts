import { eventually } from "../../tools/rehearsal/eventually";
import type { Row } from "./events";
import { service } from "./service";
import type { StayUpCluster } from "./stay-up-cluster";

const WEB = service("web");
const NEXT = { ...WEB, version: "2" };

type Which = (cluster: StayUpCluster) => Promise<string>;

const leader: Which = async (cluster) => cluster.nodes.leader as string;
const launcher: Which = (cluster) => cluster.launcherOf("web");
const bystander: Which = async (cluster) => {
  const busy = [await leader(cluster), await launcher(cluster)];
  return cluster.nodes.masters.find((address) => !busy.includes(address)) as string;
};

/** The events in which a master is lost while others go on. */
export const LOST_MASTERS_EVENTS: readonly Row[] = [
  ...[
    { who: "the leader, which launches,", which: leader, leads: true, launches: true },
    { who: "the leader, while another launches,", which: leader, leads: true, launches: false },
    { who: "the launcher, while another leads,", which: launcher, leads: false, launches: true },
    { who: "a master that neither leads nor launches", which: bystander, leads: false, launches: false },
  ].flatMap(({ who, which, leads, launches }): Row[] => {
    const begin = async (cluster: StayUpCluster) => {
      await cluster.mustDeploy(WEB);
      if (leads !== launches && which !== bystander) await leadElsewhere(cluster);
      const address = await which(cluster);
      expect([(await leader(cluster)) === address, (await launcher(cluster)) === address]).toEqual([
        leads,
        launches,
      ]);
      return address;
    };
    /** What another launches goes on as it is. */
    const unlessLaunched = async (cluster: StayUpCluster, act: () => Promise<void>) => {
      const settled = async () => {
        await act();
        await cluster.converges();
      };
      await (launches ? settled() : cluster.kept("web", settled));
    };
    return [
      {
        event: `${who} dies and comes back`,
        play: async (cluster) => {
          const address = await begin(cluster);
          await unlessLaunched(cluster, async () => {
            await cluster.nodes.cutPower(address);
            await cluster.task("web");
            await cluster.nodes.powerOn(address);
          });
        },
      },
      {
        event: `${who} dies and never comes back`,
        play: async (cluster) => {
          const address = await begin(cluster);
          await unlessLaunched(cluster, () => cluster.nodes.cutPower(address));
        },
      },
      {
        event: `${who} dies and comes back with an old definition, after an update it missed`,
        play: async (cluster) => {
          const address = await begin(cluster);
          await cluster.nodes.cutPower(address);
          await eventually(() => cluster.nodes.leader !== undefined, 60_000);
          const { succeeded, output } = await cluster.deploy(NEXT);
          expect({ succeeded, output }).toEqual({ succeeded: false, output: `${address}: unreachable` });
          await cluster.deployTo(
            cluster.nodes.masters.filter((master) => master !== address),
            NEXT,
          );
          await cluster.nodes.powerOn(address);
        },
      },
    ];
  }),
  ...[false, true].map((stopFirst): Row => ({
    event: `an update that ${stopFirst ? "stops" : "starts"} first, while another launches than leads`,
    play: async (cluster) => {
      await cluster.mustDeploy({ ...WEB, stopFirst });
      await leadElsewhere(cluster);
      await cluster.replaced("web", () => cluster.mustDeploy({ ...NEXT, stopFirst }));
    },
  })),
  {
    event: "an update reaches the leader only, then all",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      await cluster.replaced("web", async () => cluster.deployTo([await leader(cluster)], NEXT));
      await cluster.mustDeploy(NEXT);
    },
  },
  {
    event: "an update reaches masters that do not lead only, then all",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      const followers = cluster.nodes.masters.filter((master) => master !== cluster.nodes.leader);
      await cluster.installTo(followers, NEXT);
      await cluster.mustDeploy(NEXT);
    },
  },
  {
    event: "a master is replaced and gets its files on the next deploy",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      const address = await launcher(cluster);
      await cluster.nodes.remove(address);
      await cluster.nodes.powerOn(address);
      await cluster.install(address);
      await cluster.task("web");
      await cluster.mustDeploy(WEB);
    },
  },
  {
    event: "an update is lost in a fail-over",
    play: async (cluster) => {
      await cluster.mustDeploy(service("other"));
      await leadElsewhere(cluster);
      cluster.onNextOffer(() => {
        const dying = cluster.nodes.instance(cluster.nodes.leader as string);
        dying.stopMesos();
        setTimeout(() => dying.startMesos(), 2_000);
      });
      await cluster.mustDeploy(WEB);
    },
  },
  {
    event: "an agent and the leader are lost at once",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      await leadElsewhere(cluster);
      await cluster.nodes.cutPower(await cluster.agentOf("web"));
      await cluster.nodes.cutPower(await leader(cluster));
    },
  },
  {
    event: "a service is removed while its launcher is without power",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      await leadElsewhere(cluster);
      const address = await launcher(cluster);
      await cluster.nodes.cutPower(address);
      await cluster.task("web");
      expect((await cluster.remove("web")).succeeded).toBe(true);
    },
  },
];

/** Has another master lead than the one that launches. */
async function leadElsewhere(cluster: StayUpCluster): Promise<void> {
  const { nodes } = cluster;
  const former = nodes.leader as string;
  nodes.instance(former).stopMesos();
  const isOver = () =>
    nodes.leader !== undefined && nodes.leader !== former && nodes.state.recovered.length === 0;
  expect(await eventually(isOver, 60_000)).toBe(true);
  nodes.instance(former).startMesos();
  const connected = () => nodes.state.frameworks.every(({ process }) => process !== undefined);
  expect(await eventually(connected, 60_000)).toBe(true);
}
