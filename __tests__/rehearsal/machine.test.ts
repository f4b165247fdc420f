import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { Machine, sweepMachine } from "../../tools/rehearsal/machine";
import { etcFiles } from "../../tools/rehearsal/machine-root";
import { namespaceMode } from "../../tools/rehearsal/namespace";
import { bootTestMachine, expectEventually, processesWith, temporaryDirectory } from "./support";

describe("Machine", () => {
  let machine: Machine;
  let powerOff: () => Promise<void>;
  beforeAll(async () => ({ machine, powerOff } = await bootTestMachine()));
  afterAll(() => powerOff());

  const bash = (script: string, options = {}) => machine.run(["bash", "-c", script], options);

  it("runs a command with its input, output, errors and exit code", async () => {
    const result = await bash("cat; echo problem >&2; exit 7", { input: "hello" });

    expect(result).toEqual({ code: 7, stdout: "hello", stderr: "problem\n" });
  });

  it("tells which signal killed a command", async () => {
    expect(await bash("kill -TERM $$")).toMatchObject({ signal: "SIGTERM" });
  });

  it.each([
    ["a program that is not there", ["/opt/none"], {}, 203, "/opt/none: not found\n"],
    [
      "a working directory that is not there",
      ["true"],
      { cwd: "/none" },
      200,
      expect.stringContaining("/none"),
    ],
  ])("fails for %s", async (_, argv, options, code, stderr) => {
    expect(await machine.run(argv, options)).toMatchObject({ code, stderr });
  });

  it("starts commands in the given directory with the given environment only", async () => {
    const result = await bash("pwd; env | grep -v -e ^_= -e REHEARSAL -e SHLVL | sort", {
      cwd: "/opt",
      env: { GREETING: "a b\n$c" },
    });

    expect(result.stdout).toBe(
      "/opt\n$c\nGREETING=a b\nLANG=C.UTF-8\n" +
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nPWD=/opt\n",
    );
  });

  it("is root with a host name of its own", async () => {
    expect((await bash("id -un; hostname; cat /etc/hostname; echo ~ubuntu")).stdout).toBe(
      "root\ni-test\ni-test\n/home/ubuntu\n",
    );
  });

  it("lets the machine's own directories be written, and nothing of it reaches the host", async () => {
    const mark = `rehearsal-${process.pid}`;
    const directories = [
      "/etc",
      "/opt",
      "/var/lib",
      "/run",
      "/tmp",
      "/home/ubuntu",
      "/root",
      "/usr/local/bin",
    ];

    const result = await bash(directories.map((directory) => `touch ${directory}/${mark}`).join(" && "));

    expect(result).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(directories.filter((directory) => fs.existsSync(`${directory}/${mark}`))).toEqual([]);
    expect(fs.existsSync(path.join(machine.root, "etc", mark))).toBe(true);
  });

  it.each(["/usr/bin", "/bin", "/lib", "/proc/sys/vm/swappiness"])(
    "keeps the host's %s read-only",
    async (target) => {
      const result = await bash(`if [[ -d ${target} ]]; then touch ${target}/x; else echo 60 >${target}; fi`);

      expect(result.code).toBe(1);
      expect(result.stderr).toContain("Read-only file system");
    },
  );

  it("has the devices scripts use, and process substitution", async () => {
    const result = await bash(
      "cat <(head -c 3 /dev/zero | wc -c); head -c 2 /dev/urandom | wc -c; head -c 2 /dev/random | wc -c; " +
        "echo x >/dev/null; [[ -c /dev/tty ]] && echo tty",
    );

    expect(result).toEqual({ code: 0, stdout: "3\n2\n2\ntty\n", stderr: "" });
  });

  it("shows its own processes only", async () => {
    const result = await bash("cd /proc; grep -l . [0-9]*/cmdline | wc -l");

    expect(Number(result.stdout)).toBeLessThan(6);
  });

  it("finishes a command whose background child keeps its output open", async () => {
    const result = await bash("sleep 300 & echo done");

    expect(result).toEqual({ code: 0, stdout: "done\n", stderr: "" });
  });

  it("knows a command's process id in the machine", async () => {
    const command = machine.start(["bash", "-c", "echo $$; exec sleep 300"]);

    const [said] = (await once(command.child.stdout, "data")) as [Buffer];

    expect(command.pid).toBe(Number(said.toString()));
    await command.end(0);
    expect(command.pid).toBe(0);
  });

  it("knows the processes of a command that emptied their environment, and not those of another", async () => {
    const command = machine.start(["env", "-i", "/bin/bash", "-c", "echo up; sleep 300"]);
    const other = machine.start(["sleep", "300"]);
    await once(command.child.stdout, "data");
    await other.entered();

    await command.end(0);

    expect(command.family()).toEqual([]);
    expect(other.family()).toHaveLength(1);
    await other.end(0);
  });

  it("ends a command with everything it started, even what left its session and ignores SIGTERM", async () => {
    const script = "setsid bash -c 'trap \"\" TERM; echo up; while :; do sleep 1; done' & wait";
    const command = machine.start(["bash", "-c", script]);
    await once(command.child.stdout, "data");
    expect(command.family().length).toBeGreaterThan(1);

    await command.end(50);

    expect(command.family()).toEqual([]);
    expect(await command.exited).toEqual({ signal: "SIGTERM" });
  });

  it("reads what a command said, however busy this process was when it ended", async () => {
    const held = path.join(machine.root, "tmp/held");
    const command = machine.start(["bash", "-c", "until [[ -e /tmp/held ]]; do sleep 0.01; done; echo said"]);
    let said = "";
    command.child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await command.executing();
    // both are noticed with the end of this one, before what the command said is
    const other = spawn("echo", ["up"]);
    other.stdout.once("data", () => {
      fs.writeFileSync(held, "");
      while (!isZombie(command.child.pid)) continue;
    });
    command.child.once("exit", () => setImmediate(spendTime));
    spendTime();

    await command.drained;

    expect(said).toBe("said\n");
  });
});

