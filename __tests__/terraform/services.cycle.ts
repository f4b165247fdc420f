import { copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";

import { TerraformStack } from "cdktf";

import { MesosTask, type MesosTaskProps } from "../../lib";
import { describeTerraform, type StackFolder } from "../support/terraform";
import { killedApply } from "./killed-apply";
import { type ClusterAttributes, LoopbackHosts, type LoopbackHost } from "./loopback-hosts";
import { bash, taskEnvironment, taskPid } from "./running-task";

jest.setTimeout(90_000);

const MASTERS = ["10.0.0.4", "10.0.0.5", "10.0.0.6"];
const RUNNING = { image: "weaveworksdemos/catalogue:0.3.5", command: ["/bin/sleep", "infinity"] };

/** Services, by name: the version in the environment of each, and what else is said of it. */
type Services = Record<string, Partial<MesosTaskProps> & { version?: string }>;

// less than systemd waits before it tries again: what is told is of one try, also on a busy machine
const KEPT: Services = { keep: {}, web: {}, broken: { startTimeoutSec: 9 }, refused: {} };

describeTerraform("services", () => {
  let hosts: LoopbackHosts;
  let masters: LoopbackHost[];
  let agent: LoopbackHost;
  let key: string;

  beforeAll(async () => {
    hosts = await LoopbackHosts.start();
    const booted = await hosts.bootCluster(MASTERS, ["10.0.1.4"]);
    masters = booted.masters;
    agent = booted.agents[0] as LoopbackHost;
    key = join(hosts.directory, "key");
    copyFileSync(hosts.rehearsal.privateKeyFile, key);
  });
  afterAll(() => hosts.close());

  function declare(services: Services, change: Partial<ClusterAttributes> = {}): StackFolder {
    hosts.project.synth((app) => {
      const stack = new TerraformStack(app, "services");
      const cluster = hosts.cluster(stack, {
        masterUrl: `zk://${MASTERS.map((address) => `${address}:2181`).join(",")}/mesos`,
        masters: masters.map(({ host, instanceId }) => ({ host, instanceId })),
        ...change,
        ssh: { privateKeyFile: key, ...change.ssh },
      });
      for (const [taskName, { version = "1", ...props }] of Object.entries(services)) {
        new MesosTask(stack, taskName, { cluster, taskName, ...RUNNING, environment: { version }, ...props });
      }
    });
    return hosts.project.stack("services");
  }

  const onMasters = (script: string) => Promise.all(masters.map(({ machine }) => bash(machine, script)));
  const pid = (service: string) => taskPid(agent.machine, `${service}-1`);
  const pids = () => Promise.all(["keep", "web", "broken", "refused"].map(pid));
  const version = async (service: string) => (await taskEnvironment(agent.machine, `${service}-1`)).version;
  const stateFile = () => join(hosts.project.directory, "terraform.services.tfstate");
  /** Files of a service on every master. */
  const filesOf = (service: string) =>
    onMasters(
      `ls -d /opt/cdktf-mesos/launcher/tasks/${service}-1* /run/cdktf-mesos/${service}-1-* ` +
        `/etc/systemd/system/multi-user.target.wants/mesos-task@${service}-1-* 2>/dev/null || true`,
    );

  it("that do not come up fail the apply, each with what was seen of it; the others run", async () => {
    hosts.rehearsal.plan({ broken: "launch-failed", refused: "refused" });

    const { code, output } = await declare({ ...KEPT, gone: {} }).apply();

    expect(code).toBe(1);
    expect(output).toMatch(
      /wait-service: broken: broken-1 is not running after 9s, wanted TASK_RUNNING and well for 5s/,
    );
    // what others say meanwhile stands between, and what Terraform itself says of one that takes long
    const ofBroken = output
      .split("\n")
      .filter((line) => /null_resource\.broken_\w+ \(remote-exec\): /.test(line));
    expect(ofBroken.join("\n")).toMatch(
      /last attempts to run broken-1:.*\n.*  broken-1-\d{14}: TASK_FAILED, REASON_CONTAINER_LAUNCH_FAILED, Failed to launch container: a fault planned for this rehearsal\n/,
    );
    expect(output).toMatch(/last output of mesos-execute for broken-1-\d{14}:.*\n/);
    expect(output).toMatch(/  Submitted task 'broken-1-\d{14}' to agent '/);
    expect(output).toContain("mesos-execute ended with exit code 0");
    expect(output).toContain(
      "refused: Mesos refuses the definition (TASK_ERROR); correct the task and deploy again",
    );
    for (const service of ["keep", "web", "gone"]) expect(await pid(service)).not.toBe("");
  });

  it("are repaired, changed, taken out and left alone by the next apply, each as it needs", async () => {
    const before = { keep: await pid("keep"), web: await pid("web") };
    hosts.rehearsal.plan({});

    const { code, output } = await declare({ ...KEPT, web: { version: "2" } }).apply();

    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining("3 added, 0 changed, 5 destroyed"),
    });
    expect(await pid("keep")).toBe(before.keep);
    expect(await pid("web")).not.toBe(before.web);
    expect(await version("web")).toBe("2");
    for (const service of ["broken", "refused"]) expect(await pid(service)).not.toBe("");
    expect(await pid("gone")).toBe("");
    expect(await filesOf("gone")).toEqual(["", "", ""]);
  });

  it("are wanted by every master in the same generation, and launched by the one that leads", async () => {
    const wanted = await onMasters("cat /opt/cdktf-mesos/launcher/tasks/*.wanted");
    const launching = await onMasters("pgrep -fc '[m]esos-execute --master' || true");

    expect(new Set(wanted).size).toBe(1);
    expect(launching.map(Number).sort()).toEqual([0, 0, 4]);
  });

  it("need nothing a second time", async () => {
    expect(await hosts.project.stack("services").plan("-detailed-exitcode")).toMatchObject({ code: 0 });
  });

  it("that get worse keep their old version, fail the apply with the reason, and go on with a good one", async () => {
    const before = await pid("web");
    const bad = { version: "bad", command: ["/bin/false"], startTimeoutSec: 6 };

    const { code, output } = await declare({ ...KEPT, web: bad }).apply();

    expect(code).toBe(1);
    expect(output).toMatch(/web-1-\d{14}: TASK_FAILED, Command exited with status 1/);
    expect([await pid("web"), await version("web")]).toEqual([before, "2"]);
    expect(await declare({ ...KEPT, web: { version: "2" } }).apply()).toMatchObject({ code: 0 });
    expect(await pid("web")).toBe(before);
  });

  it("come to what is declared when Terraform was killed in the middle", async () => {
    declare({ ...KEPT, web: { version: "3" } });
    await killedApply(hosts.project, "services", "web-1 is not running");

    const { code, output } = await hosts.project.stack("services").apply();

    expect({ code, output }).toMatchObject({ code: 0 });
    expect(await version("web")).toBe("3");
    expect(new Set(await onMasters("cat /opt/cdktf-mesos/launcher/tasks/*.wanted")).size).toBe(1);
  });

  it("change nothing when one master cannot be reached, which is named", async () => {
    const last = masters[2] as LoopbackHost;
    const wanted = "cat /opt/cdktf-mesos/launcher/tasks/*.wanted";
    const before = { wanted: await onMasters(wanted), pids: await pids() };
    const moved = masters.map(({ host, instanceId }) => ({
      host: host === last.host ? "127.0.0.9" : host,
      instanceId,
    }));

    const ssh = { connectTimeoutSec: 3 };
    const { code, output } = await declare(
      { ...KEPT, web: { version: "4" } },
      { masters: moved, ssh },
    ).apply();

    expect(code).toBe(1);
    expect(output).toContain("127.0.0.9");
    expect({ wanted: await onMasters(wanted), pids: await pids() }).toEqual(before);
    expect(await declare({ ...KEPT, web: { version: "3" } }).apply()).toMatchObject({ code: 0 });
    expect(await pids()).toEqual(before.pids);
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
      const elsewhere = masters.map(({ instanceId }, index) => ({
        host: `127.0.0.${index + 2}`,
        instanceId,
      }));

      const { code, output } = await declare(
        { ...KEPT, web: { version: "3" } },
        { masters: elsewhere },
      ).apply();

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
        "stop-service web: none of the masters (127.0.0.2 127.0.0.3 127.0.0.4) could be reached.",
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

    it("a destroy that does not reach one of the masters ends everything, and names that one", async () => {
      copyFileSync(saved(), stateFile());
      renameSync(key, join(hosts.directory, "key"));
      key = join(hosts.directory, "key");
      const folder = declare({ ...KEPT, web: { version: "3" } });
      const gone = masters.pop() as LoopbackHost;
      await hosts.rehearsal.hooks.deleted?.("aws_instance", { id: gone.instanceId });

      const { code, output } = await folder.destroy();

      expect({ code, output }).toMatchObject({
        code: 0,
        output: expect.stringMatching(/web-1-\d{14} is stopped/),
      });
      expect(output).toContain(`stop-service web: not reached: ${gone.host}`);
      expect(await pids()).toEqual(["", "", "", ""]);
      const left =
        "ls -d /opt/cdktf-mesos/launcher /run/cdktf-mesos* /etc/systemd/system/mesos-task@.service 2>/dev/null || true";
      expect(await onMasters(left)).toEqual(["", ""]);
    });
  });
});
