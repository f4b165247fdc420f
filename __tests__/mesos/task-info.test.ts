import { taskInfo, type TaskSpec } from "../../lib/mesos/task-info";

const SPEC: TaskSpec = {
  taskName: "web",
  image: "nginx:1.27",
  environment: {},
  cpus: 0.5,
  memoryMiB: 64,
  ports: [],
};

describe("taskInfo", () => {
  it("is a container on the overlay, found by its name", () => {
    const spec = { ...SPEC, environment: { B: "2", A: "1" }, ports: [80, 8080] };

    expect(taskInfo(spec)).toEqual({
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
    expect(taskInfo({ ...SPEC, ...given }).command).toEqual({
      ...expected,
      user: "root",
      environment: { variables: [] },
    });
  });
});
