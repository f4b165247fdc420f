import * as fs from "node:fs";
import * as path from "node:path";
import type { TestMachine, TestProgram } from "./test-machine";
import { comesTrue } from "./test-machine";

/** Secrets of a test cluster. */
export const SECRETS = {
  agent: "a1",
  launcher: "l1",
  operator: "o1",
  "mesos-dns": "d1",
  zooKeeper: "z1",
} as const;

/** Flags by name; true stands for one without a value, undefined for one that is left out. */
export type FlagValues = Readonly<Record<string, string | true | undefined>>;

const ROOTFS = path.join(__dirname, "../../../../lib/machine/rootfs");

/** As our machines have it. */
const IMAGE_GC = fs.readFileSync(path.join(ROOTFS, "agent/etc/cdktf-mesos/image-gc.json"), "utf8");

/** The flags that a unit of our machines gives its program. */
export function unitFlags(role: "master" | "agent"): string[] {
  const unit = fs.readFileSync(path.join(ROOTFS, role, `etc/systemd/system/mesos-${role}.service`), "utf8");
  const [command = ""] = /^ExecStart=(?:.*\\\n)*.*$/m.exec(unit) ?? [];
  return [...command.matchAll(/--([a-z_-]+)/g)].map(([, name = ""]) => name).sort();
}

/** A command line of flags. */
export function commandLine(flags: FlagValues): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [value === true ? `--${name}` : `--${name}=${value}`];
  });
}

/** Files of a machine that runs a part of the cluster. */
export async function writeSecrets(machine: TestMachine, masters: readonly TestMachine[]): Promise<void> {
  const credentials = (["agent", "launcher", "operator", "mesos-dns"] as const).map((principal) => ({
    principal,
    secret: SECRETS[principal],
  }));
  await machine.write("/etc/test/credentials.json", JSON.stringify({ credentials }));
  await machine.write("/etc/test/zk-url", zkUrl(masters, `mesos:${SECRETS.zooKeeper}@`));
  await machine.write("/etc/test/launcher-secret", SECRETS.launcher);
  await machine.write("/etc/test/agent.json", JSON.stringify({ principal: "agent", secret: SECRETS.agent }));
  const operator = { credentials: [{ principal: "operator", secret: SECRETS.operator }] };
  await machine.write("/etc/test/http.json", JSON.stringify(operator));
  await machine.write("/etc/test/docker.json", JSON.stringify({ auths: {} }));
  await machine.write("/etc/test/image-gc.json", IMAGE_GC);
}

/** URL of the masters in ZooKeeper. */
export function zkUrl(masters: readonly TestMachine[], auth = ""): string {
  return `zk://${auth}${masters.map(({ address }) => `${address}:2181`).join(",")}/mesos`;
}

/** Starts the real ZooKeeper on all masters. */
export async function startZooKeeper(masters: readonly TestMachine[]): Promise<readonly TestProgram[]> {
  const servers = masters.map(({ address }, index) => `server.${index + 1}=${address}:2888:3888`);
  const config = [
    "tickTime=1000",
    "initLimit=20",
    "syncLimit=5",
    "dataDir=/var/lib/zookeeper/data",
    "clientPort=2181",
    "4lw.commands.whitelist=srvr,mntr",
    "admin.enableServer=false",
    ...(masters.length > 1 ? servers : []),
  ];
  const started = await Promise.all(
    masters.map(async (machine, index) => {
      await machine.write("/var/lib/zookeeper/data/myid", `${index + 1}\n`);
      await machine.write("/etc/test/zoo.cfg", `${config.join("\n")}\n`);
      const main = "org.apache.zookeeper.server.quorum.QuorumPeerMain";
      const path = "/etc/zookeeper/conf_example:/usr/share/java/zookeeper.jar";
      return machine.start("java", [
        "-Xmx96m",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        path,
        main,
        "/etc/test/zoo.cfg",
      ]);
    }),
  );
  for (const machine of masters) await zooKeeperServes(machine);
  return started;
}

async function zooKeeperServes(machine: TestMachine): Promise<void> {
  await zooKeeperSays(machine, "srvr", "Mode:");
}

/** Waits until ZooKeeper knows of nobody's session any more. */
export async function sessionsEnd(machine: TestMachine): Promise<void> {
  await zooKeeperSays(machine, "mntr", "zk_ephemerals_count\t0");
}

