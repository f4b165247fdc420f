import * as path from "node:path";
import { parseDuration } from "../../../tools/rehearsal/mesos/duration";
import { loadFlags } from "../../../tools/rehearsal/mesos/flags";
import { findImage, ImageManifest, IMAGES, repositoryOf } from "../../../tools/rehearsal/mesos/image";
import { parseJson } from "../../../tools/rehearsal/mesos/json-value";
import { logLine } from "../../../tools/rehearsal/mesos/log-line";
import { validationProblem } from "../../../tools/rehearsal/mesos/task-validation";
import { killGraceSec, taskArgv } from "../../../tools/rehearsal/mesos/task-command";
import { CommandInfo, toTaskInfo } from "../../../tools/rehearsal/mesos/task-info";

const CPU = { name: "cpus", type: "SCALAR", scalar: { value: 1 } };
const MINIMAL = { name: "a", task_id: { value: "a" }, agent_id: { value: "" } };

describe("loadFlags", () => {
  const files: Record<string, string> = { "/env.json": '{"A":"1"}', "/task.json": JSON.stringify(MINIMAL) };
  const load = (...args: string[]) =>
    loadFlags(["--master=m:1", ...args], (file) => {
      if (files[file] === undefined) throw new Error("No such file or directory");
      return files[file];
    });

  it.each([
    [["--shell"], { shell: true }],
    [["--no-shell"], { shell: false }],
    [["--shell=0"], { shell: false }],
    [["--checkpoint=true"], { checkpoint: true }],
    [["--name=a=b"], { name: "a=b" }],
    [["--name="], { name: "" }],
    [["word", "-x", "--name=a"], { name: "a" }],
    [["--name=a", "--", "--nonsense"], { name: "a" }],
    [["--env=file:///env.json"], { env: { A: "1" } }],
    [["--task=/task.json"], { task: MINIMAL }],
    [["--task=file:///task.json"], { task: MINIMAL }],
    [["--networks=a,b"], { networks: ["a", "b"] }],
    [["--kill_after=10mins"], { kill_after: 600 }],
  ])("%j", (args, flags) => {
    expect(load(...args)).toEqual({ master: "m:1", ...flags });
  });

  it.each([
    [["--nonsense"], "Failed to load unknown flag 'nonsense'"],
    [["--name=a", "--name=b"], "Flag 'name' is already loaded via name 'name'"],
    [["--shell", "--no-shell"], "Flag 'shell' is already loaded via name 'no-shell'"],
    [["--name"], "Failed to load non-boolean flag 'name': Missing value"],
    [["--no-name"], "Failed to load non-boolean flag 'name' via 'no-name'"],
    [["--no-shell=1"], "Failed to load boolean flag 'shell' via 'no-shell' with value '1'"],
    [
      ["--tty=maybe"],
      "Failed to load flag 'tty': Failed to load value 'maybe': Expecting a boolean (e.g., true or false)",
    ],
    [
      ["--kill_after=soon"],
      "Failed to load flag 'kill_after': Failed to load value 'soon': Invalid duration 'soon'",
    ],
    [["--toString=x"], "Failed to load unknown flag 'toString'"],
    [
      ["--env=[]"],
      "Failed to load flag 'env': Failed to load value '[]': Not expecting a JSON array for field 'env'",
    ],
  ])("fails for %j", (args, message) => {
    expect(() => load(...args)).toThrow(message);
  });
});

describe("toTaskInfo", () => {
  it("ignores what it does not know and takes numbers as strings", () => {
    const task = { ...MINIMAL, nonsense: 1, kill_policy: { grace_period: { nanoseconds: "5000000000" } } };

    expect(toTaskInfo(task)).toBe(task);
    expect(killGraceSec(toTaskInfo(task))).toBe(5);
    expect(killGraceSec(toTaskInfo(MINIMAL))).toBe(3);
  });

  it.each([
    [{}, "Missing required fields: name, task_id, agent_id"],
    [{ ...MINIMAL, task_id: {} }, "Missing required fields: task_id.value"],
    [{ ...MINIMAL, container: {} }, "Missing required fields: container.type"],
    [{ ...MINIMAL, labels: { labels: [{ key: "a" }, {}] } }, "Missing required fields: labels.labels[1].key"],
    [{ ...MINIMAL, name: 5 }, "Not expecting a JSON number for field 'name'"],
    [{ ...MINIMAL, resources: {} }, "Not expecting a JSON object for field 'resources'"],
    [{ ...MINIMAL, command: { shell: "false" } }, "Not expecting a JSON string for field 'shell'"],
    [{ ...MINIMAL, command: { arguments: [1] } }, "Not expecting a JSON number for field 'arguments'"],
    [{ ...MINIMAL, agent_id: "" }, "Not expecting a JSON string for field 'agent_id'"],
  ])("fails for %j", (value, message) => {
    expect(() => toTaskInfo(value)).toThrow(message);
  });
});

