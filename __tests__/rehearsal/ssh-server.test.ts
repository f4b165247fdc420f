import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { authorize, authorizedKey, loginOf } from "../../tools/rehearsal/authorized-keys";
import { makeKeyPair } from "../../tools/rehearsal/key-pair";
import { Machine } from "../../tools/rehearsal/machine";
import { SshServer } from "../../tools/rehearsal/ssh-server";
import { utils } from "ssh2";
import { listenOnLoopback, SshClient } from "./ssh-client";
import { bootTestMachine, expectEventually, processesWith, temporaryDirectory } from "./support";

describe("SshServer", () => {
  let machine: Machine;
  let powerOff: () => Promise<void>;
  let sshServer: SshServer;
  let listener: net.Server;
  let client: SshClient;
  const { directory, remove } = temporaryDirectory();

  beforeAll(async () => {
    ({ machine, powerOff } = await bootTestMachine());
    sshServer = new SshServer(machine);
    const { port, server } = await listenOnLoopback((socket) => sshServer.accept(socket));
    listener = server;
    client = new SshClient(directory, port);
    authorize(machine.root, ["/home/ubuntu"], client.publicKey);
  });
  afterAll(async () => {
    listener.close();
    sshServer.close();
    await powerOff();
    remove();
  });

  const inMachine = (...names: string[]) => path.join(machine.root, ...names);

  it("runs a command in the login's home and passes output, errors and exit code on", async () => {
    const result = await client.ssh("pwd; echo $USER $HOME; echo problem >&2; exit 9");

    expect(result).toEqual({ code: 9, stdout: "/home/ubuntu\nubuntu /home/ubuntu\n", stderr: "problem\n" });
  });

  it("passes input on, all of it and unchanged", async () => {
    const input = Array.from({ length: 20_000 }, (_, line) => `line ${line} – ünïcode`).join("\n");

    const result = await client.ssh("cat", { input });

    expect(result.stdout).toBe(input);
  });

  it("passes variables on", async () => {
    const result = await client.ssh("echo $GREETING", { args: ["-o", "SetEnv=GREETING=hello"] });

    expect(result.stdout).toBe("hello\n");
  });

  it("tells a signal", async () => {
    // the client answers 255 where there is no exit code
    expect(await client.ssh("echo up; kill -KILL $$")).toMatchObject({ code: 255, stdout: "up\n" });
  });

  it("grants a terminal to who asks for one", async () => {
    expect(await client.ssh("echo hello", { args: ["-tt"] })).toMatchObject({ code: 0, stdout: "hello\n" });
  });

  it("serves a shell", async () => {
    expect(await client.ssh("", { input: "echo $((6 * 7)); exit 3\n" })).toMatchObject({
      code: 3,
      stdout: "42\n",
    });
  });

  it("copies files both ways with scp", async () => {
    const content = Buffer.from(Array.from({ length: 1 << 20 }, (_, at) => at % 251));
    const local = path.join(directory, "tree/a.bin");
    fs.mkdirSync(path.dirname(local));
    fs.writeFileSync(local, content);

    const up = await client.scp("-r", path.dirname(local), "remote:/opt/");
    const down = await client.scp("remote:/opt/tree/a.bin", path.join(directory, "b.bin"));

    expect([up.code, down.code]).toEqual([0, 0]);
    expect(fs.readFileSync(inMachine("opt/tree/a.bin")).equals(content)).toBe(true);
    expect(fs.readFileSync(path.join(directory, "b.bin")).equals(content)).toBe(true);
  });

  it("serves many connections at once", async () => {
    const numbers = Array.from({ length: 14 }, (_, number) => number);

    const results = await Promise.all(numbers.map((number) => client.ssh(`sleep 0.2; echo ${number}`)));

    expect(results.map(({ stdout }) => Number(stdout))).toEqual(numbers);
  });

  it("lets a command go on when its client vanishes", async () => {
    const mark = `rehearsal-vanish-${process.pid}`;
    const child = client.start(`echo up; sleep 0.3; seq 100000; echo ${mark} >/tmp/finished`);
    await once(child.stdout as NodeJS.ReadableStream, "data");

    child.kill("SIGKILL");

    await expectEventually(() => fs.existsSync(inMachine("tmp/finished")));
    await expectEventually(() => processesWith(mark).length === 0);
  });

  it("does not wait for what a command left in the background", async () => {
    const result = await client.ssh("sleep 300 & echo done");

    expect(result).toMatchObject({ code: 0, stdout: "done\n" });
  });

  it("refuses a key nobody authorised", async () => {
    const strangerDirectory = path.join(directory, "stranger");
    fs.mkdirSync(strangerDirectory);

    const result = await new SshClient(strangerDirectory, portOf(listener)).ssh("true");

    expect(result).toMatchObject({
      code: 255,
      stderr: expect.stringContaining("Permission denied (publickey)"),
    });
  });

  it.each([
    ["a user that is not in /etc/passwd", "nobody"],
    ["a user without authorised keys", "admin"],
  ])("refuses %s", async (_, user) => {
    const result = await client.ssh("true", { user });

    expect(result).toMatchObject({
      code: 255,
      stderr: expect.stringContaining("Permission denied (publickey)"),
    });
  });

  it("keeps its host key with the machine", async () => {
    expect(new SshServer(machine).hostKey).toBe(sshServer.hostKey);
    expect(fs.statSync(inMachine("etc/ssh/ssh_host_ed25519_key")).mode & 0o777).toBe(0o600);
    const known = fs.readFileSync(path.join(directory, "known_hosts"), "utf8");
    expect(known).toContain(sshServer.hostKey.split(" ")[1]);
  });

  it.each(["rsa", "ecdsa"] as const)("accepts a key of type %s", async (type) => {
    const pair =
      type === "rsa"
        ? utils.generateKeyPairSync(type, { bits: 2048 })
        : utils.generateKeyPairSync(type, { bits: 256 });
    const file = path.join(directory, `id_${type}`);
    fs.writeFileSync(file, pair.private, { mode: 0o600 });
    authorize(machine.root, ["/root"], pair.public);

    expect(await client.ssh("id -un", { user: "root", args: ["-i", file] })).toMatchObject({
      code: 0,
      stdout: "root\n",
    });
  });
});

describe("loginOf", () => {
  const passwd = "root:x:0:0:root:/root:/bin/bash\nubuntu:x:0:0:ubuntu:/home/ubuntu:/bin/bash\n";

  it.each([
    ["root", { user: "root", home: "/root" }],
    ["ubuntu", { user: "ubuntu", home: "/home/ubuntu" }],
    ["ubunt", undefined],
    ["", undefined],
  ])("%p", (user, login) => {
    expect(loginOf(passwd, user)).toEqual(login);
  });
});

describe("authorizedKey", () => {
  const [mine, other] = [makeKeyPair("a"), makeKeyPair("b")];
  const offered = (pair: { public: string }) => Buffer.from(pair.public.split(" ")[1] ?? "", "base64");

  it("finds a key between comments and rubbish", () => {
    const text = `# mine\n\nrubbish\n${mine.public} me@home\n`;

    expect(authorizedKey(text, offered(mine))?.getPublicSSH()).toEqual(offered(mine));
    expect(authorizedKey(text, offered(other))).toBeUndefined();
  });
});

function portOf(server: net.Server): number {
  return (server.address() as net.AddressInfo).port;
}
