import type { NodeRole } from "../../../lib/mesos/node-user-data";

/** How it is seen that a file is missing. The scripts find the file's path in `FILE`. */
export interface FileCase {
  /** Path on the machine. */
  readonly file: string;
  /**
   * What is done to it.
   *
   * @default - it is deleted
   */
  readonly change?: string;
  /**
   * Lets what reads the file read it again, as a reboot would.
   *
   * @default - nothing does but the check
   */
  readonly read?: string;
  /** Must fail without the file, and must not with it. */
  readonly check: string;
  /** Regular expression of what the check says then. */
  readonly words: string;
}

/** A key of a file of settings, one line each. */
export interface KeyCase extends FileCase {
  readonly key: string;
}

/** The check of a node: what Terraform asks. */
const STATUS = "node-status";

/** A boot on top of what is there. */
const BOOT = "boot-node && node-status";

/** Terraform hands the secrets over again. */
const JOIN = "cp /run/handed.env /run/join.env && join-node /run/join.env && node-status";

/** Terraform asks for the whole cluster. */
const CLUSTER = "cluster-status 2 1";

/** A task that must come to its end: see `probes.ts`. */
export const TASK = "bash /run/probe/run";

const OPT = "/opt/cdktf-mesos";
const ETC = "/etc/cdktf-mesos";
const SECRETS = `${ETC}/secrets`;
const STATE = "/var/lib/cdktf-mesos";
const SYSTEMD = "/etc/systemd/system";

/** A file that is no more is what bash complains of by its name. */
const missing = (file: string) =>
  `${file.replace(/.*\//, "")}: (line [0-9]+: )?.*No such file|cannot open .*No such file`;

const named = (check: string, file: string): FileCase => ({ file, check, words: missing(file) });

/** A step of the boot, or a library of one. */
const step = (file: string, name: string): FileCase => ({ file, check: BOOT, words: `^failed +${name}` });

const restart = (unit: string) => `systemctl daemon-reload; systemctl restart ${unit}`;

/** What a unit needs to start. */
const unit = (file: string, name: string, words = `^waiting +${name} +(activating|failed)`): FileCase => ({
  file,
  read: restart(name),
  check: STATUS,
  words,
});

/** The services of a machine start, after it was switched on. */
const start = (units: string, target = "cdktf-mesos.target") =>
  `systemctl daemon-reload; systemctl stop ${units}; systemctl start ${target}`;

/** What brings a unit up when the machine starts; it is stopped while its file says how. */
const wanted = (file: string, name: string): FileCase => ({
  file,
  change: `systemctl stop ${name}; rm "$FILE"`,
  read: start(name),
  check: STATUS,
  // of Mesos, the package has a unit too, which is not ours
  words: `^waiting +${name} +(inactive|activating|failed)`,
});

const SCRIPTS: readonly FileCase[] = [
  ...["node", "status", "report", "services", "checks", "role"].map((name) =>
    named(STATUS, `${OPT}/lib/${name}.sh`),
  ),
  ...["apt", "artifacts", "download", "programs"].map((name) =>
    step(`${OPT}/lib/${name}.sh`, "install-node"),
  ),
  ...["check-image", "install-node", "configure-node"].map((name) => step(`${OPT}/bin/${name}`, name)),
  { file: `${OPT}/bin/boot-node`, check: BOOT, words: "boot-node: command not found" },
  { file: `${OPT}/bin/node-status`, check: STATUS, words: "node-status: command not found" },
  { file: `${OPT}/bin/join-node`, check: JOIN, words: "join-node: command not found" },
  unit(`${OPT}/bin/node-weave`, "weave"),
];

const SETTINGS: readonly FileCase[] = [
  named(STATUS, `${ETC}/node.env`),
  { file: `${ETC}/facts.env`, check: STATUS, words: "NODE_ADDRESS" },
  unit(`${ETC}/artifacts.json`, "weave"),
];

const UNITS: readonly FileCase[] = [
  {
    file: `${SYSTEMD}/cdktf-mesos.target`,
    read: "systemctl daemon-reload",
    check: JOIN,
    words: "cdktf-mesos.target",
  },
  wanted(`${SYSTEMD}/weave.service`, "weave"),
  wanted(`${SYSTEMD}/cdktf-mesos.target.wants/weave.service`, "weave"),
  {
    file: "/usr/local/bin/weave",
    read: restart("weave"),
    check: STATUS,
    words: "^waiting +weave +(activating|failed)",
  },
];

const NOTES: readonly FileCase[] = [
  ...["docker", "weave", "weaveImages", "mesos"].map((name) => note(name)),
  ...["check-image", "install-node", "configure-node"].map((name) => ({
    file: `${STATE}/steps/${name}`,
    check: STATUS,
    words: `^waiting +${name} +not done yet`,
  })),
  { file: `${SECRETS}/joined`, check: STATUS, words: "^waiting +secrets +not handed over yet" },
  unit(`${SECRETS}/weave`, "weave"),
];

