import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { NodeSandbox } from "./node-sandbox";
import { shipped } from "./sandbox";
import { testWith } from "./test-with";

/** Since this version systemd-analyze verifies units below a root. */
const SYSTEMD_OF_ROOTS = 250;

const SYSTEMD = "etc/systemd/system";

/** Files that configure-node and join-node write, or user-data brings, besides those that are shipped. */
const WRITTEN = {
  master: ["node.env", "facts.env", "zoo.cfg", ...secrets("weave", "zk-url", "credentials.json")],
  agent: [
    ...["node.env", "facts.env", "image-gc.json", "cni"],
    ...secrets("weave", "agent-credential.json", "http-credentials.json", "docker.json", "mesos-dns.json"),
  ],
};

const SETTINGS = {
  master: ["CLUSTER_NAME", "MESOS_QUORUM", "NODE_ADDRESS"],
  agent: ["MESOS_MASTERS_URL", "MESOS_RESOURCES", "NODE_ADDRESS", "NODE_TYPE", "NODE_ZONE"],
};

function secrets(...names: string[]): string[] {
  return names.map((name) => `secrets/${name}`);
}

/** Units of a role: those that all have, and its own. */
function unitsOf(role: string): Record<string, string> {
  const directories = ["common", role].map((part) => shipped(`machine/rootfs/${part}/${SYSTEMD}`));
  return Object.fromEntries(
    directories.flatMap((directory) =>
      readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), "utf8")]),
    ),
  );
}

function isShipped(role: string, path: string): boolean {
  return ["common", role].some((part) => existsSync(shipped(`machine/rootfs/${part}${path}`)));
}

/** Flags of a program, with what they are set to. */
function flags(unit: string | undefined, program: string): string[] {
  const [, command = ""] = new RegExp(`^ExecStart=${program}((?:.*\\\\\\n)*.*)$`, "m").exec(unit ?? "") ?? [];
  return command.split(/[\s\\]+/).filter((word) => word !== "");
}

describe.each(["master", "agent"] as const)("units of a(n) %s", (role) => {
  const units = unitsOf(role);
  const texts = Object.values(units).join("\n");
  const services = Object.entries(units).filter(([name]) => name.endsWith(".service"));

  it("are those its role names", () => {
    const text = readFileSync(shipped(`machine/rootfs/${role}/opt/cdktf-mesos/lib/role.sh`), "utf8");
    const [, names = ""] = /^ROLE_UNITS=\((.*)\)$/m.exec(text) ?? [];

    expect(services.map(([name]) => name).sort()).toEqual(
      names
        .split(" ")
        .map((name) => `${name}.service`)
        .sort(),
    );
  });

  it("wait for the secrets, and start with the target of the node", () => {
    for (const unit of Object.values(units)) {
      expect(unit).toContain("\nConditionPathExists=/etc/cdktf-mesos/secrets/joined\n");
    }
    for (const [, unit] of services) expect(unit).toContain("\nWantedBy=cdktf-mesos.target\n");
    expect(units["cdktf-mesos.target"]).toContain("\nWantedBy=multi-user.target\n");
  });

  it("never give up", () => {
    for (const [, unit] of services) {
      expect(unit).toContain("\nRestart=always\n");
      expect(unit).toContain("\nStartLimitIntervalSec=0\n");
    }
  });

  it("name only scripts that are shipped", () => {
    const scripts = texts.match(/\/opt\/cdktf-mesos\/\S+/g) ?? [];

    expect(scripts).not.toEqual([]);
    expect(scripts.filter((path) => !isShipped(role, path))).toEqual([]);
  });

  it("name only files that are written", () => {
    const named = texts.match(/(?<=\/etc\/cdktf-mesos\/)(?!secrets\/joined)\S+/g) ?? [];

    expect([...new Set(named)].sort()).toEqual([...WRITTEN[role]].sort());
  });

  it("use only settings a node has", () => {
    const used = (texts.match(/\$\{\w+\}/g) ?? []).map((name) => name.slice(2, -1));

    expect([...new Set(used)].sort()).toEqual(SETTINGS[role]);
  });

  testWith("systemd-analyze", `of a(n) ${role} are what systemd takes`, verify, SYSTEMD_OF_ROOTS);

  function verify() {
    const sandbox = new NodeSandbox(role);
    for (const name of ["sysinit", "basic", "shutdown", "network-online", "multi-user"]) {
      sandbox.write(`${SYSTEMD}/${name}.target`, "[Unit]\n");
    }
    sandbox.write(`${SYSTEMD}/docker.service`, "[Service]\nExecStart=/usr/bin/docker\n");
    const programs = ["docker", "mesos-agent", "mesos-dns", "mesos-master"].map((name) => `usr/bin/${name}`);
    for (const path of [...programs, "usr/share/zookeeper/bin/zkServer.sh"]) sandbox.program(path, "");

    const { status, stdout, stderr } = spawnSync(
      "systemd-analyze",
      ["verify", "--man=no", "--root", sandbox.directory, ...Object.keys(units)],
      { encoding: "utf8" },
    );
    sandbox.remove();

    expect({ status, output: stdout + stderr }).toEqual({ status: 0, output: "" });
  }
});

