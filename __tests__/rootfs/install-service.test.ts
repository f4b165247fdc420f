import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { sha256 } from "../../lib/private/hash";
import { Sandbox } from "./sandbox";
import { Turns } from "./turns";

const [FIRST, SECOND, THIRD] = ["20260101000000", "20260201000000", "20260301000000"];

describe("install-service", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
    mkdirSync(join(root, "tasks"));
    sandbox.command("systemctl", "");
    sandbox.relocate("launcher/bin/stop-task", "/etc/systemd/system");
    sandbox.write("etc/systemd/system/mesos-task@.service", "");
  });

  afterEach(() => sandbox.remove());

  interface Declared {
    readonly version?: string;
    readonly strategy?: string;
    readonly check?: boolean;
  }

  /** A line of an upload: text that a shell or jq could mistake for something else. */
  function definition(
    copy: string,
    { version = "1", strategy = "START_FIRST", check }: Declared = {},
  ): string {
    const text = `${version} a \\ "b" %s $(id) \u0001`;
    const labels = [{ key: "cdktf-mesos:update", value: strategy }];
    const health_check = check === true ? { type: "TCP" } : undefined;
    return JSON.stringify({ name: "web", task_id: { value: copy }, labels: { labels }, text, health_check });
  }

  function install(generation: string, ...lines: string[]) {
    const upload = sandbox.write("upload.json", lines.join("\n"));
    return sandbox.run(join(root, "bin/install-service"), ["web", upload, generation]);
  }

  const files = () => readdirSync(join(root, "tasks")).sort();
  const read = (file: string) => sandbox.read(`launcher/tasks/${file}`);

  /** What systemd was asked for. */
  function asked(): string[] {
    const calls = sandbox
      .calls("systemctl")
      .map((call) => call.filter((word) => word !== "--quiet").join(" "));
    return calls.filter((call) => !call.startsWith("reset-failed"));
  }

  /** Notes what has been asked so far, to see the rest. */
  function since(): () => string[] {
    const before = asked().length;
    return () => asked().slice(before);
  }

  /** Has a task's mesos-execute have said this. */
  const reported = (task: string, state: string, health = "") => {
    sandbox.write(`run/${task}/updates`, `1 ${state}\n`);
    sandbox.write(`run/${task}/health`, `${health}\n`);
  };

  it("writes the definition of a new service, completed, and starts its unit", async () => {
    const line = definition("web-1");
    expect(await install(FIRST, line)).toEqual({ code: 0, stdout: "", stderr: "" });

    const hash = sha256(line);
    const given = JSON.parse(line);
    expect(files()).toEqual([`web-1-${FIRST}.json`, "web-1.wanted"]);
    expect(JSON.parse(read(`web-1-${FIRST}.json`))).toEqual({
      ...given,
      task_id: { value: `web-1-${FIRST}` },
      labels: { labels: [...given.labels.labels, { key: "cdktf-mesos:definition", value: hash }] },
    });
    expect(read("web-1.wanted")).toBe(`web-1-${FIRST} ${hash} ${FIRST}\n`);
    expect(statSync(join(root, `tasks/web-1-${FIRST}.json`)).mode & 0o777).toBe(0o600);
    expect(asked()).toEqual([`enable --now mesos-task@web-1-${FIRST}.service`]);
  });

  it("leaves as it is what is declared the same, whatever the generation, and starts it where it does not run", async () => {
    await install(FIRST, definition("web-1"));
    const before = read(`web-1-${FIRST}.json`);
    sandbox.write(`run/web-1-${FIRST}/rest`, "9999999999 4\n");
    const asked = since();
    expect((await install(SECOND, definition("web-1"))).code).toBe(0);

    expect(files()).toEqual([`web-1-${FIRST}.json`, "web-1.wanted"]);
    expect(read(`web-1-${FIRST}.json`)).toBe(before);
    expect(asked()).toEqual([`enable --now mesos-task@web-1-${FIRST}.service`]);
    expect(existsSync(sandbox.path(`run/web-1-${FIRST}/rest`))).toBe(false);
  });

  describe("when the definition changed", () => {
    const old = `web-1-${FIRST}`;
    const stopped = [
      `disable --now mesos-task@${old}.service`,
      `enable --now mesos-task@web-1-${SECOND}.service`,
    ];
    const started = stopped.slice(1);

    test.each<[string, Declared, string, string, string[]]>([
      ["runs, and the new one starts first", {}, "TASK_RUNNING", "", started],
      ["is well, and the new one starts first", { check: true }, "TASK_RUNNING", "healthy", started],
      ["is sick", { check: true }, "TASK_RUNNING", "sick", stopped],
      ["is not known to be well", { check: true }, "TASK_RUNNING", "", stopped],
      ["does not run", {}, "TASK_FAILED", "", stopped],
      ["stands by", {}, "", "", stopped],
      ["must stop first", { strategy: "STOP_FIRST" }, "TASK_RUNNING", "", stopped],
    ])("and the old one %s", async (_, declared, state, health, expected) => {
      await install(FIRST, definition("web-1", declared));
      reported(old, state, health);
      const asked = since();
      expect((await install(SECOND, definition("web-1", { ...declared, version: "2" }))).code).toBe(0);

      expect(asked()).toEqual(expected);
      const kept = expected === started ? [`${old}.json`] : [];
      expect(files()).toEqual([...kept, `web-1-${SECOND}.json`, "web-1.wanted"]);
      expect(read("web-1.wanted")).toContain(`web-1-${SECOND} `);
    });

    it("to what still serves, that is wanted again, and what was tried goes", async () => {
      await install(FIRST, definition("web-1"));
      reported(old, "TASK_RUNNING");
      await install(SECOND, definition("web-1", { version: "2" }));
      reported(`web-1-${SECOND}`, "TASK_FAILED");
      const asked = since();
      expect((await install(THIRD, definition("web-1"))).code).toBe(0);

      expect(asked()).toEqual([
        `disable --now mesos-task@web-1-${SECOND}.service`,
        `enable --now mesos-task@${old}.service`,
      ]);
      expect(files()).toEqual([`${old}.json`, "web-1.wanted"]);
      expect(read("web-1.wanted")).toMatch(new RegExp(`^${old} [0-9a-f]{64} ${THIRD}\n$`));
    });

    test.each([FIRST, "20251231235959"])(
      "but not to a generation that is no newer: %s",
      async (generation) => {
        await install(FIRST, definition("web-1"));
        const asked = since();

        expect(await install(generation, definition("web-1", { version: "2" }))).toMatchObject({
          code: 1,
          stderr:
            `install-service: web: web-1-${FIRST} is here, and web-1-${generation} is not newer; ` +
            "set the clock of the machine that runs Terraform, and deploy again\n",
        });
        expect(files()).toEqual([`web-1-${FIRST}.json`, "web-1.wanted"]);
        expect(asked()).toEqual([]);
      },
    );
  });

  const units = (...tasks: string[]) => tasks.map((task) => `mesos-task@${task}.service`).join(" ");

  it("touches only the copies that come", async () => {
    await install(FIRST, definition("web-1"));
    expect(
      (await install(SECOND, ...["web-1", "web-2", "web-10"].map((copy) => definition(copy)))).code,
    ).toBe(0);

    expect(files().filter((file) => file.endsWith(".json"))).toEqual(
      [`web-1-${FIRST}`, `web-10-${SECOND}`, `web-2-${SECOND}`].map((task) => `${task}.json`),
    );
  });

  it("stops only the copies that go, however well they are", async () => {
    await install(FIRST, ...["web-1", "web-2", "web-3"].map((copy) => definition(copy)));
    for (const copy of ["web-2", "web-3"]) reported(`${copy}-${FIRST}`, "TASK_RUNNING");
    const asked = since();
    expect((await install(SECOND, definition("web-1"))).code).toBe(0);

    expect(asked()).toEqual([
      `disable --now ${units(`web-2-${FIRST}`, `web-3-${FIRST}`)}`,
      `enable --now ${units(`web-1-${FIRST}`)}`,
    ]);
    expect(files()).toEqual([`web-1-${FIRST}.json`, "web-1.wanted"]);
  });

  it("touches no other service, whose name may look like a copy's", async () => {
    const others = [`web-1-1-${FIRST}.json`, "web-1-1.wanted", `web-db-1-${FIRST}.json`, "web-db-1.wanted"];
    for (const other of others) sandbox.write(`launcher/tasks/${other}`, "{}");
    await install(SECOND, definition("web-2"));

    expect(files()).toEqual([...others, `web-2-${SECOND}.json`, "web-2.wanted"].sort());
    expect(asked()).toEqual([`enable --now mesos-task@web-2-${SECOND}.service`]);
  });

  it("leaves nothing of the upload behind", async () => {
    await install(FIRST, definition("web-1"));

    expect(existsSync(sandbox.path("upload.json"))).toBe(false);
    expect(readdirSync(sandbox.path("run"))).toEqual(["web.service.lock"]);
  });

  it("fails when another deploy took the upload, and changes nothing", async () => {
    const upload = sandbox.path("upload.json");

    expect(await sandbox.run(join(root, "bin/install-service"), ["web", upload, FIRST])).toMatchObject({
      code: 1,
      stderr: `install-service: web: ${upload} is gone, another deploy took it; deploy again\n`,
    });
    expect([files(), asked()]).toEqual([[], []]);
  });

  it("waits for another change of the same service", async () => {
    const turns = new Turns(sandbox);
    sandbox.command("systemctl", turns.last());
    const upload = (name: string) => sandbox.write(name, definition("web-1"));
    const script = join(root, "bin/install-service");

    const both = await Promise.all(
      ["a", "b"].map((name) => sandbox.run(script, ["web", upload(name), FIRST])),
    );

    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(turns.taken()).toEqual(["begin", "end", "begin", "end"]);
  });

  it("refuses a copy's name that is none", async () => {
    expect(await install(FIRST, definition("../web"))).toMatchObject({
      code: 1,
      stderr: "install-service: a task's name is a DNS label, got '../web'\n",
    });
    expect([files(), asked()]).toEqual([[], []]);
  });

  it("says how it is used", async () => {
    expect(await sandbox.run(join(root, "bin/install-service"), ["web"])).toMatchObject({
      code: 2,
      stderr: "usage: install-service NAME DEFINITIONS GENERATION\n",
    });
  });
});