function note(name: string): FileCase {
  return {
    file: `${STATE}/artifacts/${name}`,
    check: STATUS,
    words: `^waiting +artifacts .*${name} by no way yet`,
  };
}

/** Without the mask the package's own unit starts what belongs on other machines. */
const mask = (other: string): FileCase => ({
  file: `${SYSTEMD}/${other}.service`,
  read: "systemctl daemon-reload",
  check: `! systemctl start ${other} 2>/dev/null || { systemctl stop ${other}; echo ${other} starts; exit 1; }`,
  words: `${other} starts`,
});

/** The target itself is wanted by the machine's start. */
const boots = (units: string): FileCase => ({
  file: `${SYSTEMD}/multi-user.target.wants/cdktf-mesos.target`,
  read: start(`cdktf-mesos.target ${units}`, "multi-user.target"),
  check: STATUS,
  words: "^waiting +weave +inactive",
});

const COMMON = [...SCRIPTS, ...SETTINGS, ...UNITS, ...NOTES];

const MASTER: readonly FileCase[] = [
  named(STATUS, `${OPT}/lib/zookeeper.sh`),
  named(STATUS, `${OPT}/bin/check-ensemble`),
  named(CLUSTER, `${OPT}/lib/cluster.sh`),
  { file: `${OPT}/bin/cluster-status`, check: CLUSTER, words: "cluster-status: command not found" },
  step(`${OPT}/lib/zoo.cfg`, "configure-node"),
  step("/etc/sysctl.d/60-cdktf-mesos.conf", "configure-node"),
  { file: `${SECRETS}/curl`, check: CLUSTER, words: "no master leads" },
  { file: `${SECRETS}/launcher-secret`, check: TASK, words: "launcher-secret" },
  note("zooKeeper"),
  mask("mesos-agent"),
  {
    file: "/var/lib/zookeeper/myid",
    // alone, a master has no number: as one of three it must
    check: "bash /run/probe/ensemble",
    words: "myid",
  },
  unit(`${OPT}/bin/create-zookeeper-root`, "mesos-master"),
  unit(`${SECRETS}/zk-url`, "mesos-master"),
  unit(`${SECRETS}/credentials.json`, "mesos-master"),
  unit(`${ETC}/zoo.cfg`, "zookeeper"),
  ...["zookeeper", "mesos-master"].flatMap((name) => [
    wanted(`${SYSTEMD}/${name}.service`, name),
    wanted(`${SYSTEMD}/cdktf-mesos.target.wants/${name}.service`, name),
  ]),
  boots("weave zookeeper mesos-master"),
];

const AGENT: readonly FileCase[] = [
  { file: `${SECRETS}/curl`, check: STATUS, words: "^waiting +mesos-agent +curl" },
  note("mesosDns"),
  mask("mesos-master"),
  {
    file: "/etc/systemd/resolved.conf.d/cdktf-mesos.conf",
    read: "systemctl restart systemd-resolved",
    check: STATUS,
    words: "leader.weave.local has no address",
  },
  { file: `${ETC}/cni/weave.conf`, check: TASK, words: "Unknown CNI network 'weave'" },
  { file: "/opt/cni/bin/weave-net", check: TASK, words: "weave-net" },
  unit(`${SECRETS}/mesos-dns.json`, "mesos-dns"),
  unit(`${OPT}/bin/prepare-agent`, "mesos-agent"),
  ...["agent-credential.json", "http-credentials.json", "docker.json"].map((name) =>
    unit(`${SECRETS}/${name}`, "mesos-agent"),
  ),
  unit(`${ETC}/image-gc.json`, "mesos-agent"),
  ...["mesos-dns", "mesos-agent"].flatMap((name) => [
    wanted(`${SYSTEMD}/${name}.service`, name),
    wanted(`${SYSTEMD}/cdktf-mesos.target.wants/${name}.service`, name),
  ]),
  boots("weave mesos-dns mesos-agent"),
];

/** A line of a file is deleted. */
const without = (file: string, key: string) => ({ file, change: `sed -i '/^${key}=/d' "$FILE"` });

/** A line of a file has another value. */
const changed = (file: string, key: string, value: string) => ({
  file,
  change: `sed -i 's|^${key}=.*|${key}="${value}"|' "$FILE"`,
});

/** A setting without which no machine boots. */
const needed = (key: string): KeyCase => ({
  key,
  ...without(`${ETC}/node.env`, key),
  check: BOOT,
  words: `^failed +check-image +.*lacks: .*${key}`,
});

