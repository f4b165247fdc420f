import { copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";

import { TerraformStack } from "cdktf";

import { MesosTask, type MesosTaskProps } from "../../lib";
import { describeTerraform, type StackFolder } from "../support/terraform";
import { killedApply } from "./killed-apply";
import { type ClusterAttributes, LoopbackHosts, type LoopbackHost } from "./loopback-hosts";
import { bash, definitionFile, startedTaskPid, taskEnvironment, taskPid } from "./running-task";

jest.setTimeout(90_000);

const RUNNING = { image: "weaveworksdemos/catalogue:0.3.5", command: ["/bin/sleep", "infinity"] };

/** Services, by name: the version in the environment of each, and what else is said of it. */
type Services = Record<string, Partial<MesosTaskProps> & { version?: string }>;

// less than systemd waits before it tries again: what is told is of one try, also on a busy machine
const KEPT: Services = { keep: {}, web: {}, broken: { startTimeoutSec: 9 }, refused: {} };

describeTerraform("services", () => {
  let hosts: LoopbackHosts;
  let first: LoopbackHost;
  let second: LoopbackHost;
  let key: string;
  /** What two scripts say that change one service at once; it takes a while, so it runs beside other tests. */
  let turns: Promise<string>;

  beforeAll(async () => {
    hosts = await LoopbackHosts.start();
    [first, second] = await Promise.all([hosts.boot("i-first"), hosts.boot("i-second")]);
    key = join(hosts.directory, "key");
    copyFileSync(hosts.rehearsal.privateKeyFile, key);
  });
  afterAll(() => hosts.close());

  function declare(services: Services, change: Partial<ClusterAttributes> = {}): StackFolder {
    hosts.project.synth((app) => {
      const stack = new TerraformStack(app, "services");
      const cluster = hosts.cluster(stack, {
        masters: [first, second].map(({ host, instanceId }) => ({ host, instanceId })),
        ...change,
        ssh: { privateKeyFile: key, ...change.ssh },
      });
      for (const [taskName, { version = "1", ...props }] of Object.entries(services)) {
        new MesosTask(stack, taskName, { cluster, taskName, ...RUNNING, environment: { version }, ...props });
      }
    });
    return hosts.project.stack("services");
  }

  async function reconcileTwice(): Promise<string> {
    const definition = await bash(first.machine, 'cat "$1"', definitionFile("keep"));
    const reconcile = "/opt/cdktf-mesos/launcher/bin/reconcile-task";
    return bash(
      second.machine,
      `printf %s "$1" >/tmp/a; printf '%s ' "$1" >/tmp/b
       ${reconcile} keep /tmp/a 20 2>>/tmp/log & ${reconcile} keep /tmp/b 20 2>>/tmp/log & wait
       cat /tmp/log`,
      definition,
    );
  }

  const pid = (task: string) => taskPid(first.machine, task);
  const pids = () => Promise.all(["keep", "web", "broken", "refused"].map(pid));
  const stateFile = () => join(hosts.project.directory, "terraform.services.tfstate");

  it("that do not come up fail the apply, each with what was seen of it; the others run", async () => {
    hosts.rehearsal.plan({ broken: "launch-failed", refused: "refused" });

    const { code, output } = await declare({ ...KEPT, gone: {} }).apply();

    expect(code).toBe(1);
    expect(output).toMatch(/broken is ENDED after 9s, wanted TASK_RUNNING for 5s/);
    // what others say meanwhile stands between, and what Terraform itself says of one that takes long
    const ofBroken = output
      .split("\n")
      .filter((line) => /null_resource\.broken_\w+ \(remote-exec\): /.test(line));
    expect(ofBroken.join("\n")).toMatch(
      /last states of broken:.*\n.*  \d+ TASK_FAILED\n.*    message: 'Failed to launch container: a fault planned for this rehearsal'\n.*    reason: REASON_CONTAINER_LAUNCH_FAILED\n/,
    );
    expect(output).toMatch(/last output of mesos-execute for broken:.*\n/);
    expect(output).toMatch(/  Submitted task 'broken' to agent '/);
    expect(output).toContain("mesos-execute ended with exit code 0");
    expect(output).toContain(
      "refused: Mesos refuses the definition (TASK_ERROR); correct the task and deploy again",
    );
    for (const task of ["keep", "web", "gone"]) expect(await pid(task)).not.toBe("");
  });

  it("are repaired, changed, taken out and left alone by the next apply, each as it needs", async () => {
    const before = { keep: await pid("keep"), web: await pid("web") };
    hosts.rehearsal.plan({});
    turns = reconcileTwice();

    const { code, output } = await declare({ ...KEPT, web: { version: "2" } }).apply();

    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining("3 added, 0 changed, 5 destroyed"),
    });
    expect(await pid("keep")).toBe(before.keep);
    expect(await pid("web")).not.toBe(before.web);
    expect(await taskEnvironment(first.machine, "web")).toMatchObject({ version: "2" });
    for (const task of ["broken", "refused"]) expect(await pid(task)).not.toBe("");
    expect(await pid("gone")).toBe("");
    expect(
      await bash(
        first.machine,
        'ls "$@" 2>/dev/null || true',
        definitionFile("gone"),
        "/run/cdktf-mesos/gone",
      ),
    ).toBe("");
    expect(await bash(first.machine, "systemctl is-enabled mesos-task@gone || true")).toBe("disabled\n");
  });

  it("need nothing a second time", async () => {
    expect(await hosts.project.stack("services").plan("-detailed-exitcode")).toMatchObject({ code: 0 });
  });

  it("come to what is declared when Terraform was killed in the middle, one change at a time", async () => {
    declare({ ...KEPT, web: { version: "3" } });
    await killedApply(hosts.project, "services", "web is TASK_RUNNING");
    const started = await startedTaskPid(first.machine, "web");
    expect(await bash(first.machine, "pgrep -c -f '[r]econcile-task web' || true")).not.toBe("0\n");

    const { code, output } = await hosts.project.stack("services").apply();

    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining("web runs as declared"),
    });
    expect(await pid("web")).toBe(started);
    expect(await taskEnvironment(first.machine, "web")).toMatchObject({ version: "3" });
    expect(await bash(first.machine, "pgrep -c -f '[r]econcile-task web' || true")).toBe("0\n");
  });

  it("are changed by one deploy at a time, whoever comes", async () => {
    const said = (await turns).split("\n").map((line) => /TASK_RUNNING$|stopping|has been/.exec(line)?.[0]);

    expect(said.filter((word) => word !== undefined)).toEqual([
      "TASK_RUNNING",
      "has been",
      "stopping",
      "TASK_RUNNING",
      "has been",
    ]);
  });

  describe("at the end", () => {
    let running: string[];
    const saved = () => join(hosts.directory, "saved.tfstate");

    beforeAll(async () => {
      running = await pids();
      copyFileSync(stateFile(), saved());
    });

    it("hosts and key may have moved: that is noted, and nothing runs", async () => {
      const moved = join(hosts.directory, "moved key");
      renameSync(key, moved);
      key = moved;
      const masters = [
        { host: "127.0.0.2", instanceId: first.instanceId },
        { host: "127.0.0.3", instanceId: second.instanceId },
      ];

      const { code, output } = await declare({ ...KEPT, web: { version: "3" } }, { masters }).apply();

      expect({ code, output }).toMatchObject({
        code: 0,
        output: expect.stringContaining("0 added, 5 changed, 0 destroyed"),
      });
      expect(output).not.toContain("-exec");
      expect(await pids()).toEqual(running);
    });

    it("a destroy that reaches no host fails with a hint, and the state is kept", async () => {
      const { code, output } = await hosts.project.stack("services").destroy();

      expect(code).toBe(1);
      expect(output).toContain(
        "stop-service web: none of the masters (127.0.0.2 127.0.0.3) could be reached.",
      );
      expect(output).toContain("Is your address in admin_cidrs?");
      expect(output).toContain(
        "If the machines are gone: set CDKTF_MESOS_FORGET_CLUSTER=true and destroy again.",
      );
      const kept = Object.keys(await hosts.project.stack("services").resources());
      expect(kept.filter((address) => address.includes("Teardown_Services"))).toHaveLength(4);
      expect(await pids()).toEqual(running);
    });

    it("a destroy after the private key was moved, without a deploy that notes where, says so", async () => {
      const noted = key;
      key = join(hosts.directory, "moved again");
      renameSync(noted, key);

      const { code, output } = await declare({ ...KEPT, web: { version: "3" } }).destroy();

      expect(code).toBe(1);
      expect(output).toContain(
        `the private key file ${noted} cannot be read; put it back, or deploy once with its new path`,
      );
      expect(await pids()).toEqual(running);
    });

    it("a destroy that forgets the cluster contacts nobody", async () => {
      copyFileSync(saved(), stateFile());

      const { code, output } = await declare({ ...KEPT, web: { version: "3" } }, { forget: true }).destroy();

      expect({ code, output }).toMatchObject({ code: 0 });
      expect(output).not.toContain("-exec");
      expect(await hosts.project.stack("services").resources()).toEqual({});
      expect(await pids()).toEqual(running);
    });

    it("a destroy that reaches one of two hosts stops everything there and removes the launcher", async () => {
      copyFileSync(saved(), stateFile());
      renameSync(key, join(hosts.directory, "key"));
      key = join(hosts.directory, "key");
      await hosts.rehearsal.hooks.deleted?.("aws_instance", { id: second.instanceId });

      const { code, output } = await declare({ ...KEPT, web: { version: "3" } }).destroy();

      expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining("web is stopped") });
      expect(await pids()).toEqual(["", "", "", ""]);
      const left =
        "ls -d /opt/cdktf-mesos /run/cdktf-mesos* /etc/systemd/system/mesos-task@.service 2>/dev/null || true";
      expect(await bash(first.machine, left)).toBe("");
    });
  });
});
