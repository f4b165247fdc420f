import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { makeCertificate } from "../../../tools/lab/certificate";
import {
  agentFlags,
  commandLine,
  FlagValues,
  get,
  SECRETS,
  stateBecomes,
  unitFlags,
  writeSecrets,
} from "./machines/cluster";
import { programsFolder } from "./machines/prepare";
import { TestLab } from "./machines/test-lab";
import { comesTrue, TestMachine, TestProgram } from "./machines/test-machine";

let lab: TestLab;
let master: TestMachine;
let agent: TestMachine;
const started: TestProgram[] = [];

/** A plugin that makes a bridge of its own with the CNI project's, and gives every container the same address. */
const PLUGIN = `#!/bin/bash
export CNI_PATH=/usr/lib/weave/router PATH=/usr/bin:/bin
echo "$CNI_COMMAND $CNI_IFNAME" >>/run/plugin.log
jq '. + {type: "bridge", bridge: "test0", isGateway: true, ipam: {type: "static", dns, routes: [{dst: "0.0.0.0/0"}],
  addresses: [{address: "10.33.0.9/24", gateway: "10.33.0.1"}]}}' | $CNI_PATH/bridge
`;

const NETWORK = {
  cniVersion: "0.2.0",
  name: "weave",
  type: "test-net",
  dns: { nameservers: ["10.77.0.12"], search: ["mesos-executeinstance.weave.local"] },
};

/** Starts an agent whose flags differ from ours, and waits until it is registered unless it is not to be. */
function startAgent(changes: FlagValues): TestProgram {
  const flags = { ...agentFlags(agent, [master]), master: `${master.address}:5050`, ...changes };
  const program = agent.start("mesos-agent", commandLine(flags), {
    NODE_EXTRA_CA_CERTS: "/etc/test/registry.crt",
  });
  started.push(program);
  return program;
}

async function registered() {
  const { slaves } = await stateBecomes(agent, master, ({ slaves: all }) => all.some(({ active }) => active));
  return slaves.find(({ active }) => active);
}

/** Runs a task in a container of an image on the network, and gives what it and mesos-execute say. */
async function runTask(command: string, network: string | null = "weave", image = "mongo"): Promise<string> {
  const task = {
    name: "t",
    task_id: { value: "t" },
    agent_id: { value: "" },
    resources: [
      { name: "cpus", type: "SCALAR", scalar: { value: 0.1 } },
      { name: "mem", type: "SCALAR", scalar: { value: 32 } },
    ],
    command: { shell: true, value: command, user: "root" },
    container: {
      type: "MESOS",
      hostname: "task-host",
      mesos: { image: { type: "DOCKER", docker: { name: image } } },
      network_infos: network === null ? [] : [{ name: network }],
    },
  };
  await master.write("/etc/test/task.json", JSON.stringify(task));
  const flags = {
    master: `${master.address}:5050`,
    task: "file:///etc/test/task.json",
    principal: "launcher",
    secret: "file:///etc/test/launcher-secret",
  };
  const { output } = await master.run("timeout", ["20", "mesos-execute", ...commandLine(flags)]);
  const sandbox = await agent.shell(
    "cat /var/lib/mesos/agent/slaves/*/frameworks/*/executors/t/runs/latest/std*",
  );
  return `${sandbox}\n${output}`;
}

const refuses = (text: string) => async (changes: FlagValues) => {
  expect(await startAgent(changes).ended).toMatchObject({ code: 1, output: expect.stringContaining(text) });
};

const comes =
  (text: string, command = "true") =>
  async (changes: FlagValues) => {
    startAgent(changes);
    await registered();
    expect(await runTask(command)).toContain(text);
  };

/** A registry on the agent's machine: it asks for a password, and gives what is called slow to nobody. */
const REGISTRY = `
const fs = require("fs");
const [cert, key] = ["crt", "key"].map((end) => fs.readFileSync("/etc/test/registry." + end));
require("https").createServer({ cert, key }, (request, response) => {
  if (request.url.endsWith("/slow")) return;
  const account = Buffer.from("me:secret").toString("base64");
  response.writeHead(request.headers.authorization === "Basic " + account ? 200 : 401).end();
}).listen(443, () => console.log("serves"));`;

async function startRegistry(): Promise<void> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "registry-"));
  const { cert, key } = makeCertificate(["registry.test"], directory);
  fs.rmSync(directory, { recursive: true });
  await agent.write("/etc/test/registry.crt", cert);
  await agent.write("/etc/test/registry.key", key);
  await agent.shell("echo 127.0.0.1 registry.test >>/etc/hosts");
  await agent.start("node", ["-e", REGISTRY]).says("serves");
}

