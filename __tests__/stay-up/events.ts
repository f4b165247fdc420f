import { eventually } from "../../tools/rehearsal/eventually";
import { service } from "./service";
import type { StayUpCluster } from "./stay-up-cluster";

/** Something that happens to a cluster, and what must come of it at once. That all is as declared in the end is not said. */
export interface Row {
  readonly event: string;
  play(cluster: StayUpCluster): Promise<void>;
}

/** Long enough for what fails to be tried once or more. */
const FAILING_SEC = 8;

const WEB = service("web");

/** The events of a service's life. */
export const SERVICE_EVENTS: readonly Row[] = [
  {
    event: "crash",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      await cluster.replaced("web", (task) => cluster.end(task, 1));
    },
  },
  {
    event: "exit 0",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      await cluster.replaced("web", (task) => cluster.end(task, 0));
    },
  },
  {
    event: "failed pull twice",
    play: async (cluster) => {
      cluster.plan({ web: "pull-fails-twice" });
      await cluster.mustDeploy(WEB);
    },
  },
  {
    event: "pull never",
    play: async (cluster) => {
      cluster.plan({ web: "image-missing" });
      const { succeeded, output } = await cluster.deploy(WEB, FAILING_SEC);
      expect(output).toContain("404 Not Found");
      expect(succeeded).toBe(false);
      cluster.plan({});
    },
  },
  {
    event: "unhealthy",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      await cluster.replaced("web", () => cluster.sicken("web"));
    },
  },
  {
    event: "agent lost and back",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      const agent = await cluster.agentOf("web");
      await cluster.replaced("web", () => cluster.nodes.cutPower(agent));
      await cluster.nodes.powerOn(agent);
    },
  },
  {
    event: "agent cut off and back",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      const agent = cluster.nodes.instance(await cluster.agentOf("web"));
      await cluster.replaced("web", async () => agent.stopMesos());
      agent.startMesos();
    },
  },
  {
    event: "agent restarted",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      const agent = cluster.nodes.instance(await cluster.agentOf("web"));
      await cluster.kept("web", async () => {
        agent.stopMesos();
        agent.startMesos();
      });
    },
  },
  {
    event: "agent taken away",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      const agent = await cluster.agentOf("web");
      await cluster.replaced("web", () => cluster.drain(agent));
      await cluster.nodes.cutPower(agent);
    },
  },
  {
    event: "too little room and then enough",
    play: async (cluster) => {
      for (const name of ["one", "two", "three"]) await cluster.mustDeploy(service(name, { cpus: 1.5 }));
      const { succeeded, output } = await cluster.deploy(service("web", { cpus: 1 }), FAILING_SEC);
      expect(output).toContain("cpus 0.5");
      expect(succeeded).toBe(false);
      await cluster.nodes.addAgent();
    },
  },
  {
    event: "launcher rebooted",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      const launcher = await cluster.launcherOf("web");
      await cluster.nodes.cutPower(launcher);
      await cluster.nodes.powerOn(launcher);
    },
  },
  {
    event: "mesos-execute killed",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      const launcher = await cluster.launcherOf("web");
      await cluster.replaced("web", async () => {
        await cluster.nodes.mustRun(launcher, "pkill -KILL -f '[m]esos-execute --master'");
      });
    },
  },
  {
    event: "master failover",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      const leader = cluster.nodes.instance(cluster.nodes.leader as string);
      await cluster.kept("web", async () => {
        leader.stopMesos();
        if (cluster.nodes.masters.length === 1) leader.startMesos();
        await eventually(() => cluster.nodes.leader !== undefined, 10_000);
        leader.startMesos();
        await cluster.task("web");
      });
    },
  },
  {
    event: "all masters restarted",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      const masters = cluster.nodes.masters.map((address) => cluster.nodes.instance(address));
      await cluster.kept("web", async () => {
        for (const master of masters) master.stopMesos();
        for (const master of masters) master.startMesos();
        await cluster.task("web");
      });
    },
  },
  {
    event: "all masters without power at once",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      const { masters } = cluster.nodes;
      await Promise.all(masters.map((address) => cluster.nodes.cutPower(address)));
      await Promise.all(masters.map((address) => cluster.nodes.powerOn(address)));
    },
  },
  {
    event: "teardown by hand",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      const { framework } = await cluster.task("web");
      await cluster.replaced("web", () => cluster.teardown(framework));
    },
  },
  {
    event: "two services with one name",
    play: async (cluster) => {
      const other = { ...WEB, version: "of somebody else" };
      await Promise.all([cluster.deploy(WEB), cluster.deploy(other)]);
      await cluster.mustDeploy(other);
    },
  },
  {
    event: "update good",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      await cluster.replaced("web", () => cluster.mustDeploy({ ...WEB, version: "2" }));
    },
  },
  {
    event: "update good that stops first",
    play: async (cluster) => {
      await cluster.mustDeploy({ ...WEB, stopFirst: true });
      await cluster.replaced("web", () => cluster.mustDeploy({ ...WEB, stopFirst: true, version: "2" }));
    },
  },
  ...(["fails", "image-missing"] as const).map((fault): Row => ({
    event: `update bad: ${fault}`,
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      const { framework } = await cluster.task("web");
      const { succeeded, output } = await cluster.deploy({ ...WEB, version: "2", fault }, FAILING_SEC);
      expect(output).toContain(fault === "fails" ? "this version fails" : "Failed to launch container");
      expect(succeeded).toBe(false);
      expect(cluster.tasksOf("web").find((task) => task.framework === framework)?.state).toBe("TASK_RUNNING");
      await cluster.mustDeploy({ ...WEB, version: "3" });
    },
  })),
  {
    event: "update bad: never healthy, and back to the old version",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      await cluster.kept("web", async () => {
        cluster.plan({ web: "unhealthy" });
        const { succeeded, output } = await cluster.deploy({ ...WEB, version: "2" }, FAILING_SEC);
        // the last word of an attempt may still be on its way
        expect(output).toMatch(/ {2}web-1-\d{14}: TASK_KILL(?:ED|ING)/);
        expect(succeeded).toBe(false);
        cluster.plan({});
        await cluster.mustDeploy(WEB);
      });
    },
  },
  {
    event: "the same again",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      await cluster.kept("web", () => cluster.mustDeploy(WEB));
    },
  },
  {
    event: "scale up",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      await cluster.kept("web", () => cluster.mustDeploy({ ...WEB, replicas: 3 }));
    },
  },
  {
    event: "scale down",
    play: async (cluster) => {
      await cluster.mustDeploy({ ...WEB, replicas: 3 });
      await cluster.kept("web", () => cluster.mustDeploy(WEB));
    },
  },
  {
    event: "remove",
    play: async (cluster) => {
      await cluster.mustDeploy(WEB);
      await cluster.mustDeploy(service("other"));
      expect((await cluster.remove("web")).succeeded).toBe(true);
    },
  },
  {
    event: "destroy half-made",
    play: async (cluster) => {
      cluster.plan({ web: "image-missing" });
      expect((await cluster.deploy(WEB, FAILING_SEC)).succeeded).toBe(false);
      expect((await cluster.remove("web")).succeeded).toBe(true);
    },
  },
  {
    event: "destroy what never came to be",
    play: async (cluster) => {
      expect((await cluster.remove("web")).succeeded).toBe(true);
    },
  },
];