describe("the unit of the Mesos master", () => {
  it("lets nobody in without a name and password, and shows none", () => {
    expect(flags(unitsOf("master")["mesos-master.service"], "mesos-master")).toEqual([
      "--zk=file:///etc/cdktf-mesos/secrets/zk-url",
      "--quorum=${MESOS_QUORUM}",
      "--work_dir=/var/lib/mesos/master",
      "--cluster=${CLUSTER_NAME}",
      "--ip=${NODE_ADDRESS}",
      "--hostname=${NODE_ADDRESS}",
      "--port=5050",
      "--credentials=file:///etc/cdktf-mesos/secrets/credentials.json",
      "--authenticate_agents",
      "--authenticate_http_readwrite",
      "--authenticate_http_readonly",
      "--authenticate_http_frameworks",
      "--http_framework_authenticators=basic",
    ]);
  });
});

describe("the unit of the Mesos agent", () => {
  const unit = unitsOf("agent")["mesos-agent.service"] as string;

  it("runs images on the CNI network, each task within its limits", () => {
    expect(flags(unit, "mesos-agent")).toEqual([
      "--master=${MESOS_MASTERS_URL}",
      "--credential=file:///etc/cdktf-mesos/secrets/agent-credential.json",
      "--http_credentials=file:///etc/cdktf-mesos/secrets/http-credentials.json",
      "--authenticate_http_readonly",
      "--authenticate_http_readwrite",
      "--ip=${NODE_ADDRESS}",
      "--hostname=${NODE_ADDRESS}",
      "--port=5051",
      "--work_dir=/var/lib/mesos/agent",
      "--resources=${MESOS_RESOURCES}",
      "--attributes=zone:${NODE_ZONE};instance_type:${NODE_TYPE}",
      "--containerizers=mesos",
      "--launcher=linux",
      "--no-systemd_enable_support",
      "--isolation=filesystem/linux,docker/runtime,network/cni,cgroups/cpu,cgroups/mem,volume/sandbox_path," +
        "linux/capabilities,linux/nnp,namespaces/pid",
      "--image_providers=docker",
      "--docker_config=file:///etc/cdktf-mesos/secrets/docker.json",
      "--docker_store_dir=/var/lib/mesos/store/docker",
      "--image_gc_config=file:///etc/cdktf-mesos/image-gc.json",
      "--network_cni_config_dir=/etc/cdktf-mesos/cni",
      "--network_cni_plugins_dir=/opt/cni/bin",
      "--network_cni_root_dir_persist",
      "--executor_registration_timeout=10mins",
    ]);
  });

  it("leaves tasks alone when the agent's process ends", () => {
    expect(unit).toContain("\nKillMode=process\nDelegate=yes\n");
  });
});