const DOCKER = { auths: { "https://registry.test/v1/": { auth: btoa("me:secret") } } };
const PRIVATE = "registry.test/mongo:1";

/** Images are removed at once, as no disk is as empty as that. */
const IMAGE_GC = {
  image_disk_headroom: 1,
  image_disk_watch_interval: { nanoseconds: 100_000_000 },
  excluded_images: ["registry.test/redis:1"],
};

/** What an agent does with an image that its registry gives to those with a password only. */
const pulls = (text: string) => async (changes: FlagValues) => {
  startAgent(changes);
  await registered();
  expect(await runTask("true", null, PRIVATE)).toContain(text);
};

/** The images an agent has when two tasks, each with another one, are over, and the disk was looked at again. */
async function imagesAfterTasks(changes: FlagValues): Promise<string> {
  startAgent(changes);
  await registered();
  for (const image of ["mongo", "registry.test/redis:1"]) {
    expect(await runTask("true", null, image)).toContain("TASK_FINISHED");
  }
  return agent.shell("sleep 1; ls /var/lib/mesos/store/docker/images");
}

/** Flags that say what is so without them too, and what is different when they say something else. */
const OTHERWISE: Readonly<Record<string, () => Promise<void>>> = {
  port: async () => {
    startAgent({ port: "5052" });
    await registered();
    expect((await get(agent, `${agent.address}:5051/health`)).status).toBe(0);
    expect((await get(agent, `${agent.address}:5052/health`)).status).toBe(200);
  },
  containerizers: () =>
    comes("None of the enabled containerizers (docker) could create a container")({
      containerizers: "docker",
    }),
  launcher: () =>
    refuses("The 'filesystem/linux' isolator requires the 'linux' launcher")({ launcher: "posix" }),
  executor_registration_timeout: async () => {
    startAgent({ executor_registration_timeout: "1secs" });
    await registered();
    const said = await runTask("true", null, "registry.test/mongo:slow");
    expect(said).toContain("TASK_FAILED");
    expect(said).toContain("Executor did not register within 1secs");
  },
};

/** Every other flag of ours, and what is different without it. */
const WITHOUT: Readonly<Record<string, (changes: FlagValues) => Promise<void>>> = {
  master: refuses("Missing required option `--master`"),
  work_dir: refuses("Flag 'work_dir' is required, but it was not provided"),
  http_credentials: refuses("No credentials provided for the default 'basic' HTTP authenticator"),
  network_cni_config_dir: refuses(
    "Both `--network_cni_plugins_dir` and `--network_cni_config_dir` must be specified",
  ),
  network_cni_plugins_dir: refuses(
    "Both `--network_cni_plugins_dir` and `--network_cni_config_dir` must be specified",
  ),
  isolation: refuses("The 'filesystem/linux' isolator must be enabled for container image support"),
  docker_config: pulls("Unexpected HTTP response '401 Unauthorized'"),
  image_gc_config: async (changes) => {
    expect(await imagesAfterTasks(changes)).toBe("mongo\nregistry.test%2Fredis%3A1");
  },
  "no-systemd_enable_support": async (changes) => {
    await agent.shell("mount -t cgroup2 none /sys/fs/cgroup");
    try {
      await refuses("Failed to initialize systemd: Failed to locate systemd cgroups hierarchy")(changes);
    } finally {
      await agent.shell("umount /sys/fs/cgroup");
    }
  },
  credential: (changes) => startAgent(changes).says("Agent is not authenticated"),
  authenticate_http_readonly: async (changes) => {
    startAgent(changes);
    await registered();
    expect((await get(agent, `${agent.address}:5051/state`)).status).toBe(200);
  },
  authenticate_http_readwrite: async (changes) => {
    startAgent(changes);
    await registered();
    const { body } = await get(agent, `${agent.address}:5051/flags`, "operator");
    expect(JSON.parse(body)).not.toHaveProperty("flags.authenticate_http_readwrite");
  },
  ip: async (changes) => {
    await startAgent(changes).says("Starting Mesos agent on 127.0.0.1:5051");
    expect((await get(master, `${agent.address}:5051/health`)).status).toBe(0);
  },
  hostname: async (changes) => {
    startAgent({ ...changes, hostname: "elsewhere" });
    expect(await registered()).toMatchObject({ hostname: "elsewhere" });
  },
  resources: async (changes) => {
    startAgent(changes);
    expect(await registered()).not.toHaveProperty("resources.cpus", 2);
  },
  attributes: async (changes) => {
    startAgent(changes);
    expect(await registered()).toMatchObject({ attributes: {} });
  },
  image_providers: comes("Unsupported container image type: DOCKER"),
  docker_store_dir: async (changes) => {
    startAgent(changes);
    await registered();
    await runTask("true");
    expect(await agent.shell("ls -d /tmp/mesos/store/docker; rm -r /tmp/mesos")).toBe(
      "/tmp/mesos/store/docker",
    );
  },
  network_cni_root_dir_persist: async (changes) => {
    startAgent(changes);
    await registered();
    expect(await agent.shell("ls /run/mesos")).toBe("isolators");
  },
};

