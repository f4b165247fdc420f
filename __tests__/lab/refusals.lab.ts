import * as path from "node:path";
import { type Lab, startLab } from "../../tools/lab";
import { prepareCache } from "../../tools/lab/cache";
import { playRefusals, REFUSALS } from "../../tools/drills/refusals/refusals";
import { prepareHost } from "../../tools/lab/host";
import { labLeftovers } from "../../tools/lab/leftovers";
import { standInArtifacts } from "../../tools/lab/stand-in-artifacts";
import { temporaryDirectory } from "../rehearsal/support";

/** Those that are short, or those an expression names, as in `REFUSAL=clock`; `npm run lab` plays all. */
const PLAYED = REFUSALS.filter(({ name, short }) =>
  process.env.REFUSAL === undefined ? short : new RegExp(process.env.REFUSAL).test(name),
);

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

describe("a machine that cannot become a node", () => {
  const { directory, remove } = temporaryDirectory();
  const labDirectory = path.join(directory, "lab");
  let lab: Lab;
  let ends: ReadonlyMap<string, Promise<void>>;

  beforeAll(async () => {
    prepareHost(say);
    const cached = await prepareCache(say);
    const standIns = await standInArtifacts(path.join(directory, "artifacts"));
    lab = await startLab({ directory: labDirectory, artifacts: standIns.artifacts, ...cached });
    ends = playRefusals(PLAYED, { lab, standIns });
    for (const [name, end] of ends) {
      end.then(
        () => say(`${name}: as it should be`),
        (error: Error) => say(`${name}: ${error.message}`),
      );
    }
  }, 1_200_000);

  afterAll(async () => {
    await lab.close();
    const footprint = { directory: labDirectory, sshPort: lab.sshPort };
    remove();
    expect(labLeftovers(footprint)).toEqual([]);
  }, 120_000);

  it.each(PLAYED)(
    "says so: $title",
    async ({ name }) => {
      await expect(ends.get(name)).resolves.toBeUndefined();
    },
    3_600_000,
  );
});
