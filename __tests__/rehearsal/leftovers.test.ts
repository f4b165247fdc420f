import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { leftBehind, namespaceHoldersOf, processesOf } from "../../tools/rehearsal/leftovers";
import { namespaceMode } from "../../tools/rehearsal/namespace";
import { bootTestMachine, temporaryDirectory } from "./support";

/** A port nobody listens at, with a server that listens at it on request. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

describe("leftBehind", () => {
  const { directory, remove } = temporaryDirectory();
  afterAll(remove);

  it("finds nothing where nothing is, not even the folder", async () => {
    const footprint = { directory: join(directory, "none"), sshPort: await freePort() };

    expect(leftBehind(footprint)).toEqual([]);
  });

  it("finds a machine's processes, and none once it is off", async () => {
    const { machine, powerOff } = await bootTestMachine();
    const sshPort = await freePort();
    const command = machine.start(["/bin/sleep", "4321"]);
    await command.executing();
    const folder = machine.root.replace(/\/i-test\/root$/, "");
    const processes = () =>
      leftBehind({ directory: folder, sshPort }).filter((left) => left.startsWith("process"));

    expect(processes()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^process \d+ \/bin\/sleep 4321$/)]),
    );
    await powerOff();
    expect(processes()).toEqual([]);
  });

  it("leaves out processes that only know the folder's name", async () => {
    const child = spawn("/bin/sh", ["-c", "echo up; read -r _", `${directory}/x`], { stdio: "pipe" });
    await once(child.stdout, "data");
    const sshPort = await freePort();

    expect(leftBehind({ directory, sshPort })).toEqual([]);
    expect(child.exitCode).toBe(null);
    child.stdin.end();
    await once(child, "close");
  });

  it("finds commands that were started with its folder for temporary files", async () => {
    const env = { ...process.env, TMPDIR: join(directory, "tmp") };
    const child = spawn("/bin/sh", ["-c", "echo up; read -r _"], { stdio: "pipe", env });
    await once(child.stdout, "data");
    const sshPort = await freePort();

    expect(leftBehind({ directory, sshPort })).toEqual([
      `process ${child.pid} /bin/sh -c echo up; read -r _`,
    ]);
    child.stdin.end();
    await once(child, "close");
    expect(leftBehind({ directory, sshPort })).toEqual([]);
  });

  it("finds what is in a machine's network only, as long as it was there with the machine", async () => {
    const { machine, powerOff } = await bootTestMachine();
    const folder = machine.root.replace(/\/i-test\/root$/, "");
    const [{ pid } = { pid: 0 }] = processesOf(folder).filter(({ command }) =>
      command.startsWith("/bin/bash"),
    );
    const { network } = await namespaceMode();
    const enter = ["--target", String(pid), ...network, "--", "/bin/sh", "-c", "echo up; read -r _"];
    const child = spawn("nsenter", enter, { stdio: "pipe" });
    await once(child.stdout, "data");
    const footprint = {
      directory: folder,
      sshPort: await freePort(),
      namespaceHolders: namespaceHoldersOf(folder),
    };
    await powerOff();

    expect(leftBehind(footprint)).toEqual([
      expect.stringMatching(
        new RegExp(`^namespace net:\\[\\d+\\] of process ${child.pid} /bin/sh -c echo up`),
      ),
    ]);
    child.stdin.end();
    await once(child, "close");
    expect(leftBehind(footprint)).toEqual([]);
  });

  it("finds mounts", async () => {
    const target = join(directory, "mounted");
    mkdirSync(target);
    const ask = `
      const { leftBehind } = require("./tools/rehearsal/leftovers");
      console.log(JSON.stringify(leftBehind({ directory: ${JSON.stringify(directory)}, sshPort: ${await freePort()} })));
    `;
    const script = `mount -t tmpfs none "${target}" && exec node --require tsx/cjs --eval '${ask}'`;
    const own = ["--user", "--map-root-user", "--mount", "bash", "-c", script];

    const { stdout } = spawnSync("unshare", own, { cwd: join(__dirname, "../..") });

    const left = JSON.parse(stdout.toString()) as string[];
    expect(left.find((line) => line.startsWith("mount"))).toMatch(
      new RegExp(`^mount \\d+ \\d+ \\S+ / ${target} `),
    );
    rmSync(target, { recursive: true });
  });

  it("finds listeners at the port, whatever their address", async () => {
    const server = createServer().listen(0, "127.77.1.2");
    await once(server, "listening");
    const { port } = server.address() as { port: number };

    expect(leftBehind({ directory, sshPort: port })).toEqual([`listener 127.77.1.2:${port}`]);
    server.close();
    await once(server, "close");
    expect(leftBehind({ directory, sshPort: port })).toEqual([]);
  });

  it("finds files and folders, at any depth", async () => {
    mkdirSync(join(directory, "a/b"), { recursive: true });
    writeFileSync(join(directory, "a/b/state"), "");

    expect(leftBehind({ directory, sshPort: await freePort() }).sort()).toEqual(
      ["a", "a/b", "a/b/state"].map((path) => `file ${join(directory, path)}`),
    );
    rmSync(join(directory, "a"), { recursive: true });
  });
});
