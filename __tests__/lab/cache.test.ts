import * as os from "node:os";
import * as path from "node:path";
import { cacheDirectory, keyOf } from "../../tools/lab/cache";

describe("cacheDirectory", () => {
  it.each([
    [{}, path.join(os.homedir(), ".cache/cdktf-mesos-lab")],
    [{ XDG_CACHE_HOME: "/var/cache/me" }, "/var/cache/me/cdktf-mesos-lab"],
    [{ XDG_CACHE_HOME: "relative" }, path.join(os.homedir(), ".cache/cdktf-mesos-lab")],
  ])("for %j is %s", (env, directory) => {
    expect(cacheDirectory(env)).toBe(directory);
  });
});

describe("keyOf", () => {
  it("is another for other files, and the same for the same", () => {
    const keys = [["packages/image.txt"], ["packages"], ["packages/image.txt"]].map(keyOf);

    expect(keys[0]).toMatch(/^[0-9a-f]{12}$/);
    expect(keys[1]).not.toBe(keys[0]);
    expect(keys[2]).toBe(keys[0]);
  });
});
