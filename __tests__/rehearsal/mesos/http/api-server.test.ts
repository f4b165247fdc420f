import * as fs from "node:fs";
import { Instance } from "../../../../tools/rehearsal/instance";
import { hostPath } from "../../../../tools/rehearsal/machine-path";
import { Clusters } from "../../../../tools/rehearsal/mesos/clusters";
import { namespaceMode } from "../../../../tools/rehearsal/namespace";
import { nodeFiles } from "../../node-files";
import { temporaryDirectory } from "../../support";

const MASTERS = ["10.0.0.4", "10.0.1.4", "10.0.2.4"];
const COMMON = { CLUSTER_NAME: "demo", MASTERS: MASTERS.join(" "), MESOS_QUORUM: "2" };
const AGENT = { ...COMMON, NODE_ROLE: "agent", MESOS_RESOURCES: "cpus:2;mem:4096;ports:[31000-32000]" };

describe("the HTTP API as machines of a cluster reach it", () => {
  const clusters = new Clusters();
  const { directory, remove } = temporaryDirectory();
  const instances = new Map<string, Instance>();
  const launch = async (id: string, address: string, settings?: Record<string, string>) => {
    const mode = await namespaceMode();
    const files = settings === undefined ? [] : nodeFiles(settings);
    instances.set(
      id,
      await Instance.launch({ directory, id, mode, publicKey: "", clusters, address, files }),
    );
  };
  beforeAll(async () => {
    await launch("leader", "10.0.0.4", { ...COMMON, NODE_ROLE: "master" });
    await launch("follower", "10.0.1.4", { ...COMMON, NODE_ROLE: "master" });
    await launch("agent", "10.0.9.1", AGENT);
    await launch("alone", "10.0.7.7");
  });
  afterAll(async () => {
    await Promise.all([...instances.values()].map((instance) => instance.terminate()));
    clusters.close();
    remove();
  });

  const bash = async (id: string, script: string) => {
    const result = await instances.get(id)?.machine.run(["bash", "-c", script]);
    return { code: result?.code, stdout: result?.stdout ?? "" };
  };
  const curl = (id: string, args: string) => bash(id, `curl -sSf --max-time 5 ${args}`);

  it.each(MASTERS.slice(0, 2))("reaches the leader through %s, from every machine", async (address) => {
    const script = `-L http://${address}:5050/state | jq -r '.leader, .cluster, .slaves[].pid'`;
    const expected = "master@10.0.0.4:5050\ndemo\nslave(1)@10.0.9.1:5051\n";

    for (const id of ["leader", "follower", "agent"]) expect((await curl(id, script)).stdout).toBe(expected);
  });

  it("takes a follower's own answer for its own", async () => {
    const { stdout } = await bash(
      "follower",
      "curl -s -o /dev/null -w '%{http_code} %{redirect_url}\n' 127.0.0.1:5050/state; " +
        "curl -s 127.0.0.1:5050/metrics/snapshot | jq '.[\"master/elected\"]'",
    );

    expect(stdout).toBe("307 http://10.0.0.4:5050/state\n0\n");
  });

  it.each([
    ["a master that never came up", "http://10.0.2.4:5050/health"],
    ["a master's port of an agent", "http://10.0.9.1:5050/health"],
    ["an agent's port of a master", "http://10.0.0.4:5051/health"],
    ["an address of nobody", "http://10.0.3.3:5050/health"],
  ])("has no connection to %s", async (_, url) => {
    // refused, or cut before an answer
    expect([7, 52, 56]).toContain((await curl("leader", url)).code);
  });

  it("reads and downloads what a task has written, while it runs and afterwards, from another machine", async () => {
    const executed = await bash(
      "leader",
      "mesos-execute --master=10.0.0.4:5050 --name=talks --resources='cpus:0.1;mem:32' " +
        "--command='echo one; echo two >&2; echo three >&2'",
    );
    const framework = /Subscribed with ID (\S+)/.exec(executed.stdout)?.[1];
    const folder = `/frameworks/${framework}/executors/talks/runs/latest`;
    const read = (file: string, rest = "") =>
      curl("leader", `'http://10.0.9.1:5051/files/read?path=${folder}/${file}${rest}'`);

    expect(JSON.parse((await read("stderr", "&offset=-1")).stdout)).toEqual({ data: "", offset: 10 });
    expect(JSON.parse((await read("stderr", "&offset=4&length=3")).stdout)).toEqual({
      data: "thr",
      offset: 4,
    });
    expect((await curl("leader", `'http://10.0.9.1:5051/files/download?path=${folder}/stdout'`)).stdout).toBe(
      "one\n",
    );
    expect((await read("absent", "&offset=0")).code).toBe(22);
  });

  it("ends a framework by hand, through a master that does not lead", async () => {
    const running = bash(
      "leader",
      "mesos-execute --master=10.0.0.4:5050 --name=torn --command='sleep 300' 2>&1",
    );
    const find =
      'jq -r \'.frameworks[] | select(any(.tasks[]; .id == "torn" and .state == "TASK_RUNNING")).id\'';
    const { stdout: framework } = await bash(
      "follower",
      `until id=$(curl -s -L 10.0.1.4:5050/state | ${find}) && [[ $id ]]; do sleep 0.05; done; echo -n "$id"`,
    );

    const answers = await bash(
      "follower",
      `for i in 1 2; do curl -s -L -w '%{http_code}\n' -d frameworkId=${framework} 10.0.1.4:5050/teardown; done`,
    );

    expect(answers.stdout).toBe("200\nNo framework found with specified ID400\n");
    expect(await running).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("Received an ERROR event: Framework has been removed"),
    });
  });

  it("answers whatever address a machine that is a cluster of its own calls", async () => {
    expect((await curl("alone", "http://127.0.0.1:5050/state | jq -r .slaves[].hostname")).stdout).toBe(
      "10.0.7.7\n",
    );
    expect((await curl("alone", "http://10.0.0.4:5050/state | jq -r .hostname")).stdout).toBe("10.0.7.7\n");
    expect((await curl("alone", "http://10.0.0.5:5051/health")).code).toBe(0);
  });

  it("lets those who ask wait while no master answers", async () => {
    const faults = hostPath(instances.get("alone")?.machine.root ?? "", "/etc/rehearsal/faults.json");
    fs.writeFileSync(faults, '{"mute":"master-silent"}');
    void bash("alone", "timeout 5 mesos-execute --master=127.0.0.1:5050 --name=mute --command=true");

    // until it hears nothing
    const health = "curl -s --max-time 0.2 127.0.0.1:5050/health";
    const { stdout } = await bash("alone", `while ${health}; do sleep 0.05; done; ${health}; echo $?`);

    expect(stdout).toBe("28\n");
    expect((await curl("alone", "http://127.0.0.1:5051/health")).code).toBe(0);
  });
});
