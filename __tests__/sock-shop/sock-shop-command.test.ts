import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { eventually } from "../../tools/rehearsal/eventually";
import { temporaryDirectory } from "../rehearsal/support";

const COMMAND = join(__dirname, "../../tools/bin/sock-shop.js");

const { directory, remove } = temporaryDirectory();
afterAll(remove);

const OUTPUTS = {
  cluster: { value: { ssh_user: "ubuntu", masters: [{ host: "192.0.2.1" }, { host: "192.0.2.2" }] } },
  agent_addresses: { value: ["192.0.2.7", "192.0.2.8"] },
  exports: { value: `export KEY="$HOME"'/a key'\nexport SSH_PORT=2222\nexport MASTER=192.0.2.1` },
};

const running = { state: "TASK_RUNNING", healthy: true, agent: "10.0.0.4", address: "10.32.0.1" };

function copy(name: string, mesos: readonly object[], state = "TASK_RUNNING") {
  return { task: `${name}-20261125091918`, service: name.replace(/-\d+$/, ""), restarts: 0, state, mesos };
}

let projects = 0;

/** A folder in which Terraform prints these outputs, and ssh to all masters but the first prints this status. */
function project(outputs: object | undefined, copies: readonly object[] = []) {
  const folder = join(directory, `project-${projects++}`);
  mkdirSync(folder);
  const program = (name: string, text: string) =>
    writeFileSync(join(folder, name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  writeFileSync(join(folder, "outputs"), JSON.stringify(outputs ?? {}));
  writeFileSync(join(folder, "copies"), JSON.stringify(copies));
  program("terraform", outputs === undefined ? "echo no state >&2; exit 1" : `cat '${folder}/outputs'`);
  program(
    "ssh",
    `printf '%s\\n' "$*" >>'${folder}/calls'; [[ $* != *@192.0.2.1* ]] || { echo gone >&2; exit 255; }; cat '${folder}/copies'`,
  );
  return folder;
}

function sockShop(folder: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    cwd: folder,
    env: { ...process.env, HOME: "/home/me", PATH: `${folder}:${process.env.PATH}` },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("the command sock-shop status", () => {
  it("tells of every copy, asks the next master when one is gone, and ends by 0", () => {
    const folder = project(OUTPUTS, [
      copy("carts-10", [running]),
      copy("carts-2", [{ ...running, healthy: null }]),
    ]);

    expect(sockShop(folder, "status")).toEqual({
      status: 0,
      stdout: [
        "copy      state    health  agent     address    restarts",
        "carts-2   running  -       10.0.0.4  10.32.0.1  0",
        "carts-10  running  well    10.0.0.4  10.32.0.1  0",
        "",
        "2 of 2 are well",
        "",
      ].join("\n"),
      stderr: "",
    });
    const calls = readFileSync(join(folder, "calls"), "utf8");
    expect(calls).toContain("-i /home/me/a key -p 2222");
    expect(calls).toMatch(/ubuntu@192\.0\.2\.2 sudo \/opt\/cdktf-mesos\/launcher\/bin\/status\n$/);
  });

  it.each([
    ["is sick", [{ ...running, healthy: false }], "carts-1  running  sick    10.0.0.4  10.32.0.1  0"],
    ["has not started", [], "carts-1  not (failed)  -       -      -        0"],
    [
      "is pulled",
      [{ ...running, state: "TASK_STAGING" }],
      "carts-1  staging  well    10.0.0.4  10.32.0.1  0",
    ],
    ["runs twice", [running, running], "carts-1  running  well    10.0.0.4  10.32.0.1  0"],
  ])("ends by 1 when one %s", (_what, mesos, line) => {
    const { status, stdout } = sockShop(project(OUTPUTS, [copy("carts-1", mesos, "TASK_FAILED")]), "status");

    expect(status).toBe(1);
    expect(stdout.split("\n")).toEqual(expect.arrayContaining([line, "0 of 1 are well"]));
  });

  it("ends by 1 when there is none", () => {
    expect(sockShop(project(OUTPUTS), "status")).toMatchObject({ status: 1, stderr: "" });
  });

  it("prints JSON for programs", () => {
    const copies = [copy("carts-1", [running])];
    const { status, stdout } = sockShop(project(OUTPUTS, copies), "status", "--json");

    expect({ status, copies: JSON.parse(stdout) }).toEqual({ status: 0, copies });
  });

  it("goes on with --watch, and tells what has changed", async () => {
    const folder = project(OUTPUTS, [copy("carts-1", [])]);
    const child = spawn(process.execPath, [COMMAND, "status", "--watch"], {
      cwd: folder,
      env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    const told = (line: string) => eventually(() => stdout.includes(line), 30_000);

    expect(await told("0 of 1 are well")).toBe(true);
    writeFileSync(join(folder, "copies"), JSON.stringify([copy("carts-1", [running])]));
    expect(await told("1 of 1 are well")).toBe(true);
    child.kill();
    await once(child, "exit");
  });

  it("ends by 2 where no master answers, and names them", () => {
    const alone = {
      ...OUTPUTS,
      cluster: { value: { ssh_user: "ubuntu", masters: [{ host: "192.0.2.1" }] } },
    };

    expect(sockShop(project(alone), "status")).toEqual({
      status: 2,
      stdout: "",
      stderr: "sock-shop: no master could be asked: 192.0.2.1: gone\n",
    });
  });

  it.each([
    ["no state", undefined],
    ["no outputs", {}],
  ])("ends by 2 where nothing is deployed, and tells the way out: %s", (why, outputs) => {
    const folder = project(outputs);

    expect(sockShop(folder, "status")).toEqual({
      status: 2,
      stdout: "",
      stderr: `sock-shop: the stack mesos must be deployed in ${JSON.stringify(folder)}, got ${JSON.stringify(why)}; go to the project's folder, or deploy it\n`,
    });
  });
});

describe("the command sock-shop", () => {
  it("prints where the shop is", () => {
    expect(sockShop(project(OUTPUTS), "open")).toEqual({
      status: 0,
      stdout: "http://192.0.2.7\nhttp://192.0.2.8\n",
      stderr: "",
    });
  });

  it("leads to the pages of Mesos through the master that answers", () => {
    const folder = project(OUTPUTS);
    writeFileSync(join(folder, "copies"), 'http://10.0.0.2:5050\nuser = "name:password"\n');

    expect(sockShop(folder, "console", "--port", "1081")).toEqual({
      status: 0,
      stdout: expect.stringMatching(
        /^http:\/\/10\.0\.0\.2:5050\nuser = "name:password"\nSOCKS proxy: localhost:1081, until Ctrl-C\n/,
      ),
      stderr: "",
    });
    const calls = readFileSync(join(folder, "calls"), "utf8").trimEnd().split("\n");
    expect(calls.at(-1)).toMatch(
      /^-N -D localhost:1081 .* -i \/home\/me\/a key -p 2222 .* ubuntu@192\.0\.2\.2$/,
    );
  });

  it.each(["0", "65536", "x"])("refuses the port %s", (port) => {
    const { status, stderr } = sockShop(project(OUTPUTS), "console", "--port", port);

    expect(status).not.toBe(0);
    expect(stderr).toContain("it must be a port, from 1 to 65535.");
  });

  it.each([["status"], ["open"], ["console"]])("has help for %s", (name) => {
    expect(sockShop(directory, name, "--help")).toMatchObject({ status: 0, stderr: "" });
  });
});
