import { type ClusterState, liveTasks } from "../../../tools/rehearsal/mesos/cluster-state";
import { launchTestInstance, type TestInstance } from "../instance-support";
import { expectEventually, processesWith } from "../support";

const EXECUTE = "mesos-execute --master=127.0.0.1:5050 --name=slow --resources='cpus:1;mem:32'";

describe("a cluster's options", () => {
  let machine: TestInstance;
  let seen: ClusterState[] = [];
  const launch = async (startDelaySec: number, messageDelaySec = 0) => {
    seen = [];
    const watch = (state: ClusterState) => seen.push(state);
    machine = await launchTestInstance({}, { startDelaySec, messageDelaySec, seed: 7, watch });
  };
  const states = () => [...new Set(seen.flatMap((state) => liveTasks(state).map((task) => task.state)))];
  afterEach(() => machine.terminate());

  it("seed is where the order of agents begins", async () => {
    await launch(0);

    expect(seen[0]).toMatchObject({ seed: 7, agents: [] });
  });

  it("startDelaySec keeps a task from running until its container has started", async () => {
    await launch(0.2);

    const { stdout } = await machine.bash(`${EXECUTE} --command=true`);

    expect(stdout).toContain("TASK_FINISHED");
    expect(states()).toEqual(["TASK_STAGING", "TASK_STARTING", "TASK_RUNNING"]);
  });

  it("messageDelaySec: who waits for an answer does not ask again", async () => {
    await launch(0, 1.5);

    const { stdout } = await machine.bash(`${EXECUTE} --command=true`);

    expect(stdout.match(/^Subscribed/gm)).toHaveLength(1);
    expect(Math.max(...seen.map(({ frameworks }) => frameworks.length))).toBe(1);
  });

  it("startDelaySec: what is given up before it has started never starts", async () => {
    await launch(3600);
    const mark = `sleep 300.${process.pid}`;

    const { code, stdout } = await machine.bash(`timeout 1 ${EXECUTE} --command='${mark}'`);

    expect({ code, stdout }).toEqual({ code: 124, stdout: expect.stringContaining("Submitted task 'slow'") });
    await expectEventually(() => seen.at(-1)?.frameworks.length === 0);
    expect(states()).toEqual(["TASK_STAGING"]);
    expect(processesWith(mark)).toEqual([]);
  });
});
