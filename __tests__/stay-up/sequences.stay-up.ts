import { type Round, roundOf, toCluster, toService } from "./random-events";
import { service, type Service } from "./service";
import { StayUpCluster } from "./stay-up-cluster";

const SERVICES = 16;

/** Each is a round of as many sequences as there are services. */
const SEEDS = Array.from({ length: 13 }, (_, index) => index + 1);

describe(`whatever happens to ${SERVICES} services at once on three masters, they are as declared in the end`, () => {
  it.each(SEEDS)("seed %i", async (seed) => {
    const round = roundOf(seed, SERVICES);
    const cluster = await StayUpCluster.boot(3);
    try {
      await playAll(cluster, round);
      await cluster.converges();
      expect(cluster.violations).toEqual([]);
    } catch (error) {
      throw new Error(`seed ${seed}: ${JSON.stringify(round)}`, { cause: error });
    } finally {
      await cluster.close();
    }
  });
});

async function playAll(cluster: StayUpCluster, round: Round): Promise<void> {
  const services = round.stopFirst.map((stopFirst, index) => service(`s${index}`, { cpus: 0.02, stopFirst }));
  await Promise.all(services.map((each) => cluster.apply(each)));
  const sequences = services.map(async (each: Service, index) => {
    let declared = each;
    for (const event of round.sequences[index] ?? []) declared = await toService(cluster, event, declared);
  });
  const meanwhile = async () => {
    for (const event of round.cluster) await toCluster(cluster, event);
  };
  await Promise.all([...sequences, meanwhile()]);
  await cluster.applyWhatFailed();
}
