import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { directoryHash, sha256 } from "../../lib/private/hash";

describe("sha256", () => {
  it("is the one everybody computes", () => {
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

describe("directoryHash", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "cdktf-mesos-hash-"));
    mkdirSync(join(directory, "bin"));
    writeFileSync(join(directory, "bin", "run"), "exit 0\n");
    writeFileSync(join(directory, "unit"), "[Unit]\n");
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it("depends on neither time nor mode", () => {
    const before = directoryHash(directory);
    utimesSync(join(directory, "unit"), 1, 1);
    chmodSync(join(directory, "unit"), 0o600);

    expect(before).toMatch(/^[0-9a-f]{32}$/);
    expect(directoryHash(directory)).toBe(before);
  });

  test.each<[string, (path: (name: string) => string) => void]>([
    ["a content", (path) => writeFileSync(path("unit"), "[Unit]")],
    ["a new file", (path) => writeFileSync(path("other"), "")],
    [
      "a file's name",
      (path) => {
        rmSync(path("unit"));
        writeFileSync(path("unit2"), "[Unit]\n");
      },
    ],
    ["a file deep inside", (path) => writeFileSync(path("bin/run"), "exit 1\n")],
  ])("depends on %s", (_, change) => {
    const before = directoryHash(directory);
    change((name) => join(directory, name));

    expect(directoryHash(directory)).not.toBe(before);
  });
});
