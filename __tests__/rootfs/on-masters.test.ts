import { chmodSync } from "node:fs";

import { Sandbox, shipped } from "./sandbox";

const SCRIPT = shipped("mesos/teardown/bin/on-masters");

const OPTIONS = [
  ...["-p", "22"],
  ...["-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR"],
  ...["-o", "ConnectTimeout=15", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4"],
  ...["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"],
];

const HINT = (what: string, hosts: string) =>
  `${what}: none of the masters (${hosts}) could be reached.\n` +
  "Is your address in admin_cidrs?\n" +
  "If the machines are gone: set CDKTF_MESOS_FORGET_CLUSTER=true and destroy again.\n";

describe("on-masters", () => {
  let sandbox: Sandbox;
  let env: Record<string, string>;

  beforeEach(() => {
    sandbox = new Sandbox();
    sandbox.command("sleep", "");
    env = {
      LAUNCHER_HOSTS: "10.0.0.4 10.0.0.5",
      LAUNCHER_USER: "ubuntu",
      LAUNCHER_PORT: "22",
      LAUNCHER_KEY_FILE: sandbox.write("demo key", "", 0o600),
      LAUNCHER_BASTION: "",
      LAUNCHER_ROOT: "/opt/cdktf-mesos/launcher",
    };
  });

  afterEach(() => sandbox.remove());

  /** An ssh that ends with these codes, by host. */
  function sshEnds(codes: Record<string, number>): void {
    const cases = Object.entries(codes).map(
      ([host, code]) => `*@${host}*) echo "on ${host}" >&2; exit ${code} ;;`,
    );
    sandbox.command("ssh", `case "$*" in ${cases.join(" ")} esac`);
  }

  /** An ssh that runs the command here, and a launcher whose script prints its arguments. */
  function sshRunsHere(): void {
    sandbox.command("ssh", 'for command; do :; done; exec sh -c "$command"');
    sandbox.command("sudo", 'exec "$@"');
    sandbox.write("my launcher/bin/stop-task", "#!/usr/bin/env bash\nprintf '<%s>' \"$@\"\n", 0o755);
    Object.assign(env, { LAUNCHER_HOSTS: "10.0.0.4", LAUNCHER_ROOT: sandbox.path("my launcher") });
  }

  it("runs the script on every master", async () => {
    sshEnds({ "10.0.0.4": 0, "10.0.0.5": 0 });
    const script = "/opt/cdktf-mesos/launcher/bin/stop-task";

    expect(await sandbox.run(SCRIPT, ["stop-task", "web"], env)).toMatchObject({ code: 0, stdout: "" });
    expect(sandbox.calls("ssh")).toEqual(
      ["10.0.0.4", "10.0.0.5"].map((host) => [
        ...["-F", "none", "-E", expect.any(String), "-i", sandbox.path("demo key"), ...OPTIONS],
        `ubuntu@${host}`,
        `if [ -x ${script} ]; then sudo ${script} web; fi`,
      ]),
    );
  });

  it("finds a key below the home directory", async () => {
    sshEnds({ "10.0.0.4": 0, "10.0.0.5": 0 });
    const key = sandbox.write(".ssh/demo", "", 0o600);
    await sandbox.run(SCRIPT, ["stop-task", "web"], { ...env, LAUNCHER_KEY_FILE: "~/.ssh/demo" });

    expect(sandbox.calls("ssh")[0]?.[5]).toBe(key);
  });

  it("goes through the bastion with the same key, user and port", async () => {
    sshEnds({ "10.0.0.4": 0, "10.0.0.5": 0 });
    await sandbox.run(SCRIPT, ["stop-task", "web"], {
      ...env,
      LAUNCHER_BASTION: "bastion.example",
      LAUNCHER_PORT: "2222",
    });
    const proxy = sandbox.calls("ssh")[0]?.find((argument) => argument.startsWith("ProxyCommand="));

    expect(proxy).toBe(
      `ProxyCommand=ssh -F none -i ${sandbox.directory}/demo\\ key -p 2222 -o BatchMode=yes -o IdentitiesOnly=yes ` +
        "-o ConnectTimeout=15 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -W %h:%p " +
        "ubuntu@bastion.example",
    );
  });

  it("is satisfied when one master was reached, and names those that were not", async () => {
    sshEnds({ "10.0.0.4": 255, "10.0.0.5": 0 });

    expect(await sandbox.run(SCRIPT, ["stop-task", "web"], env)).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        /\nstop-task web: not reached: 10\.0\.0\.4; what these hold is still there\n$/,
      ),
    });
  });

  it("fails with what to do when none was reached", async () => {
    sshEnds({ "10.0.0.4": 255, "10.0.0.5": 255 });

    expect(await sandbox.run(SCRIPT, ["stop-task", "web"], env)).toEqual({
      code: 1,
      stdout: "",
      stderr: `on 10.0.0.4\non 10.0.0.5\n${HINT("stop-task web", "10.0.0.4 10.0.0.5")}`,
    });
  });

  it.each([
    "kex_exchange_identification: Connection closed by remote host",
    "Connection timed out during banner exchange",
  ])(
    "tries again where sshd turned it away or had no time for it, as when many come at once: %s",
    async (said) => {
      const turns = sandbox.path("turns");
      const turnedAway = `echo "${said}" >>"$4"; exit 255`;
      sandbox.command("ssh", `echo >>'${turns}'; (( $(wc -l <'${turns}') > 2 )) || { ${turnedAway}; }`);

      expect(
        await sandbox.run(SCRIPT, ["stop-task", "web"], { ...env, LAUNCHER_HOSTS: "10.0.0.4" }),
      ).toMatchObject({ code: 0, stderr: "" });
      expect(sandbox.calls("ssh")).toHaveLength(3);
      expect(sandbox.calls("sleep")).toHaveLength(2);
    },
  );

  it("gives up where sshd turns it away again and again, and tells once what ssh says", async () => {
    const said = "kex_exchange_identification: read: Connection reset by peer";
    sandbox.command("ssh", `echo '${said}' >>"$4"; exit 255`);

    const { code, stderr } = await sandbox.run(SCRIPT, ["stop-task", "web"], {
      ...env,
      LAUNCHER_HOSTS: "10.0.0.4",
    });

    expect({ code, stderr }).toEqual({ code: 1, stderr: `${said}\n${HINT("stop-task web", "10.0.0.4")}` });
    expect(sandbox.calls("ssh")).toHaveLength(5);
  });

  it("fails when one that was reached failed, after it tried the others", async () => {
    sshEnds({ "10.0.0.4": 7, "10.0.0.5": 0 });

    expect(await sandbox.run(SCRIPT, ["stop-task", "web"], env)).toEqual({
      code: 1,
      stdout: "",
      stderr: "on 10.0.0.4\non 10.0.0.5\nstop-task web: failed on 1 of 2 reached masters, see above\n",
    });
  });

  it("hands each argument on as it was, and the path too", async () => {
    sshRunsHere();
    const args = ["a b", 'c"d', "e'f", "$HOME", "*", "", ";id", "\\"];

    const { code, stdout } = await sandbox.run(SCRIPT, ["stop-task", ...args], env);

    expect([code, stdout]).toEqual([0, args.map((text) => `<${text}>`).join("")]);
  });

  it("runs a script without arguments", async () => {
    sshEnds({ "10.0.0.4": 0, "10.0.0.5": 0 });
    await sandbox.run(SCRIPT, ["uninstall-launcher"], env);
    const script = "/opt/cdktf-mesos/launcher/bin/uninstall-launcher";

    expect(sandbox.calls("ssh")[0]?.at(-1)).toBe(`if [ -x ${script} ]; then sudo ${script}; fi`);
  });

  it("asks nothing of a master without the launcher", async () => {
    sshRunsHere();
    env.LAUNCHER_ROOT = sandbox.path("nowhere");

    expect(await sandbox.run(SCRIPT, ["stop-task", "web"], env)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(sandbox.calls("sudo")).toEqual([]);
  });

  test.each(["LAUNCHER_HOSTS", "LAUNCHER_USER", "LAUNCHER_PORT", "LAUNCHER_KEY_FILE", "LAUNCHER_ROOT"])(
    "fails without %s, and contacts nothing",
    async (name) => {
      sshEnds({});
      const { code, stderr } = await sandbox.run(SCRIPT, ["stop-task", "web"], { ...env, [name]: "" });

      expect([code, stderr]).toEqual([1, expect.stringContaining(`${name}: parameter null or not set`)]);
      expect(sandbox.calls("ssh")).toEqual([]);
    },
  );

  it("fails when there is no key, which is not a master out of reach, and contacts nothing", async () => {
    sshEnds({});

    expect(await sandbox.run(SCRIPT, ["stop-task", "web"], { ...env, LAUNCHER_KEY_FILE: "~/gone" })).toEqual({
      code: 1,
      stdout: "",
      stderr: "the private key file ~/gone cannot be read; put it back, or deploy once with its new path\n",
    });
    expect(sandbox.calls("ssh")).toEqual([]);
  });

  test.each([
    [0o644, "-rw-r--r--"],
    [0o620, "-rw--w----"],
    [0o604, "-rw----r--"],
  ])(
    "fails when the key is of mode %o, which ssh would not use, and contacts nothing",
    async (mode, listing) => {
      sshEnds({});
      const key = sandbox.write(".ssh/demo", "");
      chmodSync(key, mode);

      expect(
        await sandbox.run(SCRIPT, ["stop-task", "web"], { ...env, LAUNCHER_KEY_FILE: "~/.ssh/demo" }),
      ).toEqual({
        code: 1,
        stdout: "",
        stderr: `the private key file ~/.ssh/demo can be read by others (${listing}), so ssh refuses it; run: chmod 600 '${key}'\n`,
      });
      expect(sandbox.calls("ssh")).toEqual([]);
    },
  );

  it("says how it is used", async () => {
    expect(await sandbox.run(SCRIPT, [], env)).toEqual({
      code: 2,
      stdout: "",
      stderr: "usage: on-masters SCRIPT [ARGUMENT]\n",
    });
  });
});
