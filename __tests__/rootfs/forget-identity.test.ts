import { NodeSandbox } from "./node-sandbox";

const INSTALLED = [
  "usr/local/bin/weave",
  "var/lib/cdktf-mesos/artifacts/mesos",
  "var/lib/docker/image/overlay2/x",
];

const OF_THIS_NODE = [
  "etc/cdktf-mesos/artifacts.json",
  "etc/cdktf-mesos/node.env",
  "etc/cdktf-mesos/facts.env",
  "etc/cdktf-mesos/zoo.cfg",
  "etc/cdktf-mesos/cni/weave.conf",
  "etc/cdktf-mesos/secrets/joined",
  "etc/cdktf-mesos/secrets/zk-url",
  "etc/docker/key.json",
  "etc/ssh/ssh_host_ed25519_key",
  "etc/sysctl.d/60-cdktf-mesos.conf",
  "etc/systemd/resolved.conf.d/cdktf-mesos.conf",
  ...[
    "cdktf-mesos.target",
    "mesos-agent.service",
    "mesos-master.service",
    "weave.service",
    "zookeeper.service",
  ].map((unit) => `etc/systemd/system/${unit}`),
  "home/ubuntu/.cdktf-mesos/join.env",
  "home/ubuntu/.ssh/authorized_keys",
  "opt/cdktf-mesos/bin/boot-node",
  "opt/cni/bin/weave-net",
  "root/.ssh/authorized_keys",
  "var/lib/cdktf-mesos/steps/install-node",
  "var/lib/cdktf-mesos/verdict.json",
  "var/lib/dbus/machine-id",
  "var/lib/mesos/agent/meta/slaves/latest",
  "var/lib/zookeeper/myid",
  "var/lib/zookeeper/version-2/log.1",
];

describe("forget-identity", () => {
  let sandbox: NodeSandbox;

  beforeEach(() => {
    sandbox = new NodeSandbox("master");
    sandbox.command("docker", '[[ $1 == ps ]] && printf "c1\\nc2\\n"; true');
    sandbox.command("cloud-init", "");
    sandbox.write("etc/machine-id", "0123");
    for (const file of [...INSTALLED, ...OF_THIS_NODE]) sandbox.write(file, "x");
  });

  afterEach(() => sandbox.remove());

  it("removes what makes a machine this node, and leaves what is installed", async () => {
    expect(await sandbox.node("forget-identity")).toMatchObject({
      code: 0,
      stderr: "forget-identity: this machine is nobody now; switch it off and make the image\n",
    });

    const left = Object.keys(sandbox.snapshot("etc", "home", "opt", "root", "usr", "var"));
    expect(OF_THIS_NODE.filter((file) => left.includes(file))).toEqual([]);
    expect(INSTALLED.filter((file) => !left.includes(file))).toEqual([]);
    expect(sandbox.read("etc/machine-id")).toBe("");
  });

  it("ends the tasks of an agent, and lets go of what they had mounted, the innermost first", async () => {
    const root = sandbox.path("var/lib/mesos");
    sandbox.command("findmnt", `printf '%s\\n' / /var '${root}/a' '${root}/a/b' /boot`);
    sandbox.command("umount", "");
    sandbox.command("systemctl", "[[ $1 != kill ]]");

    expect((await sandbox.node("forget-identity")).code).toBe(0);
    expect(sandbox.calls("systemctl")[0]).toEqual(["kill", "--signal=SIGKILL", "mesos-agent.service"]);
    expect(sandbox.calls("umount")).toEqual([["--lazy", `${root}/a/b`, `${root}/a`]]);
  });

  it("stops the node's services first, and has them not start in the image", async () => {
    await sandbox.node("forget-identity");

    const units = ["cdktf-mesos.target", "weave", "zookeeper", "mesos-master"];
    expect(sandbox.calls("systemctl")).toEqual([
      ["kill", "--signal=SIGKILL", "mesos-agent.service"],
      ["stop", ...units],
      ["disable", "--quiet", ...units],
      ["stop", "docker.service", "docker.socket"],
    ]);
  });

  it("removes Weave's containers with their data, and no image", async () => {
    await sandbox.node("forget-identity");

    expect(sandbox.calls("docker")).toEqual([
      ["ps", "--all", "--quiet"],
      ["rm", "--force", "--volumes", "c1", "c2"],
    ]);
  });

  it("has cloud-init take the next boot for the first", async () => {
    await sandbox.node("forget-identity");

    expect(sandbox.calls("cloud-init")).toEqual([["clean", "--logs"]]);
  });
});
