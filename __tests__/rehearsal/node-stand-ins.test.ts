import { chmodSync, mkdirSync } from "node:fs";

import { NODE_SECRETS } from "../../lib/mesos/node-secrets";
import type { NodeRole } from "../../lib/mesos/node-user-data";
import type { Machine } from "../../tools/rehearsal/machine";
import { hostPath } from "../../tools/rehearsal/machine-path";
import { standInForNode } from "../../tools/rehearsal/node-stand-ins";
import { writeUserDataFiles } from "../../tools/rehearsal/user-data";
import { bootTestMachine } from "./support";

const BIN = "/opt/cdktf-mesos/bin";
const HANDED = "/home/ubuntu/.cdktf-mesos/join.env";
const JOINED = "/etc/cdktf-mesos/secrets/joined";
const SECRET = "0123456789abcdef".repeat(4);
/** Names of what an agent is handed. */
const NAMES = "MESOS_AGENT_SECRET MESOS_DNS_SECRET MESOS_OPERATOR_SECRET WEAVE_PASSWORD";
const AUTH = Buffer.from('{"auths":{}}').toString("base64");

describe("the stand-ins for a node's programs", () => {
  let machine: Machine;
  let powerOff: () => Promise<void>;

  beforeAll(async () => {
    ({ machine, powerOff } = await bootTestMachine());
    standInForNode(machine.root);
    mkdirSync(hostPath(machine.root, "/home/ubuntu/.cdktf-mesos"), { mode: 0o700 });
  });
  afterAll(() => powerOff());

  const bash = (script: string) => machine.run(["bash", "-c", script]);

  async function play(role: NodeRole, masters = "10.0.0.4"): Promise<void> {
    const content = `CLUSTER_NAME="demo"\nMASTERS="${masters}"\nNODE_ROLE="${role}"\n`;
    writeUserDataFiles(machine.root, [{ path: "/etc/cdktf-mesos/node.env", permissions: "0644", content }]);
    await bash(`rm -rf ${JOINED}`);
  }

  function lines(role: NodeRole): string[] {
    return NODE_SECRETS.filter(({ roles }) => roles.includes(role)).map(({ name }) => `${name}="${SECRET}"`);
  }

  function join(handed: string[]) {
    const content = handed.map((line) => `${line}\n`).join("");
    writeUserDataFiles(machine.root, [{ path: HANDED, permissions: "0644", content }]);
    return bash(`${BIN}/join-node ${HANDED}`);
  }

  it("are where the node's own are, and cloud-init is done", async () => {
    expect(await bash(`cd ${BIN}; echo *; cloud-init status --wait`)).toEqual({
      code: 0,
      stdout: "cluster-status join-node node-status\nstatus: done\n",
      stderr: "",
    });
    expect(await bash("cloud-init clean")).toMatchObject({ code: 1 });
  });

  it.each(["master", "agent"] as const)("let a %s join with what the table says", async (role) => {
    await play(role);
    expect(await bash(`${BIN}/node-status --wait 900`)).toMatchObject({
      code: 1,
      stdout: "waiting  secrets    none was handed over yet\n",
    });

    expect(await join(lines(role).reverse())).toEqual({ code: 0, stdout: "", stderr: "" });

    expect(await bash(`${BIN}/node-status --wait 900`)).toEqual({
      code: 0,
      stdout: `ok       secrets    those of ${role} of demo\n`,
      stderr: "",
    });
  });

  it("keep nothing of what was handed over but its checksum", async () => {
    await play("agent");
    const handed = [...lines("agent"), `REGISTRY_AUTH_JSON="${AUTH}"`];
    await join(handed);

    const { stdout } = await bash(
      `ls ${HANDED}; grep -rlE '${SECRET}|${AUTH}' /etc /home /opt /root /run /tmp /var; cat ${JOINED}`,
    );
    const { stdout: checksum } = await machine.run(["sha256sum"], { input: `${handed.join("\n")}\n` });
    expect(stdout).toBe(checksum.replace("  -", ""));
  });

  it.each<[string, NodeRole, (given: string[]) => string[], string]>([
    ["one is missing", "agent", ([, ...rest]) => rest, `needs ${NAMES}, got MESOS`],
    [
      "one is a master's",
      "agent",
      (all) => [...all, `ZOOKEEPER_SECRET="${SECRET}"`],
      "got MESOS_AGENT_SECRET",
    ],
    [
      "one stands twice",
      "master",
      (all) => [...all, ...all.slice(0, 1)],
      "a machine that is master needs MESOS_AGENT_SECRET MESOS_DNS_SECRET MESOS_LAUNCHER_SECRET",
    ],
    [
      "none is there",
      "master",
      () => [],
      "a machine that is master needs MESOS_AGENT_SECRET MESOS_DNS_SECRET MESOS_LAUNCHER_SECRET",
    ],
    ["one is empty", "agent", ([, ...rest]) => ['WEAVE_PASSWORD=""', ...rest], "WEAVE_PASSWORD must be 64"],
    [
      "one is no hash",
      "agent",
      ([, ...rest]) => [`WEAVE_PASSWORD="${SECRET.toUpperCase()}"`, ...rest],
      "WEAVE_PASSWORD must be 64 hexadecimal digits in double quotes",
    ],
    [
      "a master has credentials for registries",
      "master",
      (all) => [...all, `REGISTRY_AUTH_JSON="${AUTH}"`],
      "REGISTRY_AUTH_JSON must be 64",
    ],
    [
      "credentials are no configuration of Docker",
      "agent",
      (all) => [...all, 'REGISTRY_AUTH_JSON="bm9uZQ=="'],
      "REGISTRY_AUTH_JSON must be a configuration of Docker",
    ],
  ])("refuse what is handed over when %s, and tell no value", async (_, role, change, message) => {
    await play(role);

    const { code, stderr } = await join(change(lines(role)));

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(`^join-node: .*${message}`) });
    expect(stderr).not.toContain(SECRET.slice(0, 16));
    expect(await bash(`test -e ${JOINED}`)).toMatchObject({ code: 1 });
  });

  it("refuse what others could have read", async () => {
    await play("agent");
    const directory = hostPath(machine.root, "/home/ubuntu/.cdktf-mesos");
    chmodSync(directory, 0o755);

    expect(await join(lines("agent"))).toMatchObject({
      code: 1,
      stderr: `join-node: the directory of ${HANDED} must be its owner's only, got mode 755\n`,
    });
    chmodSync(directory, 0o700);
  });

  it.each<[string, NodeRole, boolean, string, number, string]>([
    ["is what it shall be", "master", true, "--wait 900 3 3", 0, "ok       cluster    3 masters, 3 agents\n"],
    [
      "has other masters",
      "master",
      true,
      "--wait 900 3 1",
      1,
      "failed   cluster    has 3 masters, asked for 1\n",
    ],
    [
      "is asked for on an agent",
      "agent",
      true,
      "--wait 900 3 3",
      1,
      "failed   cluster    asked on a machine that is no master, or has not joined\n",
    ],
    [
      "is asked for too early",
      "master",
      false,
      "--wait 900 3 3",
      1,
      "failed   cluster    asked on a machine that is no master, or has not joined\n",
    ],
    ["is not asked for properly", "master", true, "--wait 900", 2, ""],
  ])("say of a cluster that it %s", async (_, role, joined, args, code, stdout) => {
    await play(role, "10.0.0.4 10.0.0.20 10.0.0.5");
    if (joined) await join(lines(role));

    expect(await bash(`${BIN}/cluster-status ${args}`)).toMatchObject({ code, stdout });
  });
});
