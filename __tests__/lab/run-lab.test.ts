import { existsSync } from "node:fs";
import { inLab } from "../../tools/lab/run-lab";
import { runDirectory } from "../../tools/lab/lab-run";
import { standInArtifacts } from "../../tools/lab/stand-in-artifacts";
import { startLab } from "../../tools/lab";
import { temporaryDirectory } from "../rehearsal/support";

jest.mock("../../tools/lab", () => ({ startLab: jest.fn() }));
jest.mock("../../tools/lab/cache", () => ({ prepareCache: jest.fn() }));
jest.mock("../../tools/lab/host", () => ({ prepareHost: jest.fn() }));
jest.mock("../../tools/lab/stand-in-artifacts", () => ({ standInArtifacts: jest.fn() }));

/** A lab that is being made for a project. */
describe("an interrupt of a lab that is being made", () => {
  const { directory: source, remove } = temporaryDirectory();
  const close = jest.fn();
  const use = jest.fn();

  afterEach(() => jest.resetAllMocks());
  afterAll(remove);

  function interrupt(): void {
    process.emit("SIGINT");
  }

  it("ends it before anything is done in it", async () => {
    jest.mocked(standInArtifacts).mockImplementation(() => {
      interrupt();
      return Promise.resolve({} as Awaited<ReturnType<typeof standInArtifacts>>);
    });
    jest
      .mocked(startLab)
      .mockResolvedValue({ close, sshPort: 1 } as unknown as Awaited<ReturnType<typeof startLab>>);

    expect(await inLab(source, () => undefined, use)).toBe(false);

    expect(use).not.toHaveBeenCalled();
    expect(close).toHaveBeenCalledTimes(1);
    expect(existsSync(runDirectory(source))).toBe(false);
  });

  it("leaves no folder when it ends what makes it", async () => {
    jest.mocked(standInArtifacts).mockImplementation(() => {
      interrupt();
      return Promise.reject(new Error("The service was stopped"));
    });

    await expect(inLab(source, () => undefined, use)).rejects.toThrow("The service was stopped");

    expect(existsSync(runDirectory(source))).toBe(false);
    expect(process.listenerCount("SIGINT")).toBe(0);
  });
});