async function zooKeeperSays(machine: TestMachine, word: string, text: string): Promise<void> {
  let said = "";
  const ask = `exec 3<>/dev/tcp/${machine.address}/2181; echo ${word} >&3; timeout 2 cat <&3`;
  await comesTrue(
    async () => (said = await machine.shell(`${ask} 2>/dev/null`)).includes(text),
    () => `${text} of ZooKeeper on ${machine.name}, got ${said}`,
  );
}

/** Flags of a master as our machines have them. */
export function masterFlags({ address }: TestMachine, quorum = 1): FlagValues {
  return {
    zk: "file:///etc/test/zk-url",
    quorum: String(quorum),
    work_dir: "/var/lib/mesos/master",
    cluster: "test",
    ip: address,
    hostname: address,
    port: "5050",
    credentials: "file:///etc/test/credentials.json",
    authenticate_agents: true,
    authenticate_http_readwrite: true,
    authenticate_http_readonly: true,
    authenticate_http_frameworks: true,
    http_framework_authenticators: "basic",
  };
}

/** Flags of an agent as our machines have them; on a host with control groups of version 1 too. */
export function agentFlags({ address }: TestMachine, masters: readonly TestMachine[]): FlagValues {
  return {
    master: zkUrl(masters),
    credential: "file:///etc/test/agent.json",
    http_credentials: "file:///etc/test/http.json",
    authenticate_http_readonly: true,
    authenticate_http_readwrite: true,
    ip: address,
    hostname: address,
    port: "5051",
    work_dir: "/var/lib/mesos/agent",
    containerizers: "mesos",
    image_providers: "docker",
    isolation: [
      "filesystem/linux,docker/runtime,network/cni,cgroups/cpu,cgroups/mem,volume/sandbox_path",
      "linux/capabilities,linux/nnp,namespaces/pid",
    ].join(","),
    launcher: "linux",
    "no-systemd_enable_support": true,
    docker_config: "file:///etc/test/docker.json",
    docker_store_dir: "/var/lib/mesos/store/docker",
    image_gc_config: "file:///etc/test/image-gc.json",
    network_cni_config_dir: "/etc/test/cni",
    network_cni_plugins_dir: "/opt/cni/bin",
    network_cni_root_dir_persist: true,
    executor_registration_timeout: "10mins",
    resources: "cpus:2;mem:2048;ports:[80-80,31000-32000]",
    attributes: "zone:a;instance_type:t3.large",
  };
}

/** What a machine gets for a path of a master's or an agent's API: the status, and the body of it. */
export async function get(from: TestMachine, url: string, principal?: keyof typeof SECRETS) {
  const auth = principal === undefined ? "" : `--user ${principal}:${SECRETS[principal]}`;
  const line = `curl --silent --max-time 3 ${auth} --location-trusted --write-out '\\n%{http_code}' http://${url}`;
  const lines = (await from.shell(line)).split("\n");
  return { status: Number(lines.at(-1)), body: lines.slice(0, -1).join("\n") };
}

/** What of `/state` tests look at. */
export interface SeenState {
  readonly cluster?: string;
  readonly leader_info: { readonly hostname: string };
  readonly slaves: readonly {
    readonly id: string;
    readonly hostname: string;
    readonly active: boolean;
    readonly attributes: object;
    readonly resources: Readonly<Record<string, unknown>>;
  }[];
  readonly recovered_slaves: readonly { readonly id: string }[];
  readonly frameworks: readonly {
    readonly id: string;
    readonly connected: boolean;
    readonly recovered: boolean;
    readonly principal?: string;
    readonly tasks: readonly {
      readonly id: string;
      readonly state: string;
      readonly statuses: readonly {
        readonly healthy?: boolean;
        readonly container_status: {
          readonly network_infos: readonly {
            readonly ip_addresses: readonly { readonly ip_address: string }[];
          }[];
        };
      }[];
    }[];
  }[];
}

/** `/state` of the leader, asked through one master; undefined while there is none. */
export async function state(from: TestMachine, master: TestMachine): Promise<SeenState | undefined> {
  const { status, body } = await get(from, `${master.address}:5050/state`, "operator");
  return status === 200 ? (JSON.parse(body) as SeenState) : undefined;
}

/** Waits until the cluster is as it should be. */
export async function stateBecomes(
  from: TestMachine,
  master: TestMachine,
  isRight: (state: SeenState) => boolean,
): Promise<SeenState> {
  let seen: SeenState | undefined;
  await comesTrue(
    async () => {
      seen = await state(from, master);
      return seen !== undefined && isRight(seen);
    },
    () => `a state, got ${JSON.stringify(seen)}`,
  );
  return seen as SeenState;
}