describe("a machine's network", () => {
  it("is its own: every address leads to it, the rehearsal answers at its ports, the host is not there", async () => {
    const { directory, remove } = temporaryDirectory();
    const host = net.createServer().listen(0, "127.0.0.1");
    await once(host, "listening");
    const mode = await namespaceMode();
    const options = { directory: path.join(directory, "i-net"), name: "i-net", mode };
    const machine = await Machine.boot({ ...options, address: "10.0.0.4", ports: [5050] });
    machine.listener(5050)?.on("connection", (socket: net.Socket) => {
      socket.end(`HTTP/1.0 200 OK\r\n\r\nyou called ${socket.localAddress}\n`);
    });
    const bash = async (script: string) => (await machine.run(["bash", "-c", script])).stdout;

    const answers = await bash("for a in 10.0.0.4 10.0.9.9 127.0.0.1; do curl -s http://$a:5050/; done");
    const route = await bash("ip -4 -oneline route get 198.51.100.1");
    const { port } = host.address() as net.AddressInfo;
    const toHost = await bash(`exec 3<>/dev/tcp/127.0.0.1/${port} && echo reached`);

    expect(answers).toBe("you called 10.0.0.4\nyou called 10.0.9.9\nyou called 127.0.0.1\n");
    expect(route).toContain("src 10.0.0.4");
    expect(toHost).toBe("");
    await machine.powerOff();
    host.close();
    remove();
  });
});

describe("Machine.powerOff", () => {
  it("leaves no process, no folder and lets no command in", async () => {
    const { machine, powerOff } = await bootTestMachine();
    const mark = `sleep 300.${process.pid}1`;
    await machine.run(["bash", "-c", `setsid ${mark} & trap '' TERM; ${mark} &`]);
    await expectEventually(() => processesWith(mark).length === 2);

    await powerOff();

    expect(processesWith(mark)).toEqual([]);
    expect(processesWith(machine.root)).toEqual([]);
    expect(fs.existsSync(machine.root)).toBe(false);
    expect(() => machine.start(["true"])).toThrow(
      'machine "i-test" is off; boot it before running a command',
    );
  });

  it("settles what was running", async () => {
    const { machine, powerOff } = await bootTestMachine();
    const command = machine.start(["sleep", "300"]);
    await expectEventually(() => command.pid > 0);

    await powerOff();

    expect(await command.exited).toEqual({ signal: "SIGKILL" });
  });
});

describe("Machine.boot", () => {
  it("fails with what the holder said", async () => {
    const { directory, remove } = temporaryDirectory();
    const mode = { name: "broken", unshare: ["--no-such-option"], nsenter: [], network: [] };

    await expect(Machine.boot({ directory, name: "i-test", mode })).rejects.toThrow(
      /^machine "i-test" did not boot: ended with 1, its holder said "unshare: unrecognized option '--no-such-option'/,
    );
    remove();
  });

  it("boots many at once", async () => {
    const { directory, remove } = temporaryDirectory();
    const mode = await namespaceMode();
    const names = Array.from({ length: 10 }, (_, number) => `i-${number}`);

    const machines = await Promise.all(
      names.map((name) => Machine.boot({ directory: path.join(directory, name), name, mode })),
    );
    const said = await Promise.all(machines.map((machine) => machine.run(["hostname"])));

    expect(said.map(({ stdout }) => stdout.trim())).toEqual(names);
    await Promise.all(machines.map((machine) => machine.powerOff()));
    expect(fs.readdirSync(directory)).toEqual([]);
    remove();
  });
});

describe("a rehearsal that is killed", () => {
  it("leaves no process and no mount, and its folder is swept", async () => {
    const { directory, remove } = temporaryDirectory();
    const script = path.join(__dirname, "boot-and-wait.ts");
    const tsx = require.resolve("tsx/cli");
    const child = spawn(process.execPath, [tsx, script, directory], { stdio: ["ignore", "pipe", "inherit"] });
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    const { pid, sleeping } = JSON.parse(said.toString()) as { pid: number; sleeping: string };
    expect(processesWith(sleeping)).not.toEqual([]);

    process.kill(pid, "SIGKILL");

    await expectEventually(() => processesWith(sleeping).length + processesWith(directory).length === 0);
    expect(fs.readFileSync("/proc/self/mountinfo", "utf8")).not.toContain(directory);
    expect(fs.existsSync(path.join(directory, "i-test/root"))).toBe(true);
    await sweepMachine(path.join(directory, "i-test"));
    expect(fs.readdirSync(directory)).toEqual([]);
    remove();
  });
});

describe("etcFiles", () => {
  it("makes every login name user 0 with a home of its own", () => {
    expect(etcFiles({ name: "i-1", users: ["ubuntu"] })).toMatchObject({
      passwd: "root:x:0:0:root:/root:/bin/bash\nubuntu:x:0:0:ubuntu:/home/ubuntu:/bin/bash\n",
      hostname: "i-1\n",
      hosts: "127.0.0.1 localhost\n127.0.1.1 i-1\n::1 localhost ip6-localhost\n",
    });
  });
});

function isZombie(pid = 0): boolean {
  return / Z /.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
}

/** Longer than what is said after an end is waited for. */
function spendTime(): void {
  const end = Date.now() + 200;
  while (Date.now() < end) continue;
}