/** A setting that is another one than the rest of the cluster has. */
const setting = (key: string, value: string, rest: Omit<FileCase, "file" | "change">): KeyCase => ({
  key,
  ...changed(`${ETC}/node.env`, key, value),
  ...rest,
});

const fact = (key: string, value: string, rest: Omit<FileCase, "file" | "change">): KeyCase => ({
  key,
  ...changed(`${ETC}/facts.env`, key, value),
  ...rest,
});

const NEEDED = ["CLUSTER_NAME", "MASTERS", "MESOS_QUORUM", "NODE_GENERATION", "NODE_ROLE"];
const NEEDED_BY_WEAVE = ["WEAVE_ENCRYPTED", "WEAVE_MTU", "WEAVE_RANGE"];

/** Every key of a node's settings and facts, and how it is seen that it is gone, or is another one. */
export const KEY_CASES: Readonly<Record<NodeRole, readonly KeyCase[]>> = {
  master: [
    ...[...NEEDED, ...NEEDED_BY_WEAVE, "MASTER_ID"].map(needed),
    setting("CLUSTER_NAME", "other", {
      read: restart("mesos-master"),
      check: "bash /run/probe/name",
      words: "other",
    }),
    setting("MESOS_QUORUM", "2", {
      read: restart("mesos-master"),
      check: STATUS,
      words: "no leader yet; 2 of 1",
    }),
    setting("WEAVE_ENCRYPTED", "false", {
      read: restart("weave"),
      check: CLUSTER,
      words: "^waiting +weave +(1 of 3|.* is not connected to)",
    }),
    setting("WEAVE_MTU", "1300", {
      read: restart("weave"),
      check: "ip link show weave; ! ip link show weave | grep -q 'mtu 1300'",
      words: "mtu 1300",
    }),
    {
      key: "NODE_ADDRESS",
      ...without(`${ETC}/facts.env`, "NODE_ADDRESS"),
      check: STATUS,
      words: "NODE_ADDRESS",
    },
  ],
  agent: [
    ...[...NEEDED, ...NEEDED_BY_WEAVE, "MESOS_RESOURCES"].map(needed),
    setting("MASTERS", "10.0.0.9", { read: JOIN, check: STATUS, words: "leader.weave.local has no address" }),
    setting("WEAVE_ENCRYPTED", "false", {
      read: restart("weave"),
      // a node alone cannot know how many there should be
      check: "node-status && node-status | grep -q 'connected to 2 peers'",
      words: "^ok +weave +connected to 0 peers",
    }),
    setting("WEAVE_RANGE", "10.96.0.0/12", {
      // without an address the start has no end
      read: "systemctl restart --no-block weave",
      check:
        "! curl -s http://127.0.0.1:6784/report | grep -o 'Incompatible IP allocation ranges.*' && node-status",
      words: "Incompatible IP allocation ranges",
    }),
    setting("MESOS_RESOURCES", "cpus:1;mem:1024", agentRefuses()),
    {
      key: "NODE_ADDRESS",
      ...without(`${ETC}/facts.env`, "NODE_ADDRESS"),
      check: STATUS,
      words: "NODE_ADDRESS",
    },
    fact("NODE_ZONE", "elsewhere", agentRefuses()),
    fact("NODE_TYPE", "m5.large", agentRefuses()),
    fact("VPC_RESOLVER", "10.0.16.250", { read: JOIN, check: TASK, words: "TASK_FAILED" }),
    fact("MESOS_MASTERS_URL", "zk://10.0.0.4:2181/elsewhere", {
      read: restart("mesos-agent"),
      check: STATUS,
      words: "^waiting +mesos-agent +(not registered|/state)",
    }),
  ],
};

/** An agent does not start as another one under its id. */
function agentRefuses() {
  return { read: restart("mesos-agent"), check: STATUS, words: "^waiting +mesos-agent +activating" };
}

/** Facts masters have and do not need: the same script finds them out on all machines. */
export const FACTS_OF_AGENTS = ["NODE_ZONE", "NODE_TYPE", "VPC_RESOLVER", "MESOS_MASTERS_URL"];

/** Every file of a node's, and who misses it. */
export const FILE_CASES: Readonly<Record<NodeRole, readonly FileCase[]>> = {
  master: [...COMMON, ...MASTER],
  agent: [...COMMON, ...AGENT],
};

const ANSWERS = {
  [`${STATE}/verdict.json`]: "is the answer of node-status itself, which writes it anew each time",
  [`${OPT}/bin/forget-identity`]: "is for images: at the end of the drill it takes all the others away",
};

/** Files no case takes away, and why. */
export const NOT_TAKEN: Readonly<Record<NodeRole, Readonly<Record<string, string>>>> = {
  master: {
    ...ANSWERS,
    "/opt/cni/bin/weave-net": "Weave puts its plugin on every machine, and only agents call it",
  },
  agent: ANSWERS,
};