describe("taskArgv", () => {
  const both: ImageManifest = { entrypoint: ["/entry", "-e"], cmd: ["cmd", "-c"] };
  const onlyCmd: ImageManifest = { cmd: ["cmd", "-c"] };

  it.each<[CommandInfo, ImageManifest | undefined, string[]]>([
    [{ shell: false }, both, ["/entry", "-e", "cmd", "-c"]],
    [{ shell: false }, onlyCmd, ["cmd", "-c"]],
    [{ shell: false, arguments: ["-x"] }, both, ["/entry", "-e", "-x"]],
    [{ shell: false, arguments: ["-x"] }, onlyCmd, ["cmd", "-x"]],
    [{ shell: false, value: "/app", arguments: ["/app", "-x"] }, both, ["/app", "-x"]],
    [{ shell: false, value: "/app" }, both, ["/app"]],
    [{ shell: true, value: "a b" }, both, ["/bin/sh", "-c", "a b"]],
    [{ value: "a b" }, undefined, ["/bin/sh", "-c", "a b"]],
  ])("%j in %j is %j", (command, image, argv) => {
    expect(taskArgv(command, image)).toEqual(argv);
  });

  it.each<[CommandInfo | undefined, ImageManifest, string]>([
    [{ shell: false }, {}, "No executable is found"],
    [{ shell: true }, both, "Command is not specified"],
    [undefined, both, "Command is not specified"],
  ])("fails for %j in %j", (command, image, message) => {
    expect(() => taskArgv(command, image)).toThrow(message);
  });
});

describe("validationProblem", () => {
  it.each([
    ["a", [CPU], undefined],
    ["a/b", [CPU], "'a/b' contains invalid characters"],
    ["a b", [CPU], "'a b' contains invalid characters"],
    ["..", [CPU], "'..' contains invalid characters"],
    ["a", [], "Task uses no resources"],
    ["a", undefined, "Task uses no resources"],
  ])("task %j with resources %j: %p", (value, resources, problem) => {
    expect(validationProblem({ ...MINIMAL, task_id: { value }, resources })).toBe(problem);
  });
});

describe("repositoryOf", () => {
  it.each([
    ["busybox", "busybox"],
    ["library/busybox:1", "busybox"],
    ["weaveworksdemos/catalogue:0.3.5", "weaveworksdemos/catalogue"],
    ["weaveworksdemos/catalogue@sha256:01", "weaveworksdemos/catalogue"],
    ["registry-1.docker.io/weaveworksdemos/catalogue:1@sha256:01", "weaveworksdemos/catalogue"],
    ["localhost:5000/a/b", "a/b"],
    ["rabbitmq:3.6.8", "rabbitmq"],
  ])("%s is %s", (name, repository) => {
    expect(repositoryOf(name)).toBe(repository);
  });
});

describe("findImage", () => {
  it("finds the images that come with the rehearsal", () => {
    expect(findImage("weaveworksdemos/catalogue:0.3.5")).toEqual({
      directory: path.join(IMAGES, "weaveworksdemos/catalogue"),
      manifest: { include: ["shared/server", "shared/flags"], cmd: ["/app", "-port=8080"], env: {} },
    });
  });

  it.each(["absent", "../images/weaveworksdemos/catalogue", "", "../../../etc"])(
    "has no image %j",
    (name) => {
      expect(findImage(name, path.join(IMAGES, "weaveworksdemos"))).toBeUndefined();
    },
  );
});

describe("parseJson", () => {
  it.each([
    ["A=1", "syntax error at line 1 near: A=1"],
    ['{\n"a": x\n}', "syntax error at line 2 near: x"],
    ['{"a":', "syntax error at line 1 near: "],
  ])("fails for %j", (text, message) => {
    expect(() => parseJson(text)).toThrow(message);
  });
});

describe("parseDuration", () => {
  it.each([
    ["10secs", 10],
    ["1.5mins", 90],
    ["200ms", 0.2],
  ])("%s is %d s", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });
});

describe("logLine", () => {
  it("has the form of Mesos's log", () => {
    expect(logLine("E", new Date("2026-11-23T01:59:07.487Z"), 1802, "execute.cpp:953", "text")).toBe(
      "E1123 01:59:07.487000  1802 execute.cpp:953] text",
    );
  });
});
