import { NodeSandbox } from "./node-sandbox";

const WAITING = "prepare-agent: waiting for Weave's plugin and a master\n";

const CONTROLLERS = "cpuset cpu io memory hugetlb pids rdma\n";

describe("prepare-agent", () => {
  let sandbox: NodeSandbox;

  beforeEach(() => {
    sandbox = new NodeSandbox("agent");
    sandbox.settings();
    for (const group of ["", "mesos/"]) {
      sandbox.write(`sys/fs/cgroup/${group}cgroup.controllers`, CONTROLLERS);
      sandbox.write(`sys/fs/cgroup/${group}cgroup.subtree_control`, "");
    }
    sandbox.program("opt/cni/bin/weave-net", "");
    sandbox.command("curl", "[[ $* == *10.0.0.36:5050/health ]]");
  });

  afterEach(() => sandbox.remove());

  const prepare = () => sandbox.node("prepare-agent");

  it("enables the controllers of tasks above them and above that, one after another", async () => {
    const library = "opt/cdktf-mesos/lib/services.sh";
    const noted = `echo() { builtin echo "$@" >>'${sandbox.path("enabled")}'; }`;
    sandbox.write(library, `${sandbox.read(library)}\n${noted}\n`);

    expect((await prepare()).code).toBe(0);
    const each = ["+cpu", "+memory", "+pids", "+io"];
    expect(sandbox.read("enabled").trimEnd().split("\n")).toEqual([...each, ...each]);
  });

  it("leaves out what the kernel does not have", async () => {
    for (const group of ["", "mesos/"]) sandbox.write(`sys/fs/cgroup/${group}cgroup.controllers`, "cpu\n");

    expect((await prepare()).code).toBe(0);
    expect(sandbox.read("sys/fs/cgroup/cgroup.subtree_control")).toBe("+cpu\n");
  });

  it("is content with one master of three", async () => {
    expect(await prepare()).toEqual({ code: 0, stdout: "", stderr: WAITING });
  });

  it("ends where no master answers: the agent would make /mesos, open to all", async () => {
    sandbox.command("curl", "exit 7");

    expect(await prepare()).toMatchObject({
      code: 1,
      stderr: WAITING + "prepare-agent: no master answers on port 5050: 10.0.0.4 10.0.0.20 10.0.0.36\n",
    });
  });

  it("ends where Weave has left no plugin", async () => {
    sandbox.write("opt/cni/bin/weave-net", "");
    sandbox.remove();
    sandbox = new NodeSandbox("agent");
    sandbox.settings();
    for (const group of ["", "mesos/"]) sandbox.write(`sys/fs/cgroup/${group}cgroup.controllers`, "\n");

    expect(sandbox.machineWords((await prepare()).stderr)).toBe(
      WAITING + "prepare-agent: Weave has not put its plugin into /opt/cni/bin; see: journalctl -u weave\n",
    );
  });
});
