import * as fs from "node:fs";
import * as path from "node:path";
import { hostPath } from "../../tools/rehearsal/machine-path";
import { temporaryDirectory } from "./support";

describe("hostPath", () => {
  const { directory: root, remove } = temporaryDirectory();
  beforeAll(() => {
    fs.mkdirSync(path.join(root, "etc/real"), { recursive: true });
    fs.symlinkSync("/etc/real", path.join(root, "absolute"));
    fs.symlinkSync("../etc/real", path.join(root, "etc/relative"));
    fs.symlinkSync("/absolute/file", path.join(root, "etc/real/chain"));
    fs.symlinkSync("/../../../etc", path.join(root, "outside"));
    fs.symlinkSync("/circle", path.join(root, "circle"));
  });
  afterAll(remove);

  it.each([
    ["/etc/real/file", "/etc/real/file"],
    ["/absolute/file", "/etc/real/file"],
    ["/etc/relative/file", "/etc/real/file"],
    ["/etc/real/chain", "/etc/real/file"],
    ["/outside/none", "/etc/none"],
    ["/etc/../etc/./real", "/etc/real"],
    ["/", "/"],
  ])("%s lies at %s", (inside, expected) => {
    expect(hostPath(root, inside)).toBe(path.join(root, expected));
  });

  it("fails when links go round in a circle", () => {
    expect(() => hostPath(root, "/circle")).toThrow('"/circle" leads through more than 40 links');
  });
});
