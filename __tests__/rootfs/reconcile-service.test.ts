import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { Sandbox } from "./sandbox";

describe("reconcile-service", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
    mkdirSync(join(root, "tasks"));
    for (const script of ["reconcile-task", "stop-task"]) replace(script, "");
  });

  afterEach(() => sandbox.remove());

  /** Puts a script in the place of the launcher's own; it notes how it is called and keeps what it is given. */
  function replace(script: string, body: string): void {
    sandbox.write(
      `launcher/bin/${script}`,
      `#!/usr/bin/env bash
      echo "${script} $1 \${3-}" >>'${sandbox.path("calls")}'
      if [[ -e \${2-} ]]; then install -D -m 0600 "$2" '${root}'/tasks/"$1.json"; fi
      ${body}`,
      0o755,
    );
  }

  function calls(): string[] {
    if (!existsSync(sandbox.path("calls"))) return [];
    return sandbox
      .read("calls")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.trim())
      .sort();
  }

  function definition(id: string): string {
    return `{"task_id":{"value":"${id}"},"text":"a \\\\ \\"b\\" %s $(id) \\u0024{x}"}`;
  }

  function reconcile(...ids: string[]) {
    const upload = sandbox.write("upload.json", ids.map(definition).join("\n"));
    return sandbox.run(join(root, "bin/reconcile-service"), ["web", upload, "60"]);
  }

  it("has a service of one copy reconciled under its own name, byte for byte", async () => {
    expect(await reconcile("web")).toEqual({ code: 0, stdout: "", stderr: "" });

    expect(calls()).toEqual(["reconcile-task web 60"]);
    expect(sandbox.read("launcher/tasks/web.json")).toBe(definition("web"));
  });

  it("has each copy reconciled with the definition of its own", async () => {
    expect((await reconcile("web-1", "web-2", "web-3")).code).toBe(0);

    expect(calls()).toEqual([
      "reconcile-task web-1 60",
      "reconcile-task web-2 60",
      "reconcile-task web-3 60",
    ]);
    expect(sandbox.read("launcher/tasks/web-2.json")).toBe(definition("web-2"));
  });

  it("reconciles all copies at once", async () => {
    replace(
      "reconcile-task",
      `touch '${sandbox.directory}'/begun-"$1"
      for try in {1..500}; do
        begun=('${sandbox.directory}'/begun-*)
        if ((\${#begun[@]} == 2)); then exit 0; fi
        sleep 0.01
      done
      exit 1`,
    );

    expect((await reconcile("web-1", "web-2")).code).toBe(0);
  });

  test.each([
    ["fewer copies", ["web-1", "web-2"], ["web-1"], ["web-2"]],
    ["one copy without a number", ["web-1", "web-2"], ["web"], ["web-1", "web-2"]],
    ["copies with numbers", ["web"], ["web-1"], ["web"]],
    ["the same", ["web-1"], ["web-1"], []],
  ])("stops what is no longer declared when it goes to %s", async (_, before, after, stopped) => {
    await reconcile(...before);
    expect((await reconcile(...after)).code).toBe(0);

    expect(calls().filter((call) => call.startsWith("stop-task"))).toEqual(
      stopped.map((unit) => `stop-task ${unit}`),
    );
  });

  it("stops no other service whose name looks like a copy's", async () => {
    sandbox.write("launcher/tasks/web-2.json", "{}");
    await reconcile("web-1");

    expect(calls()).toEqual(["reconcile-task web-1 60"]);
  });

  it("fails when a copy does not come up, after the others were given their time", async () => {
    replace(
      "reconcile-task",
      `if [[ $1 == web-1 ]]; then exit 3; fi; echo done >'${sandbox.path("second")}'`,
    );

    expect((await reconcile("web-1", "web-2")).code).toBe(3);
    expect(sandbox.read("second")).toBe("done\n");
  });

  it("leaves nothing of the upload behind", async () => {
    await reconcile("web-1", "web-2");

    expect(existsSync(sandbox.path("upload.json"))).toBe(false);
    expect(readdirSync(sandbox.path("run"))).toEqual(["web.service.lock"]);
  });

  it("fails when another deploy took the upload, and changes nothing", async () => {
    const upload = sandbox.path("upload.json");

    expect(await sandbox.run(join(root, "bin/reconcile-service"), ["web", upload, "60"])).toMatchObject({
      code: 1,
      stderr: `reconcile-service: web: ${upload} is gone, another deploy took it; deploy again\n`,
    });
    expect(calls()).toEqual([]);
  });

  it("refuses a copy's id that is no name", async () => {
    expect(await reconcile("../web")).toMatchObject({
      code: 1,
      stderr: "reconcile-service: a task's name is a DNS label, got '../web'\n",
    });
    expect(calls()).toEqual([]);
  });

  it("says how it is used", async () => {
    expect(await sandbox.run(join(root, "bin/reconcile-service"), ["web"])).toMatchObject({
      code: 2,
      stderr: "usage: reconcile-service NAME DEFINITIONS TIMEOUT_SEC\n",
    });
  });

  describe("stop-service", () => {
    const stop = (...args: string[]) => sandbox.run(join(root, "bin/stop-service"), args);

    it("stops every copy that was declared last", async () => {
      await reconcile("web-1", "web-2");
      expect((await stop("web")).code).toBe(0);

      expect(calls().slice(-2)).toEqual(["stop-task web-1", "stop-task web-2"]);
      expect(existsSync(sandbox.path("launcher/tasks/web.units"))).toBe(false);
    });

    it("stops the service itself where nothing is known of copies", async () => {
      expect((await stop("web")).code).toBe(0);
      expect(calls()).toEqual(["stop-task web"]);
    });

    it("fails when a copy cannot be stopped, and still knows all of them", async () => {
      await reconcile("web-1", "web-2");
      replace("stop-task", "exit 4");

      expect((await stop("web")).code).toBe(4);
      expect(sandbox.read("launcher/tasks/web.units")).toBe("web-1\nweb-2\n");
    });

    it("says how it is used", async () => {
      expect(await stop()).toMatchObject({ code: 2, stderr: "usage: stop-service NAME\n" });
    });
  });
});
