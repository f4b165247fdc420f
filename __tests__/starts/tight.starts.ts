import { eventually } from "../../tools/rehearsal/eventually";
import { expectAllToStart, SEEDS, SERVICES, shuffledServices } from "./fourteen-services";
import { ServiceCluster } from "./service-cluster";

describe("14 services of 0.4 cpu, of which 15 would fit, started side by side on 3 agents of 2 cpus, all run", () => {
  it.each(SEEDS)("seed %i", (seed) => expectAllToStart(0.4, seed));
});

describe("what these starts are held against is real:", () => {
  it("without turns in looking for an offer, some wait for ever", async () => {
    let starving = 0;
    for (const seed of SEEDS) {
      starving = await starvingWithoutTurns(seed);
      if (starving > 0) break;
    }

    expect(starving).toBeGreaterThan(0);
  }, 300_000);

  it("a second copy, started by hand, is seen", async () => {
    const cluster = await ServiceCluster.boot(1);
    try {
      await cluster.start(["service-0"], 0.4);
      await eventually(() => cluster.running.length === 1, 30_000);
      const seen = eventually(() => cluster.running.length === 2, 30_000);
      await cluster.startByHand("service-0", seen);

      expect(cluster.mostCopies).toBe(2);
    } finally {
      await cluster.close();
    }
  });
});

/** How many of the services wait for ever where all look for an offer at once. */
async function starvingWithoutTurns(seed: number): Promise<number> {
  const cluster = await ServiceCluster.boot(seed);
  try {
    await cluster.bash("echo 'launcher_lock_offers() { :; }' >>/opt/cdktf-mesos/launcher/lib/launcher.sh");
    await cluster.start(shuffledServices(seed), 0.4);
    await eventually(() => cluster.running.length + cluster.starving === SERVICES.length, 30_000);
    return cluster.starving;
  } finally {
    await cluster.close();
  }
}
