import fc from "fast-check";
import { eventually } from "../../tools/rehearsal/eventually";
import { ServiceCluster } from "./service-cluster";

/** Every run is one of these: it decides the order of the agents and that of the services. */
export const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1);

/** The services, in order. */
export const SERVICES = Array.from({ length: 14 }, (_, index) => `service-${index}`).sort();

/** The services in the order of a seed. */
export function shuffledServices(seed: number): string[] {
  const whole = fc.shuffledSubarray(SERVICES, { minLength: SERVICES.length });
  return fc.sample(whole, { seed, numRuns: 1 })[0] as string[];
}

/** Starts all services side by side on a cluster of its own, and fails unless each runs, once at every moment. */
export async function expectAllToStart(cpus: number, seed: number): Promise<void> {
  const cluster = await ServiceCluster.boot(seed);
  try {
    await cluster.start(shuffledServices(seed), cpus);
    await eventually(() => cluster.running.length === SERVICES.length, 30_000);

    const { running, mostCopies } = cluster;
    expect({ running, mostCopies }).toEqual({ running: SERVICES, mostCopies: 1 });
  } finally {
    await cluster.close();
  }
}
