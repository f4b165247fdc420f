import { chmodSync, symlinkSync } from "node:fs";

import { Sandbox, shipped } from "./sandbox";

const SCRIPT = shipped("app/preflight/bin/check-private-key");

describe("check-private-key", () => {
  let sandbox: Sandbox;

  beforeEach(() => (sandbox = new Sandbox()));
  afterEach(() => sandbox.remove());

  function key(name: string, mode: number): string {
    const path = sandbox.write(name, "");
    chmodSync(path, mode);
    return path;
  }

  function check(path: string) {
    return sandbox.run(SCRIPT, [], { PRIVATE_KEY_FILE: path });
  }

  test.each([0o600, 0o400, 0o700])("takes a key of mode %o", async (mode) => {
    expect(await check(key("my key", mode))).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test.each([
    [0o644, "-rw-r--r--"],
    [0o640, "-rw-r-----"],
    [0o604, "-rw----r--"],
    [0o620, "-rw--w----"],
  ])("refuses a key of mode %o", async (mode, listing) => {
    const path = key("demo", mode);

    expect(await check(path)).toEqual({
      code: 1,
      stdout: "",
      stderr: `private_key_file ${path} can be read by others (${listing}), so ssh refuses it; run: chmod 600 '${path}'\n`,
    });
  });

  it("looks at the file a link leads to", async () => {
    symlinkSync(key("secret", 0o600), sandbox.path("link"));
    symlinkSync(key("open", 0o644), sandbox.path("open-link"));

    expect((await check(sandbox.path("link"))).code).toBe(0);
    expect((await check(sandbox.path("open-link"))).code).toBe(1);
  });

  it("finds a key below the home directory", async () => {
    const path = key(".ssh/demo", 0o644);

    expect(await check("~/.ssh/demo")).toMatchObject({
      code: 1,
      stderr: `private_key_file ~/.ssh/demo can be read by others (-rw-r--r--), so ssh refuses it; run: chmod 600 '${path}'\n`,
    });
  });

  it("fails when there is no such file", async () => {
    expect((await check(sandbox.path("nowhere"))).code).not.toBe(0);
  });
});
