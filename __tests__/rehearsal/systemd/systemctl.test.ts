import * as fs from "node:fs";
import * as path from "node:path";
import { processesWith } from "../support";
import { launchTestInstance, TestInstance } from "../instance-support";

describe("systemctl", () => {
  let test: TestInstance;
  beforeAll(async () => {
    test = await launchTestInstance();
  });
  afterAll(() => test.terminate());

  const unit = (name: string, service: string, rest = "") =>
    test.write(`/etc/systemd/system/${name}`, `[Unit]\nDescription=Test\n[Service]\n${service}\n${rest}`);
  const show = async (name: string, ...properties: string[]) =>
    (await test.bash(`systemctl show ${name} ${properties.map((property) => `-p ${property}`).join(" ")}`))
      .stdout;

  it("runs a service, tells its process and stops it with everything it started", async () => {
    const mark = `300.${process.pid}2`;
    unit("run.service", `ExecStart=/bin/bash -c 'setsid sleep ${mark} & sleep ${mark} & wait'`);

    expect(await test.bash("systemctl start run && systemctl is-active run")).toMatchObject({
      code: 0,
      stdout: "active\n",
    });
    await test.expectEventually(`pgrep -c -f '^sleep ${mark}'`, "2\n");
    const pid = (await show("run", "MainPID")).replace(/\D/g, "");
    expect((await test.bash(`tr '\\0' ' ' </proc/${pid}/cmdline`)).stdout).toContain("bash -c setsid sleep");

    expect(await test.bash("systemctl stop run")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(processesWith(`sleep ${mark}`)).toEqual([]);
    expect(await test.bash("systemctl is-active run")).toMatchObject({ code: 3, stdout: "inactive\n" });
    expect(await show("run", "ActiveState,SubState", "Result", "MainPID")).toBe(
      "ActiveState=inactive\nSubState=dead\nResult=success\nMainPID=0\n",
    );
  });

  it.each([
    ["start nope", 5, "Failed to start nope.service: Unit nope.service not found.\n"],
    ["restart nope.service", 5, "Failed to restart nope.service: Unit nope.service not found.\n"],
    ["stop nope", 5, "Failed to stop nope.service: Unit nope.service not loaded.\n"],
    ["enable nope", 1, "Failed to enable unit: Unit file nope.service does not exist.\n"],
    ["disable --now nope", 1, "Failed to disable unit: Unit file nope.service does not exist.\n"],
    ["is-enabled nope", 1, "Failed to get unit file state for nope.service: No such file or directory\n"],
    ["status nope", 4, "Unit nope.service could not be found.\n"],
    ["is-active --quiet nope", 4, ""],
    [
      "reset-failed nope",
      1,
      "Failed to reset failed state of unit nope.service: Unit nope.service not loaded.\n",
    ],
    ["mask nope", 1, 'systemctl: the rehearsal\'s systemctl does not know verb "mask"\n'],
    ["--now", 1, "systemctl: the rehearsal's systemctl needs a verb, got none\n"],
    ["start", 1, "systemctl: start needs a unit, got none\n"],
    ["start --user x", 1, 'systemctl: the rehearsal\'s systemctl does not know option "--user"\n'],
  ])("systemctl %s exits with %d", async (args, code, stderr) => {
    expect(await test.bash(`systemctl ${args}`)).toEqual({ code, stdout: "", stderr });
  });

  it("knows what a unit that is not there is like", async () => {
    expect(await show("nope", "LoadState", "ActiveState", "UnitFileState")).toBe(
      "LoadState=not-found\nActiveState=inactive\nUnitFileState=\n",
    );
  });

  it("refuses a property it does not know", async () => {
    expect((await test.bash("systemctl show nope -p CPUShares")).stderr).toBe(
      'systemctl: the rehearsal\'s systemctl does not know property "CPUShares"\n',
    );
  });

  it("refuses a directive it does not know, with its place", async () => {
    unit("strange.service", "ExecStart=/bin/true\nProtectSystem=full");

    expect(await test.bash("systemctl start strange")).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "Failed to start strange.service: Unit strange.service has a bad unit file setting.\n" +
        "/etc/systemd/system/strange.service:5: the rehearsal's systemd does not know ProtectSystem in section [Service]\n",
    });
    expect(await show("strange", "LoadState")).toBe("LoadState=bad-setting\n");
  });

  it("starts instances of a template, with its drop-ins and the instance's", async () => {
    unit("say@.service", "Environment=A=1 B=2\nExecStart=/bin/bash -c 'echo %i %n $A $B; sleep 300'");
    test.write("/etc/systemd/system/say@.service.d/10-a.conf", "[Service]\nEnvironment=A=template\n");
    test.write("/etc/systemd/system/say@one.service.d/20-b.conf", "[Service]\nEnvironment=B=instance\n");

    await test.bash("systemctl start say@one say@two");

    await test.expectEventually(
      "journalctl -u say@one -o cat | grep say",
      "one say@one.service template instance\n",
    );
    await test.expectEventually(
      "journalctl -u say@two.service -o cat | grep say",
      "two say@two.service template 2\n",
    );
    expect(
      (await test.bash("systemctl stop say@one say@two; systemctl is-active say@one say@two")).stdout,
    ).toBe("inactive\ninactive\n");
  });

  it("starts it again whenever it ends, with Restart=always, and not after a stop", async () => {
    unit(
      "again.service",
      "ExecStart=/bin/bash -c 'echo run >>/tmp/again'\nRestart=always\nRestartSec=50ms",
      "[Unit]\nStartLimitIntervalSec=0\n",
    );

    await test.bash("systemctl start again");

    await test.expectEventually("[[ $(wc -l </tmp/again) -ge 6 ]] && echo enough", "enough\n");
    expect(Number((await show("again", "NRestarts")).replace(/\D/g, ""))).toBeGreaterThanOrEqual(5);
    const after = await test.bash(
      "systemctl stop again; cat /tmp/again | wc -l; sleep 0.2; cat /tmp/again | wc -l",
    );
    const [atStop, later] = after.stdout.split("\n");
    expect(later).toBe(atStop);
  });

  it("gives up after too many starts", async () => {
    unit("hasty.service", "ExecStart=/bin/false\nRestart=always\nRestartSec=0");

    await test.bash("systemctl start hasty");

    await test.expectEventually(
      "systemctl show hasty -p ActiveState -p Result",
      "ActiveState=failed\nResult=start-limit-hit\n",
    );
    expect((await test.bash("systemctl reset-failed hasty; systemctl is-active hasty")).stdout).toBe(
      "inactive\n",
    );
  });

  it("tells how a service failed", async () => {
    unit("fails.service", "ExecStart=/bin/bash -c 'echo last words; exit 7'");

    expect((await test.bash("systemctl start fails")).code).toBe(0);

    await test.expectEventually("systemctl is-active fails", "failed\n");
    expect(await show("fails", "Result", "ExecMainCode", "ExecMainStatus")).toBe(
      "Result=exit-code\nExecMainCode=1\nExecMainStatus=7\n",
    );
    expect((await test.bash("journalctl -u fails -n 3 --no-pager -o cat")).stdout).toBe(
      "last words\n" +
        "fails.service: Main process exited, code=exited, status=7/n/a\n" +
        "fails.service: Failed with result 'exit-code'.\n",
    );
    const { code, stdout } = await test.bash("systemctl status fails --no-pager -n 1");
    expect(code).toBe(3);
    expect(stdout).toContain("Active: failed (Result: exit-code)");
    expect(stdout).toContain("fails.service: Failed with result 'exit-code'.");
  });

  it("waits for a oneshot and tells its failure", async () => {
    unit(
      "once.service",
      "Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/bash -c 'sleep 0.2; echo 1 >/tmp/once'\nExecStart=/bin/bash -c 'echo 2 >>/tmp/once'",
    );
    unit("wrong.service", "Type=oneshot\nExecStart=/bin/false\nExecStart=/bin/touch /tmp/never");

    expect(
      (await test.bash("systemctl start once && cat /tmp/once && systemctl is-active once")).stdout,
    ).toBe("1\n2\nactive\n");
    expect(await test.bash("systemctl start wrong; ls /tmp/never")).toMatchObject({
      stderr: expect.stringMatching(
        /^Job for wrong\.service failed because the control process exited with error code\.\nSee .*\nls: cannot access/,
      ),
    });
  });

  it("fails a start whose ExecStartPre fails, and runs all commands in turn otherwise", async () => {
    const steps = ["ExecStartPre", "ExecStartPost", "ExecStop", "ExecStopPost"];
    const lines = steps.map((step) => `${step}=/bin/bash -c 'echo ${step} $MAINPID >>/tmp/steps'`).join("\n");
    unit("steps.service", `${lines}\nExecStart=/bin/sleep 300`);
    unit(
      "pre.service",
      "ExecStartPre=-/bin/false\nExecStartPre=/bin/false\nExecStart=/bin/touch /tmp/started",
    );

    await test.bash("systemctl start steps; systemctl stop steps");
    expect(test.read("/tmp/steps")).toMatch(
      /^ExecStartPre\nExecStartPost \d+\nExecStop \d+\nExecStopPost\n$/,
    );
    expect((await test.bash("systemctl start pre")).code).toBe(1);
    expect(test.read("/tmp/started")).toBe("");
  });

  it("kills what does not stop in time", async () => {
    unit(
      "stubborn.service",
      "ExecStart=/bin/bash -c 'trap \"\" TERM; echo up; while :; do sleep 0.1; done'\nTimeoutStopSec=200ms",
    );
    await test.bash("systemctl start stubborn");
    await test.expectEventually("journalctl -u stubborn -o cat | grep up", "up\n");

    await test.bash("systemctl stop stubborn");

    expect(await show("stubborn", "ActiveState", "Result")).toBe("ActiveState=failed\nResult=timeout\n");
  });

  it("waits for a service that takes its time to stop", async () => {
    unit(
      "slow.service",
      "ExecStart=/bin/bash -c 'trap \"sleep 0.3; echo saved >/tmp/saved; exit 0\" TERM; echo up; while :; do sleep 0.05; done'",
    );
    await test.bash("systemctl start slow");
    await test.expectEventually("journalctl -u slow -o cat | grep up", "up\n");

    await test.bash("systemctl stop slow");

    expect(test.read("/tmp/saved")).toBe("saved\n");
    expect(await show("slow", "Result")).toBe("Result=success\n");
  });

  it("reads files again at daemon-reload only", async () => {
    unit("cached.service", "ExecStart=/bin/bash -c 'echo old; sleep 300'");
    await test.bash("systemctl start cached");
    unit("cached.service", "ExecStart=/bin/bash -c 'echo new; sleep 300'");

    const { stderr } = await test.bash("systemctl restart cached");

    expect(stderr).toContain(
      "cached.service changed on disk. Run 'systemctl daemon-reload' to reload units.",
    );
    await test.expectEventually("journalctl -u cached -o cat | grep -e old -e new", "old\nold\n");
    expect((await test.bash("systemctl daemon-reload; systemctl restart cached")).stderr).toBe("");
    await test.expectEventually("journalctl -u cached -o cat | grep -e old -e new", "old\nold\nnew\n");
    await test.bash("rm /etc/systemd/system/cached.service; systemctl daemon-reload");
    expect((await test.bash("systemctl is-active cached")).stdout).toBe("active\n");
    await test.bash("systemctl stop cached");
  });

  it("enables and disables, at once with --now", async () => {
    unit("able.service", "ExecStart=/bin/sleep 300", "[Install]\nWantedBy=multi-user.target\n");
    const link = "/etc/systemd/system/multi-user.target.wants/able.service";

    expect(await test.bash("systemctl is-enabled able")).toMatchObject({ code: 1, stdout: "disabled\n" });
    expect(await test.bash("systemctl enable --now able")).toEqual({
      code: 0,
      stdout: "",
      stderr: `Created symlink ${link} → /etc/systemd/system/able.service.\n`,
    });
    expect(
      await test.bash(`readlink ${link}; systemctl is-enabled able; systemctl is-active able`),
    ).toMatchObject({
      stdout: "/etc/systemd/system/able.service\nenabled\nactive\n",
    });
    expect(await test.bash("systemctl enable able")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect((await test.bash("systemctl disable --now able")).stderr).toBe(`Removed "${link}".\n`);
    expect(await test.bash("systemctl is-enabled able; systemctl is-active able")).toMatchObject({
      stdout: "disabled\ninactive\n",
    });
  });

  it("starts what a unit requires, and not the unit where that fails", async () => {
    unit("broken.service", "Type=oneshot\nExecStart=/bin/false");
    unit("base.service", "ExecStart=/bin/sleep 300");
    unit(
      "good.service",
      "ExecStart=/bin/sleep 300",
      "[Unit]\nRequires=base.service\nWants=network-online.target broken.service\n",
    );
    unit("bad.service", "ExecStart=/bin/sleep 300", "[Unit]\nRequires=broken.service\n");

    expect((await test.bash("systemctl start good; systemctl is-active good base")).stdout).toBe(
      "active\nactive\n",
    );
    expect((await test.bash("systemctl start bad")).code).toBe(1);
    expect((await test.bash("systemctl is-active bad; systemctl stop good base")).stdout).toBe("inactive\n");
  });

  it("reads variables from files, which may have to be there", async () => {
    test.write("/etc/default/one", '# comment\nA=\'a  b\'\nB="x\\"y"\n');
    unit(
      "env.service",
      'Type=oneshot\nEnvironment="A=unit" C=${C}\nEnvironmentFile=/etc/default/one\nEnvironmentFile=-/etc/default/two\nExecStart=/bin/bash -c \'printf "%%s|" "$A" "$B" "$C" "$INVOCATION_ID" "$HOME" "$@" >/tmp/env\' bash ${A} $A $$A',
    );
    unit("noenv.service", "ExecStart=/bin/true\nEnvironmentFile=/etc/default/two");

    await test.bash("systemctl start env");

    expect(test.read("/tmp/env")).toMatch(/^a  b\|x"y\|\$\{C\}\|[0-9a-f]{32}\|\|a  b\|a\|b\|\$A\|$/);
    await test.bash("systemctl start noenv");
    await test.expectEventually("systemctl show noenv -p Result", "Result=resources\n");
    expect((await test.bash("journalctl -u noenv -o cat")).stdout).toContain(
      "noenv.service: Failed to load environment files: /etc/default/two: No such file or directory",
    );
  });

  it.each([
    ["WorkingDirectory=/nowhere\nExecStart=/bin/true", "200"],
    ["ExecStart=/opt/nothing", "203"],
  ])("fails for %j with status %s", async (service, status) => {
    unit("cannot.service", service);
    await test.bash("systemctl daemon-reload; systemctl start cannot");

    await test.expectEventually("systemctl show cannot -p ExecMainStatus --value", `${status}\n`);
  });

  it("waits with Type=exec until the program runs, and fails where there is none", async () => {
    unit("exec.service", "Type=exec\nExecStart=/bin/sleep 300");
    unit("noexec.service", "Type=exec\nExecStart=/opt/nothing");

    expect((await test.bash("systemctl start exec; pgrep -c -x sleep; systemctl stop exec")).stdout).toBe(
      "1\n",
    );
    expect((await test.bash("systemctl start noexec")).code).toBe(1);
  });

  it.each(["simple", "exec"])(
    "starts a %s service that ends at once and will be started again",
    async (type) => {
      unit(`brief-${type}.service`, `Type=${type}\nExecStart=/bin/true\nRestart=always\nRestartSec=1h`);

      expect(await test.bash(`systemctl start brief-${type}`)).toEqual({ code: 0, stdout: "", stderr: "" });
      await test.expectEventually(`systemctl show brief-${type} -p SubState`, "SubState=auto-restart\n");
      await test.bash(`systemctl stop brief-${type}`);
    },
  );

  it("does not wait with --no-block", async () => {
    unit("later.service", "Type=oneshot\nExecStart=/bin/sleep 300");

    const { stdout } = await test.bash("systemctl start --no-block later; systemctl is-active later");

    expect(stdout).toBe("activating\n");
    await test.bash("systemctl stop later");
  });

  it("cancels a start by a stop", async () => {
    unit("cancel.service", "Type=oneshot\nExecStart=/bin/sleep 300");

    const result = await test.bash(
      "systemctl start cancel & until [[ $(systemctl is-active cancel) == activating ]]; do :; done; " +
        "systemctl stop cancel; wait $!",
    );

    expect(result).toEqual({ code: 1, stdout: "", stderr: "Job for cancel.service canceled.\n" });
  });

  it("serves many calls at once", async () => {
    unit("many@.service", "ExecStart=/bin/sleep 300", "[Install]\nWantedBy=multi-user.target\n");
    const names = Array.from({ length: 14 }, (_, number) => `many@${number}`);

    const results = await Promise.all(
      names.map((name) => test.bash(`systemctl enable --now ${name} && systemctl is-active ${name}`)),
    );

    expect(results.map(({ stdout }) => stdout)).toEqual(names.map(() => "active\n"));
    await test.bash(`systemctl stop ${names.join(" ")}`);
    expect((await test.bash("pgrep -c -x sleep")).stdout).toBe("0\n");
  });

  it("follows a unit file that is a link within the machine", async () => {
    test.write("/opt/units/linked.service", "[Service]\nExecStart=/bin/sleep 300\n");
    await test.bash(
      "ln -s /opt/units/linked.service /etc/systemd/system/linked.service; systemctl start linked",
    );

    expect((await test.bash("systemctl is-active linked; systemctl stop linked")).stdout).toBe("active\n");
  });

  it("leaves nothing when the machine goes off", async () => {
    const other = await launchTestInstance();
    const mark = `300.${process.pid}3`;
    other.write(
      "/etc/systemd/system/on.service",
      `[Service]\nExecStart=/bin/sleep ${mark}\nRestart=always\nRestartSec=0\n`,
    );
    await other.bash("systemctl start on");
    await other.expectEventually(`pgrep -c -f '^/bin/sleep ${mark}'`, "1\n");

    await other.terminate();

    expect(processesWith(`sleep ${mark}`)).toEqual([]);
    expect(fs.existsSync(path.dirname(other.instance.machine.root))).toBe(false);
  });
});
