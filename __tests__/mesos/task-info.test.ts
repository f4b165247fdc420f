import { HealthCheck, UpdateStrategy } from "../../lib";
import { copyNames, taskInfo, type TaskSpec } from "../../lib/mesos/task-info";

const SPEC: TaskSpec = {
  taskName: "web",
  image: "nginx:1.27",
  environment: {},
  cpus: 0.5,
  memoryMiB: 64,
  ports: [],
  hostPorts: [],
  labels: {},
  links: [],
  replicas: 1,
  updateStrategy: UpdateStrategy.START_FIRST,
};

const UPDATE = { key: "cdktf-mesos:update", value: "START_FIRST" };

describe("taskInfo", () => {
  it("is a container on the overlay, found by its name", () => {
    const spec = { ...SPEC, environment: { B: "2", A: "1" }, ports: [80, 8080] };

    expect(taskInfo(spec, "web")).toEqual({
      name: "web",
      task_id: { value: "web" },
      agent_id: { value: "" },
      resources: [
        { name: "cpus", type: "SCALAR", scalar: { value: 0.5 } },
        { name: "mem", type: "SCALAR", scalar: { value: 64 } },
      ],
      command: {
        shell: false,
        user: "root",
        environment: {
          variables: [
            { name: "B", value: "2" },
            { name: "A", value: "1" },
          ],
        },
      },
      container: {
        type: "MESOS",
        hostname: "web",
        mesos: { image: { type: "DOCKER", cached: true, docker: { name: "nginx:1.27" } } },
        network_infos: [{ name: "weave" }],
      },
      labels: { labels: [UPDATE] },
      discovery: {
        visibility: "CLUSTER",
        name: "web",
        ports: {
          ports: [
            { number: 80, protocol: "tcp" },
            { number: 8080, protocol: "tcp" },
          ],
        },
      },
    });
  });

  it("has a health check and a time to end in where they are given", () => {
    const info = taskInfo({ ...SPEC, healthCheck: HealthCheck.tcp(80), killGraceSec: 15 }, "web");

    expect(info.health_check).toMatchObject({ type: "TCP", tcp: { port: 80 } });
    expect(info.kill_policy).toEqual({ grace_period: { nanoseconds: 15_000_000_000 } });
  });

  test.each<[string, Partial<TaskSpec>, object]>([
    ["a shell's command line", { shellCommand: "exec sh" }, { shell: true, value: "exec sh" }],
    [
      "a program, which stands first among its arguments too",
      { command: ["/app", "-port=80"] },
      { shell: false, value: "/app", arguments: ["/app", "-port=80"] },
    ],
    [
      "arguments, which are appended to the image's entrypoint",
      { args: ["-v", ""] },
      { shell: false, arguments: ["-v", ""] },
    ],
    ["no arguments at all, unlike the image's own", { args: [] }, { shell: false, arguments: [] }],
  ])("starts %s", (_, given, expected) => {
    expect(taskInfo({ ...SPEC, ...given }, "web").command).toEqual({
      ...expected,
      user: "root",
      environment: { variables: [] },
    });
  });

  it("is on its agent's network when it takes ports of the agent, and asks for them", () => {
    const info = taskInfo({ ...SPEC, ports: [8080], hostPorts: [80, 443] }, "web-2");

    expect(info.resources.slice(2)).toEqual([
      {
        name: "ports",
        type: "RANGES",
        ranges: {
          range: [
            { begin: 80, end: 80 },
            { begin: 443, end: 443 },
          ],
        },
      },
    ]);
    expect(JSON.parse(JSON.stringify(info.container))).toEqual({
      type: "MESOS",
      mesos: { image: { type: "DOCKER", cached: true, docker: { name: "nginx:1.27" } } },
    });
    expect(info.discovery).toMatchObject({
      ports: { ports: [{ number: 8080 }, { number: 80 }, { number: 443 }] },
    });
  });

  it("has its labels", () => {
    expect(taskInfo({ ...SPEC, labels: { team: "shop", tier: "" } }, "web").labels).toEqual({
      labels: [{ key: "team", value: "shop" }, { key: "tier", value: "" }, UPDATE],
    });
  });

  it("says how it is updated", () => {
    const info = taskInfo({ ...SPEC, updateStrategy: UpdateStrategy.STOP_FIRST }, "web-1");

    expect(info.labels).toEqual({ labels: [{ key: "cdktf-mesos:update", value: "STOP_FIRST" }] });
  });

  it("is found by the task's name, whatever the id of the copy", () => {
    expect(taskInfo(SPEC, "web-2")).toMatchObject({
      name: "web",
      task_id: { value: "web-2" },
      container: { hostname: "web" },
      discovery: { name: "web" },
    });
  });
});

describe("copyNames", () => {
  it("are numbered, also of one", () => {
    expect(copyNames({ taskName: "web", replicas: 1 })).toEqual(["web-1"]);
    expect(copyNames({ taskName: "web", replicas: 3 })).toEqual(["web-1", "web-2", "web-3"]);
  });
});
