import { expectAllToStart, SEEDS } from "./fourteen-services";

describe("14 services of 0.3 cpu, started side by side on 3 agents of 2 cpus, all run", () => {
  it.each(SEEDS)("seed %i", (seed) => expectAllToStart(0.3, seed));
});
