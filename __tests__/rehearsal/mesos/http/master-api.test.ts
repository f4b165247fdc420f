import { ApiRequest } from "../../../../tools/rehearsal/mesos/http/answer";
import { answerAsMaster } from "../../../../tools/rehearsal/mesos/http/master-api";
import { ModelCluster, taskOf } from "../model";

const ask = (cluster: ModelCluster, url: string, request: Partial<ApiRequest> = {}, address = "a") =>
  answerAsMaster(
    { method: "GET", url, body: "", ...request },
    { state: cluster.state, address, now: cluster.now },
  );
const post = (body: string, contentType = "application/json") => ({ method: "POST", body, contentType });
const json = (cluster: ModelCluster, url: string, request?: Partial<ApiRequest>, address?: string) =>
  JSON.parse(String(ask(cluster, url, request, address).body)) as Record<string, unknown>;

describe("a master that does not lead", () => {
  const cluster = new ModelCluster({ masters: ["a", "b", "c"] });

  it.each([
    ["/state", "//a:5050/state"],
    ["/master/tasks?limit=1&order=asc", "//a:5050/master/tasks?limit=1&order=asc"],
    ["/teardown", "//a:5050/teardown"],
    ["/api/v1", "//a:5050/api/v1"],
    ["/redirect", "//a:5050"],
    ["/master/redirect", "//a:5050"],
  ])("sends %s to %s", (url, Location) => {
    expect(ask(cluster, url, {}, "b")).toEqual({ status: 307, headers: { Location } });
  });

  it("answers what is its own, and knows nothing else", () => {
    expect(ask(cluster, "/health", {}, "b")).toEqual({ status: 200 });
    expect(json(cluster, "/version", {}, "b")).toEqual({ version: "1.12.0" });
    expect(json(cluster, "/metrics/snapshot", {}, "b")).toMatchObject({
      "master/elected": 0,
      "master/slaves_active": 0,
    });
  });

  it("says so when nobody leads", () => {
    const alone = new ModelCluster({ masters: ["a", "b", "c"] });
    alone.happen({ kind: "masterDown", address: "b", nextId: "x" });
    alone.happen({ kind: "masterDown", address: "c", nextId: "x" });

    expect(ask(alone, "/state")).toMatchObject({ status: 503, body: "No leader elected" });
    expect(ask(alone, "/health")).toEqual({ status: 200 });
  });
});

