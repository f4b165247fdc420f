import { readFileSync } from "node:fs";

import { NodeSandbox } from "./node-sandbox";
import { shipped } from "./sandbox";

describe("the library of a node's scripts", () => {
  let sandbox: NodeSandbox;

  beforeEach(() => {
    sandbox = new NodeSandbox("agent");
    sandbox.settings();
  });

  afterEach(() => sandbox.remove());

  describe("wait_until", () => {
    beforeEach(() => {
      const library = readFileSync(shipped("machine/rootfs/common/opt/cdktf-mesos/lib/node.sh"), "utf8");
      sandbox.write("opt/cdktf-mesos/lib/node.sh", library);
      sandbox.command("sleep", "");
    });

    it("tries until the command succeeds, less and less often", async () => {
      sandbox.command("try", `(($(wc -l <'${sandbox.path("try.calls")}') > 7))`);

      expect((await sandbox.shell(["node"], "wait_until 60 try it")).code).toBe(0);
      expect(sandbox.calls("try")).toEqual(Array(8).fill(["it"]));
      expect(sandbox.calls("sleep").flat()).toEqual(["1", "2", "3", "4", "5", "5", "5"]);
    });

    it("gives up when the time is over, and says nothing itself", async () => {
      sandbox.command("sleep", 'exec /bin/sleep "$@"');

      expect(await sandbox.shell(["node"], "wait_until 1 false")).toEqual({
        code: 1,
        stdout: "",
        stderr: "",
      });
    });

    it("tries once where there is no time at all", async () => {
      sandbox.command("try", "exit 1");

      expect((await sandbox.shell(["node"], "wait_until 0 try")).code).toBe(1);
      expect(sandbox.calls("try")).toHaveLength(1);
    });
  });

  describe("node_write", () => {
    const write = (text: string) =>
      sandbox.shell(
        ["node"],
        `node_write '${sandbox.path("new/file")}' 0600 printf '${text}'; echo "\${#NODE_CHANGED[@]}"`,
      );

    it("writes what is not there, with its mode", async () => {
      expect(await write("a")).toMatchObject({ code: 0, stdout: "1\n" });
      expect([sandbox.read("new/file"), sandbox.mode("new/file")]).toEqual(["a", "600"]);
    });

    it("replaces what differs", async () => {
      await write("a");

      expect(await write("b")).toMatchObject({ stdout: "1\n" });
      expect(sandbox.read("new/file")).toBe("b");
    });

    it("leaves what is the same alone", async () => {
      await write("a");
      const before = sandbox.snapshot("new");

      expect(await write("a")).toMatchObject({ stdout: "0\n" });
      expect(sandbox.snapshot("new")).toEqual(before);
    });

    it("leaves the file as it was where there is no room, also while something is waited for", async () => {
      await write("a");
      sandbox.command("install", 'printf h >"${@: -1}"; exit 1');
      const waits = `again() { node_write '${sandbox.path("new/file")}' 0600 printf b; }\nwait_until 0 again || echo late`;

      expect(await sandbox.shell(["node"], waits)).toMatchObject({ code: 0, stdout: "late\n" });
      expect(Object.keys(sandbox.snapshot("new"))).toEqual(["new/file"]);
      expect(sandbox.read("new/file")).toBe("a");
    });

    it("ends the script, and writes nothing, where the command fails halfway", async () => {
      await write("a");
      const half = `half() { echo b; false; echo c; }\nnode_write '${sandbox.path("new/file")}' 0600 half\necho on`;

      expect(await sandbox.shell(["node"], half)).toMatchObject({ code: 1, stdout: "" });
      expect(Object.keys(sandbox.snapshot("new"))).toEqual(["new/file"]);
      expect(sandbox.read("new/file")).toBe("a");
    });
  });

  it("has one change of a node at a time", async () => {
    const script = `node_lock\necho begin >>'${sandbox.path("order")}'\nsleep 0.2\necho end >>'${sandbox.path("order")}'`;
    await Promise.all([sandbox.shell(["node"], script), sandbox.shell(["node"], script)]);

    expect(sandbox.read("order")).toBe("begin\nend\nbegin\nend\n");
  });
});
