import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { processesWith, expectEventually } from "../support";
import { launchTestInstance, TestInstance } from "../instance-support";
import { RECORDED } from "./conformance/recording";

/** What a real mesos-execute said to a wrong command line: its arguments, and the first line of its answer. */
const USAGE_ERRORS = [
  ...fs
    .readFileSync(path.join(RECORDED, "usage-errors.txt"), "utf8")
    .matchAll(/^\$ mesos-execute (.*)\n(.*)\nexit 1$/gm),
].map(([, args = "", line = ""]): [string, string] => [args, line]);

/** Date, time and process id of a log line differ from run to run. */
const comparable = (line = "") => line.replace(/^([IWE])\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ /, "$1 ");

describe("mesos-execute", () => {
  let test: TestInstance;
  beforeAll(async () => {
    test = await launchTestInstance({
      unlucky: "launch-failed",
      unknown: "image-missing",
      starved: "no-offer",
      unwelcome: "refused",
      crashing: "crash",
      sick: "unhealthy",
    });
    task("web", {});
  });
  afterAll(() => test.terminate());

  const execute = (args: string) => test.bash(`mesos-execute --master=127.0.0.1:5050 ${args}`);
  const task = (name: string, fields: object) =>
    test.write(
      `/etc/mesos-task/${name}.json`,
      JSON.stringify({
        name,
        task_id: { value: name },
        agent_id: { value: "" },
        resources: [{ name: "cpus", type: "SCALAR", scalar: { value: 0.1 } }],
        command: { value: "true" },
        ...fields,
      }),
    );
  const runTask = (name: string, fields: object) => {
    task(name, fields);
    return execute(`--task=file:///etc/mesos-task/${name}.json --checkpoint --no-partition_aware`);
  };
  const image = (name: string) => ({
    container: { type: "MESOS", mesos: { image: { type: "DOCKER", docker: { name } } } },
  });
  const outputOf = async (name: string, stream = "stdout") =>
    (await test.bash(`cat /var/lib/mesos/agent/frameworks/*/executors/${name}/runs/latest/${stream}`)).stdout;
  /** Standard output with the ids of cluster and framework left out. */
  const said = ({ stdout }: { stdout: string }) =>
    stdout.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID").split("\n");

  it.each(USAGE_ERRORS)("%s is refused as by the real one", async (args, recorded) => {
    const argv = ["mesos-execute", ...args.split(" ")];
    const { code, stdout, stderr } = await test.instance.machine.run(argv);

    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(comparable(stderr.split("\n")[0])).toBe(comparable(recorded));
  });

  it("exits 0 when a task fails too, and keeps the task's output in its sandbox", async () => {
    const result = await execute("--name=fails --command='echo fine; echo boom >&2; exit 7'");

    expect(result.code).toBe(0);
    expect(said(result).slice(-4)).toEqual([
      "Received status update TASK_FAILED for task 'fails'",
      "  message: 'Command exited with status 7'",
      "  source: SOURCE_EXECUTOR",
      "",
    ]);
    expect(result.stdout + result.stderr).not.toContain("boom");
    expect(await outputOf("fails", "stderr")).toBe("boom\n");
    expect(await outputOf("fails")).toBe("fine\n");
  });

  it("tells that a task was killed by a signal", async () => {
    expect(said(await execute("--name=segv --command='kill -SEGV $$'"))).toContain(
      "  message: 'Command terminated with signal Segmentation fault'",
    );
  });

  it("has the master refuse a task for which that is planned", async () => {
    expect(said(await execute("--name=unwelcome --command='sleep 5'")).slice(2)).toEqual([
      "Received status update TASK_ERROR for task 'unwelcome'",
      "  message: 'a fault planned for this rehearsal'",
      "  source: SOURCE_MASTER",
      "  reason: REASON_TASK_INVALID",
      "",
    ]);
  });

  it("runs a task from a file, with its variables byte for byte and its secrets", async () => {
    const value = "x ${y} %{z} \"q\" 'p' \\ é";
    const variables = [
      { name: "A", value },
      { name: "SECRET", type: "SECRET", secret: { type: "VALUE", value: { data: "ZmFrZQ==" } } },
      { name: "PATH", value: "/nowhere" },
    ];

    await runTask("vars", {
      command: { value: 'echo "$A|$SECRET|$MESOS_TASK_ID|$PATH"', environment: { variables } },
    });

    expect(await outputOf("vars")).toBe(`${value}|fake|vars|/nowhere\n`);
  });

  it("takes the master from a file, ZooKeeper's address too", async () => {
    test.write("/etc/mesos/zk", "zk://user:secret@10.0.0.4:2181,10.0.0.20:2181/mesos");

    const result = await test.bash("mesos-execute --master=file:///etc/mesos/zk --name=z --command=true");

    expect(result.code).toBe(0);
    expect(result.stderr).toContain("New master detected at master@10.0.0.4:5050");
    expect(result.stdout + result.stderr).not.toContain("secret");
  });

  it.each([
    [
      "--master=http://10.0.0.4:5050 --name=a --command=b",
      "Failed to create a master detector: Failed to parse 'http://10.0.0.4:5050'",
    ],
    ["--name=a --command=b", "Flag 'master' is required, but it was not provided"],
  ])("mesos-execute %s is refused", async (args, message) => {
    const { code, stderr } = await test.bash(`mesos-execute ${args}`);

    expect(code).toBe(1);
    expect(stderr.split("\n")[0]).toContain(message);
  });

  it("explains itself with --help", async () => {
    const result = await test.bash("mesos-execute --help");

    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toContain("--[no-]partition_aware");
  });

  it("refuses a task without what is required", async () => {
    test.write("/etc/mesos-task/bare.json", '{"name":"bare","resources":[{"name":"cpus"}]}');

    expect((await execute("--task=file:///etc/mesos-task/bare.json")).stderr.split("\n")[0]).toBe(
      "Failed to load flag 'task': Failed to load value 'file:///etc/mesos-task/bare.json': " +
        "Missing required fields: task_id, agent_id, resources[0].type",
    );
  });

  it("dies of SIGTERM with 143, and the command with it", async () => {
    const mark = `300.${process.pid}4`;
    const command = test.instance.machine.start([
      "bash",
      "-c",
      `mesos-execute --master=127.0.0.1:5050 --name=termed --command='setsid sleep ${mark} & sleep ${mark}' & pid=$!; ` +
        "read -r; kill $pid; wait $pid; echo code $?",
    ]);
    let stdout = "";
    command.child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    await expectEventually(
      () => processesWith(`sleep ${mark}`).length >= 3 && stdout.includes("TASK_RUNNING"),
    );

    command.child.stdin.write("\n");

    await once(command.child, "close");
    expect(stdout).toMatch(/SOURCE_EXECUTOR\ncode 143\n$/);
    await expectEventually(() => processesWith(`sleep ${mark}`).length === 0);
  });

  it("kills a command that ignores SIGTERM after its grace period", async () => {
    const killPolicy = { grace_period: { nanoseconds: 100_000_000 } };
    const command = "trap '' TERM; echo up; while :; do sleep 0.05; done";
    task("stubborn", { command: { value: command }, kill_policy: killPolicy });

    const result = await execute("--task=file:///etc/mesos-task/stubborn.json --kill_after=200ms");

    expect(said(result).slice(-6)).toEqual([
      "Received status update TASK_KILLING for task 'stubborn'",
      "  source: SOURCE_EXECUTOR",
      "Received status update TASK_KILLED for task 'stubborn'",
      "  message: 'Command terminated with signal Killed'",
      "  source: SOURCE_EXECUTOR",
      "",
    ]);
  });

  it("runs the database's image, which refuses to start without a decision about its password", async () => {
    const db = image("weaveworksdemos/catalogue-db:0.3.0");
    const command = (variables: object[]) => ({
      ...db,
      command: { shell: false, environment: { variables } },
    });

    const refused = await runTask("db-bare", command([]));
    task("db", command([{ name: "MYSQL_ALLOW_EMPTY_PASSWORD", value: "true" }]));
    const killed = await execute("--task=file:///etc/mesos-task/db.json --kill_after=500ms");

    expect(said(refused)).toContain("  message: 'Command exited with status 1'");
    expect(await outputOf("db-bare", "stderr")).toContain(
      "neither MYSQL_ROOT_PASSWORD nor MYSQL_ALLOW_EMPTY_PASSWORD is set",
    );
    expect(said(killed)).toContain("  message: 'Command terminated with signal Terminated'");
    expect(await outputOf("db")).toBe("mysqld: ready for connections. port: 3306\n");
  });

  it("runs the catalogue's image, which needs its flags", async () => {
    const catalogue = image("weaveworksdemos/catalogue:0.3.5");
    const flags = ["/app", "-port=80", "-DSN=user:default_password@tcp(catalogue-db:3306)/socksdb"];
    task("catalogue", { ...catalogue, command: { shell: false, value: "/app", arguments: flags } });

    const up = await execute("--task=file:///etc/mesos-task/catalogue.json --kill_after=500ms");
    const bare = await runTask("catalogue-bare", {
      ...catalogue,
      command: { shell: true, value: "/app -port=80" },
    });
    const wrong = await runTask("catalogue-wrong", {
      ...catalogue,
      command: { shell: false, arguments: ["-domain=x"] },
    });

    expect(said(up)).toContain("Received status update TASK_KILLED for task 'catalogue'");
    expect(await outputOf("catalogue")).toBe("caller=main.go transport=HTTP -port=80\n");
    expect(said(bare)).toContain("  message: 'Command exited with status 1'");
    expect(await outputOf("catalogue-bare", "stderr")).toContain("the flag -DSN is missing");
    expect(said(wrong)).toContain("  message: 'Command exited with status 2'");
  });

  it("gives an image's task a root of its own, with its sandbox in it, and removes it afterwards", async () => {
    const script =
      "ls /app /opt /etc/mesos-task 2>&1; echo kept >$MESOS_SANDBOX/file; hostname; cat /etc/hostname";
    await runTask("inside", {
      ...image("docker.io/weaveworksdemos/catalogue@sha256:0147"),
      command: { value: script },
    });

    const output = await outputOf("inside");
    expect(output).toContain("cannot access '/etc/mesos-task'");
    expect(output).toContain("/app\n");
    expect(await outputOf("inside", "file")).toBe("kept\n");
    await test.expectEventually("ls /var/lib/mesos/agent/provisioner/containers | wc -l", "0\n");
  });

  it.each([
    ["shell", { value: "echo $0 one" }, {}, "/bin/sh one\n"],
    [
      "whole argument vector",
      { shell: false, value: "/bin/echo", arguments: ["/bin/echo", "a b", "$c"] },
      {},
      "a b $c\n",
    ],
  ])("runs a command without an image: %s", async (name, command, fields, output) => {
    const id = name.replace(/ /g, "-");
    await runTask(id, { command, ...fields });

    expect(await outputOf(id)).toBe(output);
  });

  it("tells that a task with a health check is healthy", async () => {
    task("checked", {
      command: { value: "sleep 300" },
      health_check: { type: "HTTP", http: { port: 80, path: "/health" } },
    });

    const result = await execute("--task=file:///etc/mesos-task/checked.json --kill_after=300ms");

    expect(said(result).slice(4, 10)).toEqual([
      "Received status update TASK_RUNNING for task 'checked'",
      "  source: SOURCE_EXECUTOR",
      "Received status update TASK_RUNNING for task 'checked'",
      "  source: SOURCE_EXECUTOR",
      "  reason: REASON_TASK_HEALTH_CHECK_STATUS_UPDATED",
      "  healthy?: 1",
    ]);
  });

  it.each([
    ["unlucky", "  message: 'Failed to launch container: a fault planned for this rehearsal'"],
    [
      "unknown",
      "  message: 'Failed to launch container: Unexpected HTTP response '404 Not Found' when trying to get the manifest'",
    ],
    ["crashing", "  message: 'Command exited with status 1'"],
    ["sick", "  healthy?: 0"],
  ])("lets task %s fail as planned", async (name, line) => {
    const result = await runTask(name, {
      command: { value: "sleep 300" },
      health_check: { type: "TCP", tcp: { port: 1 } },
    });

    expect(result.code).toBe(0);
    expect(said(result)).toContain(line);
  });

  it("lets a task without an offer wait for ever, as planned", async () => {
    task("starved", {});

    const result = await test.bash(
      "timeout 0.5 mesos-execute --master=127.0.0.1:5050 --task=file:///etc/mesos-task/starved.json",
    );

    expect(result.code).toBe(124);
    expect(said(result)).toEqual([expect.stringMatching(/^Subscribed with ID/), ""]);
  });

  it("runs under systemd, which starts it again when its task ends and takes the task along when it stops", async () => {
    const mark = `300.${process.pid}5`;
    test.write(
      "/etc/systemd/system/mesos-task@.service",
      "[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=mesos-execute --master=127.0.0.1:5050 --task=file:///etc/mesos-task/%i.json\nRestart=always\nRestartSec=50ms\n",
    );
    task("stays", { command: { value: `exec sleep ${mark}` } });
    task("ends", { command: { value: "exit 0" } });

    await test.bash("systemctl start mesos-task@stays mesos-task@ends");

    await test.expectEventually("journalctl -u mesos-task@stays -o cat | grep -c TASK_RUNNING", "1\n");
    await test.expectEventually(
      "[[ $(journalctl -u mesos-task@ends -o cat | grep -c TASK_FINISHED) -ge 3 ]] && echo again",
      "again\n",
    );
    await test.bash("systemctl stop mesos-task@stays mesos-task@ends");
    await expectEventually(() => processesWith(`sleep ${mark}`).length === 0);
  });
});