describe("the leading master", () => {
  it("counts", () => {
    const cluster = new ModelCluster({ masters: ["a"], agents: 3 });
    for (const id of ["one", "two"]) cluster.run(cluster.execute(taskOf(id)));
    cluster.execute(taskOf("three"));
    cluster.happen({ kind: "agentDown", machine: "agent-2" });

    expect(json(cluster, "/metrics/snapshot")).toMatchObject({
      "master/elected": 1,
      "master/slaves_active": 2,
      "master/slaves_connected": 2,
      "master/slaves_disconnected": 1,
      "master/frameworks_connected": 3,
      "master/tasks_running": 2,
      "master/tasks_staging": 1,
    });
    expect(json(cluster, "/state")).toMatchObject({ activated_slaves: 2, deactivated_slaves: 1 });
  });

  it("shows agents with their resources one by one", () => {
    const cluster = new ModelCluster({ masters: ["a"] });
    cluster.execute(taskOf("edge", "cpus:0.1;mem:32;ports:[80-80]"));
    const ports = (from: number, to: number) => ({ begin: from, end: to });
    const range = [ports(80, 80), ports(31_000, 32_000)];

    expect(json(cluster, "/slaves")).toMatchObject({
      slaves: [
        {
          id: "L1-S0",
          pid: "slave(1)@agent-0:5051",
          resources: { cpus: 2, mem: 4096, disk: 0, gpus: 0, ports: "[80-80, 31000-32000]" },
          used_resources: { cpus: 0.1, mem: 32, disk: 0, gpus: 0, ports: "[80-80]" },
          unreserved_resources_full: [
            { name: "cpus", type: "SCALAR", scalar: { value: 2 }, role: "*" },
            { name: "mem", type: "SCALAR", scalar: { value: 4096 }, role: "*" },
            { name: "ports", type: "RANGES", ranges: { range }, role: "*" },
          ],
        },
      ],
    });
  });

  it.each([
    ["", ["t2", "t1", "t0"]],
    ["?order=asc", ["t0", "t1", "t2"]],
    ["?limit=2", ["t2", "t1"]],
    ["?limit=2&offset=1", ["t1", "t0"]],
    ["?limit=two", ["t2", "t1", "t0"]],
    ["?task_id=t1", ["t1"]],
    ["?framework_id=L1-0002", ["t2"]],
    ["?framework_id=L1-0002&task_id=t1", []],
  ])("lists tasks by /tasks%s, those that ended too", (query, ids) => {
    const cluster = new ModelCluster({ masters: ["a"] });
    const processes = ["t0", "t1", "t2"].map((id) => {
      cluster.pass(6);
      const process = cluster.execute(taskOf(id));
      cluster.run(process);
      return process;
    });
    cluster.report(processes[1] ?? 0, "TASK_FAILED");

    const { tasks } = json(cluster, `/tasks${query}`) as { tasks: { id: string }[] };

    expect(tasks.map(({ id }) => id)).toEqual(ids);
  });

  it("lists at most 100 tasks unless it is told", () => {
    const cluster = new ModelCluster({ masters: ["a"] });
    for (let task = 0; task < 101; task++) {
      cluster.pass(6);
      cluster.report(cluster.execute(taskOf(`t${task}`)), "TASK_FAILED");
    }
    // it forgets all but 50 frameworks, and the tasks of those with them
    const removed = [...cluster.state.removed, ...cluster.state.removed, ...cluster.state.removed];
    const tasks = (limit: string) => {
      const answer = answerAsMaster(
        { method: "GET", url: `/tasks${limit}`, body: "" },
        { state: { ...cluster.state, removed }, address: "a", now: cluster.now },
      );
      return (JSON.parse(String(answer.body)) as { tasks: object[] }).tasks.length;
    };

    expect([cluster.state.removed.length, tasks(""), tasks("?limit=120")]).toEqual([50, 100, 120]);
  });

  it("tears down what it knows", () => {
    const cluster = new ModelCluster({ masters: ["a"] });
    cluster.execute(taskOf("web"));
    const event = { kind: "teardown", framework: "L1-0000" };
    const call = { type: "TEARDOWN", teardown: { framework_id: { value: "L1-0000" } } };

    expect(ask(cluster, "/teardown", post("frameworkId=L1-0000"))).toEqual({ status: 200, event });
    expect(ask(cluster, "/master/teardown", post("frameworkId=L1-0000"))).toEqual({ status: 200, event });
    expect(ask(cluster, "/api/v1", post(JSON.stringify(call)))).toEqual({ status: 200, event });
  });

  it("gives up an agent it knows", () => {
    const cluster = new ModelCluster({ masters: ["a"] });
    const call = (value: string) =>
      post(JSON.stringify({ type: "MARK_AGENT_GONE", mark_agent_gone: { agent_id: { value } } }));

    expect(ask(cluster, "/api/v1", call("L1-S0"))).toEqual({
      status: 200,
      event: { kind: "agentGone", agent: "L1-S0" },
    });
    expect(ask(cluster, "/api/v1", call("x"))).toMatchObject({ status: 404, body: "Agent 'x' not found" });
  });

  it.each([
    [undefined, false],
    [true, true],
  ])("empties an agent it knows; mark_gone %j", (asked, markGone) => {
    const cluster = new ModelCluster({ masters: ["a"] });
    const call = (value: string) => {
      const drain = { agent_id: { value }, max_grace_period: { seconds: 30 }, mark_gone: asked };
      return post(JSON.stringify({ type: "DRAIN_AGENT", drain_agent: drain }));
    };

    const event = { kind: "agentDrain", agent: "L1-S0", markGone };
    expect(ask(cluster, "/api/v1", call("L1-S0"))).toEqual({ status: 200, event });
    expect(ask(cluster, "/api/v1", call("x"))).toMatchObject({ status: 404, body: "Agent 'x' not found" });
  });

  it("shows how far an agent is emptied", () => {
    const cluster = new ModelCluster({ masters: ["a"], agents: 1 });
    const process = cluster.execute(taskOf("web"));
    cluster.run(process);
    cluster.happen({ kind: "agentDrain", agent: "L1-S0", markGone: false });
    const shown = () => (JSON.parse(String(ask(cluster, "/state", {}).body)) as { slaves: object[] }).slaves;

    const draining = { active: false, deactivated: true };
    expect(shown()).toMatchObject([{ ...draining, drain_info: { state: "DRAINING" } }]);
    const update = { state: "TASK_KILLED", source: "SOURCE_EXECUTOR" } as const;
    cluster.happen({ kind: "status", framework: "L1-0000", task: "web", update });
    expect(shown()).toMatchObject([{ ...draining, drain_info: { state: "DRAINED" } }]);
  });

  it.each<[string, Partial<ApiRequest>, number, string | undefined]>([
    ["/state.json", {}, 404, undefined],
    ["/master/state.json", {}, 404, undefined],
    ["/", {}, 404, undefined],
    ["/master", {}, 404, undefined],
    ["/teardown", {}, 405, "405 Method Not Allowed. Expecting one of { 'POST' }, but received 'GET'."],
    ["/teardown", post("frameworkId=x"), 400, "No framework found with specified ID"],
    ["/teardown", post(""), 400, "Missing 'frameworkId' query parameter in the request body"],
    ["/api/v1", {}, 405, "405 Method Not Allowed. Expecting one of { 'POST' }, but received 'GET'."],
    [
      "/api/v1",
      { method: "POST", body: '{"type":"GET_TASKS"}' },
      400,
      "Expecting 'Content-Type' to be present",
    ],
    [
      "/api/v1",
      post("type=GET_TASKS", "application/x-www-form-urlencoded"),
      415,
      "Expecting 'Content-Type' of application/json or application/x-protobuf",
    ],
    ["/api/v1", post("{type"), 400, "Failed to parse body into JSON: syntax error at line 1 near: type"],
    ["/api/v1", post("{}"), 400, "Failed to validate master::Call: Expecting 'type' to be present"],
    [
      "/api/v1",
      post('{"type":"TEARDOWN"}'),
      400,
      "Failed to validate master::Call: Expecting 'teardown' to be present",
    ],
    [
      "/api/v1",
      post('{"type":"TEARDOWN","teardown":{"framework_id":{"value":"x"}}}'),
      400,
      "No framework found with specified ID",
    ],
    [
      "/api/v1",
      post('{"type":"MARK_AGENT_GONE"}'),
      400,
      "Failed to validate master::Call: Expecting 'mark_agent_gone' to be present",
    ],
    [
      "/api/v1",
      post('{"type":"DRAIN_AGENT"}'),
      400,
      "Failed to validate master::Call: Expecting 'drain_agent' to be present",
    ],
    ["/api/v1", post('{"type":"NONSENSE"}'), 501, undefined],
  ])("answers %s %j with %i", (url, request, status, body) => {
    const cluster = new ModelCluster({ masters: ["a"] });

    expect(ask(cluster, url, request)).toMatchObject({ status, ...(body === undefined ? {} : { body }) });
    expect(ask(cluster, url, request).event).toBeUndefined();
  });

  it("tells its health, agents and frameworks by calls", () => {
    const cluster = new ModelCluster({ masters: ["a"] });
    cluster.run(cluster.execute(taskOf("web")));
    const call = (type: string) => json(cluster, "/api/v1", post(JSON.stringify({ type })));

    expect(call("GET_HEALTH")).toEqual({ type: "GET_HEALTH", get_health: { healthy: true } });
    expect(call("GET_AGENTS")).toMatchObject({
      type: "GET_AGENTS",
      get_agents: {
        agents: [
          {
            agent_info: { id: { value: "L1-S0" }, hostname: "agent-0", port: 5051 },
            active: true,
            registered_time: { nanoseconds: 1e9 },
            allocated_resources: [
              { name: "cpus", scalar: { value: 0.1 } },
              { name: "mem", scalar: { value: 32 } },
            ],
          },
        ],
        recovered_agents: [],
      },
    });
    expect(call("GET_FRAMEWORKS")).toMatchObject({
      type: "GET_FRAMEWORKS",
      get_frameworks: {
        frameworks: [
          {
            framework_info: { id: { value: "L1-0000" }, name: "mesos-execute instance", checkpoint: true },
            connected: true,
            recovered: false,
          },
        ],
        completed_frameworks: [],
      },
    });
  });
});
