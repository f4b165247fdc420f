import fc from "fast-check";
import type { ClusterState } from "../../../../tools/rehearsal/mesos/cluster-state";
import type { StandInCluster } from "./stand-in-cluster";

/** What may be any way in a situation. */
export interface World {
  readonly cluster: string;
  readonly task: string;
  readonly image: string;
  readonly masters: readonly [string, string, string];
  readonly agents: number;
  /** What else goes on, before and after the situation's own mesos-execute is started. */
  readonly before: readonly Aside[];
  readonly after: readonly Aside[];
}

/** Another mesos-execute: its task has ended, got no offer, or runs. */
type Aside = keyof typeof ASIDES;

type Frameworks = ClusterState["frameworks"];

const ASIDES = {
  ended: { args: ["--command=true", "--resources=cpus:0.1;mem:32"], isSettled: undefined },
  waiting: {
    args: ["--command=true", "--resources=cpus:50;mem:32"],
    isSettled: (own: Frameworks) => own.some(({ suppressed }) => suppressed),
  },
  running: {
    args: ["--command=exec sleep 300", "--resources=cpus:0.1;mem:32"],
    isSettled: (own: Frameworks) => own.some(({ tasks }) => tasks[0]?.state === "TASK_RUNNING"),
  },
};

const IMAGES = ["weaveworksdemos/catalogue:0.3.5", "weaveworksdemos/user:0.4.4", "rabbitmq:3.6.8"];

const address = fc
  .tuple(fc.integer({ min: 16, max: 31 }), fc.nat(255), fc.integer({ min: 1, max: 254 }))
  .map(([a, b, c]) => `172.${a}.${b}.${c}`);
const asides = fc.array(fc.constantFrom(...(Object.keys(ASIDES) as Aside[])), { maxLength: 2 });

/** All of them. */
export const WORLDS: fc.Arbitrary<World> = fc.record({
  cluster: fc.stringMatching(/^cluster-[a-z0-9]{3,8}$/),
  task: fc.stringMatching(/^task-[a-z0-9]{3,12}$/),
  image: fc.constantFrom(...IMAGES),
  masters: fc.uniqueArray(address, { minLength: 3, maxLength: 3 }) as fc.Arbitrary<[string, string, string]>,
  agents: fc.integer({ min: 1, max: 3 }),
  before: asides,
  after: asides,
});

/** Starts what else goes on, one after the other, and waits until it has come as far as it will. */
export async function runAsides(
  stand: StandInCluster,
  kinds: readonly Aside[],
  { masters }: World,
): Promise<void> {
  for (const kind of kinds) {
    const { args, isSettled } = ASIDES[kind];
    const known = stand.state.frameworks.map(({ id }) => id);
    const run = stand.executeAside([`--master=${masters[0]}:5050`, `--name=aside-${kind}`, ...args]);
    if (isSettled === undefined) await run;
    else await stand.until(({ frameworks }) => isSettled(frameworks.filter(({ id }) => !known.includes(id))));
  }
}