describe("mesos-agent", () => {
  beforeAll(async () => {
    lab = await TestLab.open(programsFolder());
    [master, agent] = await Promise.all([lab.boot(), lab.boot()]);
    for (const machine of [master, agent]) await writeSecrets(machine, [master]);
    await agent.write("/opt/cni/bin/test-net", PLUGIN);
    await agent.shell("chmod +x /opt/cni/bin/test-net");
    await startRegistry();
    const { address } = master;
    const credentials = "file:///etc/test/credentials.json";
    const flags = { ip: address, work_dir: "/var/lib/mesos/master", credentials, authenticate_agents: true };
    await master.start("mesos-master", commandLine(flags as FlagValues)).says("Starting Mesos master");
  });
  beforeEach(async () => {
    await agent.write("/etc/test/cni/weave.conf", JSON.stringify(NETWORK));
    await agent.write("/etc/test/docker.json", JSON.stringify(DOCKER));
    await agent.write("/etc/test/image-gc.json", JSON.stringify(IMAGE_GC));
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((program) => program.stop()));
    await agent.shell("rm -rf /var/lib/mesos /run/mesos /etc/test/cni");
  });
  afterAll(() => lab.close());

  it("puts a container on the network, as long as all flags are there", async () => {
    startAgent({});
    expect(await registered()).toMatchObject({
      hostname: agent.address,
      attributes: { zone: "a", instance_type: "t3.large" },
      resources: { cpus: 2, mem: 2048, ports: "[80-80, 31000-32000]" },
    });
    const said = await runTask(
      "cat /etc/hosts /etc/resolv.conf; hostname; grep NoNewPrivs /proc/self/status; echo $$",
    );
    expect(said).toContain(
      "10.33.0.9 task-host\nsearch mesos-executeinstance.weave.local\nnameserver 10.77.0.12\ntask-host",
    );
    expect(said).toContain("NoNewPrivs:\t1");
    expect(said).toContain("TASK_FINISHED");
    await comesTrue(
      async () =>
        (await agent.shell("ls /var/lib/mesos/agent/isolators/network/cni; ls /run | grep mesos")) === "",
      () => "nothing of the container",
    );
    expect(await agent.shell("cat /run/plugin.log")).toBe("ADD eth0\nDEL eth0");
    expect((await get(agent, `${agent.address}:5051/state`)).status).toBe(401);
  });

  it.each(Object.entries(WITHOUT))("is another one without --%s", (name, outcome) =>
    outcome({ [name]: undefined }),
  );

  it.each(Object.entries(OTHERWISE))("is another one where --%s says something else", (_, outcome) =>
    outcome(),
  );

  it("gets an image from a registry whose password it knows", () => pulls("TASK_FINISHED")({}));

  it("removes images that no task uses, and keeps those it is told to", async () => {
    expect(await imagesAfterTasks({})).toBe("registry.test%2Fredis%3A1");
  });

  it.each([
    ["another registry", { auths: { "https://other.test/": { auth: btoa("me:secret") } } }],
    ["another password", { auths: { "https://registry.test/": { auth: btoa("me:other") } } }],
    ["no account", { auths: {} }],
  ])("gets no image where its accounts are of %s", async (_, config) => {
    await agent.write("/etc/test/docker.json", JSON.stringify(config));
    await pulls("Unexpected HTTP response '401 Unauthorized'")({});
  });

  it.each([
    ["image_disk_headroom", { image_disk_headroom: 0 }, "mongo\nregistry.test%2Fredis%3A1"],
    [
      "image_disk_watch_interval",
      { image_disk_watch_interval: { nanoseconds: 3_600_000_000_000 } },
      "mongo\nregistry.test%2Fredis%3A1",
    ],
    ["excluded_images", { excluded_images: [] }, ""],
  ])("keeps other images where %s is another one", async (_, change, images) => {
    await agent.write("/etc/test/image-gc.json", JSON.stringify({ ...IMAGE_GC, ...change }));
    expect(await imagesAfterTasks({})).toBe(images);
  });

  it("has each flag of our unit in one of the tables above", () => {
    expect([...Object.keys(WITHOUT), ...Object.keys(OTHERWISE)].sort()).toEqual(unitFlags("agent"));
    expect(unitFlags("agent")).toHaveLength(23);
    expect(Object.keys(agentFlags(agent, [master])).sort()).toEqual(unitFlags("agent"));
  });

  it.each([
    ["docker/runtime", refuses("Please add 'docker/runtime' to '--isolation' flags")],
    [
      "filesystem/linux",
      refuses("The 'filesystem/linux' isolator must be enabled for container image support"),
    ],
    ["linux/nnp", comes("NoNewPrivs:\t0", "grep NoNewPrivs /proc/self/status")],
    [
      "namespaces/pid",
      comes("sees mesos-agent", "pgrep --full mesos-agent >/dev/null && echo sees mesos-agent"),
    ],
  ])("is another one without the isolator %s", (name, outcome) => {
    const isolation = String(agentFlags(agent, [master]).isolation).split(",");
    return outcome({ isolation: isolation.filter((isolator) => isolator !== name).join(",") });
  });

  it.each([
    ["is gone", "rm /etc/test/cni/weave.conf", "Unknown CNI network 'weave'"],
    [
      "is a list",
      `echo '{"name":"weave","plugins":[]}' >/etc/test/cni/weave.conf`,
      "Unknown CNI network 'weave'",
    ],
    [
      "asks for version 0.3.1",
      "sed -i s/0.2.0/0.3.1/ /etc/test/cni/weave.conf",
      "Failed to obtain the IP address for 'task-host'",
    ],
    [
      "names no server",
      `echo '{"name":"weave","type":"test-net","cniVersion":"0.2.0"}' >/etc/test/cni/weave.conf`,
      "nameserver 127.0.0.1",
    ],
    [
      "names another network",
      "sed -i s/weave/other/ /etc/test/cni/weave.conf",
      "Unknown CNI network 'weave'",
    ],
    [
      "names another server",
      "sed -i s/10.77.0.12/192.0.2.9/ /etc/test/cni/weave.conf",
      "nameserver 192.0.2.9",
    ],
    [
      "names another domain",
      "sed -i s/mesos-executeinstance/other/ /etc/test/cni/weave.conf",
      "search other.weave.local",
    ],
    [
      "names another plugin",
      "sed -i s/test-net/false/ /etc/test/cni/weave.conf",
      "Failed to launch container",
    ],
  ])("cannot do what it should when the network's file %s", async (_, change, text) => {
    await agent.shell(change);
    startAgent({});
    await registered();
    expect(await runTask("cat /etc/resolv.conf")).toContain(text);
  });

  it.each([{ secret: "wrong" }, { principal: "launcher" }])("is not let in with %j", async (change) => {
    const right = { principal: "agent", secret: SECRETS.agent };
    await agent.write("/etc/test/wrong.json", JSON.stringify({ ...right, ...change }));
    await startAgent({ credential: "file:///etc/test/wrong.json" }).says("Agent is not authenticated");
  });

  it.each([{ secret: "wrong" }, { principal: "other" }])(
    "lets nobody in that it knows with %j",
    async (change) => {
      const right = { principal: "operator", secret: SECRETS.operator };
      await agent.write("/etc/test/wrong.json", JSON.stringify({ credentials: [{ ...right, ...change }] }));
      startAgent({ http_credentials: "file:///etc/test/wrong.json" });
      await registered();
      expect((await get(agent, `${agent.address}:5051/state`, "operator")).status).toBe(401);
    },
  );

  it("does not start as another one under its id", async () => {
    const first = startAgent({});
    await registered();
    await first.stop();
    await refuses("Incompatible agent info detected")({ resources: "cpus:1;mem:1000" });
  });

  it("says why a task is not healthy, and kills it", async () => {
    startAgent({});
    await registered();
    const check = {
      type: "COMMAND",
      command: { shell: true, value: "false" },
      delay_seconds: 0,
      interval_seconds: 0.1,
      grace_period_seconds: 0,
      consecutive_failures: 2,
    };
    await runTask("true", null);
    await master.shell(
      `jq '.health_check = ${JSON.stringify(check)} | .command.value = "sleep 60"' /etc/test/task.json >/etc/test/sick.json`,
    );
    const flags = {
      master: `${master.address}:5050`,
      task: "file:///etc/test/sick.json",
      principal: "launcher",
      secret: "l1",
    };
    const { output } = await master.run("mesos-execute", commandLine(flags));
    expect(output).toMatch(/TASK_KILLED[\s\S]*healthy\?: 0/);
    await comesTrue(
      async () => (await agent.shell("ls /var/lib/mesos/agent/provisioner/containers")) === "",
      () => "no container",
    );
  });
});
