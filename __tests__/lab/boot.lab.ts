import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { startLab } from "../../tools/lab";
import type { Lab, LabMachine } from "../../tools/lab";
import { bootVerdict } from "../../tools/lab/boot-verdict";
import { Cached, prepareCache } from "../../tools/lab/cache";
import { prepareHost } from "../../tools/lab/host";
import { labLeftovers } from "../../tools/lab/leftovers";
import { keepLogs } from "../../tools/lab/machine-logs";
import { buildRegistry } from "../../tools/lab/stand-ins/package/image-registry";
import { within } from "../../tools/lab/within";
import { temporaryDirectory } from "../rehearsal/support";

const MASTER = "i-0000000000000001a";
const AGENT = "i-0000000000000002b";

const USER_DATA = `#cloud-config
${JSON.stringify({ write_files: [{ path: "/etc/told", content: "by user-data\n" }], runcmd: [["touch", "/ran"]] })}
`;

/** Asks the metadata service as a boot script does. */
const ASK = `
token=$(curl -sf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
curl -sf -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"`;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

let cached: Cached;
beforeAll(async () => {
  prepareHost(say);
  cached = await prepareCache(say);
}, 1_200_000);

async function instance(lab: Lab, id: string, subnet: string, address: string): Promise<string> {
  const created = await lab.hooks.created?.("aws_instance", {
    id,
    ami: "ami-1",
    associate_public_ip_address: true,
    availability_zone: "eu-west-1a",
    instance_type: "t3.small",
    private_dns: `ip-${address.replaceAll(".", "-")}.eu-west-1.compute.internal`,
    private_ip: address,
    subnet_id: subnet,
    tags: { Name: `name-of-${id}` },
    user_data_base64: gzipSync(USER_DATA).toString("base64"),
  });
  return String(created?.public_ip);
}

/** What a web elsewhere would have. */
async function writeArtifacts(directory: string): Promise<void> {
  fs.mkdirSync(path.join(directory, "files.example/v1"), { recursive: true });
  fs.writeFileSync(path.join(directory, "files.example/v1/tool"), "a tool\n");
  const root = path.join(directory, "root");
  fs.mkdirSync(path.join(directory, "images.example"));
  fs.mkdirSync(root);
  fs.writeFileSync(path.join(root, "content"), "of an image\n");
  for (const link of ["bin", "lib", "lib64"]) fs.symlinkSync(`usr/${link}`, path.join(root, link));
  const plan = { names: ["some/image"], tag: "1", root, entrypoint: ["/content"] };
  await buildRegistry(plan, path.join(directory, "images.example"));
  fs.rmSync(root, { recursive: true });
}

/** A lab with a machine in each of two subnets. */
async function labOfTwo(
  directory: string,
  artifacts: string,
): Promise<{ lab: Lab; master: LabMachine; agent: LabMachine; publicAddress: string }> {
  const lab = await startLab({ directory, artifacts, ...cached });
  await lab.hooks.created?.("aws_subnet", { id: "subnet-1", cidr_block: "10.0.0.0/28" });
  await lab.hooks.created?.("aws_subnet", { id: "subnet-2", cidr_block: "10.0.16.0/20" });
  const [publicAddress] = await Promise.all([
    instance(lab, MASTER, "subnet-1", "10.0.0.4"),
    instance(lab, AGENT, "subnet-2", "10.0.16.4"),
  ]);
  return {
    lab,
    master: lab.machine(MASTER) as LabMachine,
    agent: lab.machine(AGENT) as LabMachine,
    publicAddress,
  };
}

/** As long as anything may take here. */
const PATIENCE_SEC = 120;

function booted(machine: LabMachine) {
  return within(PATIENCE_SEC, `boot of ${machine.id}`, () => {
    const verdict = bootVerdict(machine);
    if (verdict === undefined) throw new Error("it goes on");
    return verdict;
  });
}

function sshAnswers(machine: LabMachine) {
  return within(
    PATIENCE_SEC,
    `sshd of ${machine.id}`,
    async () => void (await machine.connect(22)).destroy(),
  );
}

/** Its process id on the host, which is another after each boot. */
function firstProcess(machine: LabMachine): string | undefined {
  try {
    return machine.enter()[2];
  } catch {
    return undefined;
  }
}

async function output(machine: LabMachine, ...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await machine.run(argv);
  return code === 0 ? stdout.trim() : `exit code ${code}: ${stderr.trim()}`;
}

describe("machines of a lab", () => {
  const { directory, remove } = temporaryDirectory();
  const { directory: artifacts, remove: removeArtifacts } = temporaryDirectory();
  let two: Awaited<ReturnType<typeof labOfTwo>>;

  beforeAll(async () => {
    await writeArtifacts(artifacts);
    two = await labOfTwo(directory, artifacts);
    await Promise.all([booted(two.master), booted(two.agent)]);
  });
  afterAll(async () => {
    await two.lab.close();
    expect(labLeftovers({ directory, sshPort: two.lab.sshPort })).toEqual(
      ["id_ed25519", "id_ed25519.pub"].map((file) => `file ${path.join(directory, file)}`),
    );
    remove();
    removeArtifacts();
  });

  it("do what the user-data says, by cloud-init", async () => {
    expect(bootVerdict(two.master)).toEqual({ errors: [], node: undefined });
    expect(await output(two.master, "cat", "/etc/told")).toBe("by user-data");
    expect(await output(two.master, "ls", "/ran")).toBe("/ran");
  });

  it("run systemd, in which nothing failed", async () => {
    expect(await output(two.master, "cat", "/proc/1/comm")).toBe("systemd");
    expect(await output(two.master, "systemctl", "is-system-running", "--wait")).toBe("running");
  });

  it("let the key log in as the image's user, who may use sudo", async () => {
    const options = ["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"];
    const login = ["-i", two.lab.privateKeyFile, "-p", String(two.lab.sshPort), "-o", "LogLevel=ERROR"];
    for (const user of ["ubuntu", "admin"]) {
      const command = [`${user}@${two.publicAddress}`, "sudo id -u; hostname"];
      // not its synchronous form: this process leads the connection on
      const { stdout } = await promisify(execFile)("ssh", [...options, ...login, ...command]);
      expect(stdout).toBe("0\nip-10-0-0-4\n");
    }
  });

  it("learn about themselves from the metadata service, with a token only", async () => {
    expect(await output(two.agent, "sh", "-c", ASK, "sh", "placement/availability-zone")).toBe("eu-west-1a");
    expect(await output(two.agent, "sh", "-c", ASK, "sh", "local-ipv4")).toBe("10.0.16.4");
    expect(await output(two.master, "sh", "-c", ASK, "sh", "local-ipv4")).toBe("10.0.0.4");
    const untold = [
      "curl",
      "-s",
      "-o",
      "/dev/null",
      "-w",
      "%{http_code}",
      "http://169.254.169.254/latest/meta-data/",
    ];
    expect(await output(two.agent, ...untold)).toBe("401");
  });

  it("reach each other by name, in other subnets too, and nothing else", async () => {
    await sshAnswers(two.master);
    const greeting = "exec 3<>/dev/tcp/ip-10-0-0-4/22 && head -c 7 <&3";
    expect(await output(two.agent, "bash", "-c", greeting)).toBe("SSH-2.0");
    expect(await output(two.agent, "getent", "hosts", "nowhere.example")).toBe("exit code 2: ");
    expect(await output(two.agent, "curl", "-s", "--connect-timeout", "10", "http://192.0.2.1/")).toBe(
      "exit code 7: ",
    );
  });

  it("install packages from the lab's repository", async () => {
    expect(await output(two.agent, "apt-get", "-qq", "update")).toBe("");
    const install = ["apt-get", "-qq", "-y", "--no-install-recommends", "install", "docker.io", "jq"];
    await output(two.agent, "env", "DEBIAN_FRONTEND=noninteractive", ...install);
    expect(await output(two.agent, "jq", "-n", "1 + 1")).toBe("2");
    expect(await output(two.agent, "docker", "info", "--format", "{{.Driver}}")).toBe("overlay2");
  });

  it("download files and run images under the names they have elsewhere, over HTTPS too", async () => {
    for (const scheme of ["http", "https"])
      expect(await output(two.agent, "curl", "-sSf", `${scheme}://files.example/v1/tool`)).toBe("a tool");
    expect(await output(two.agent, "docker", "pull", "-q", "images.example/some/image:1")).toBe(
      "images.example/some/image:1",
    );
    // the image has no program, so it runs one of the machine's
    const run = ["docker", "run", "--rm", "--volume", "/usr:/usr:ro", "--entrypoint", "/bin/cat"];
    expect(await output(two.agent, ...run, "images.example/some/image:1", "/content")).toBe("of an image");
  });

  it("may set their own network, and nothing of the host", async () => {
    const before = fs.readFileSync("/proc/sys/net/ipv4/tcp_retries2", "utf8");
    expect(await output(two.master, "sysctl", "-w", "net.ipv4.tcp_retries2=6")).toBe(
      "net.ipv4.tcp_retries2 = 6",
    );
    expect(fs.readFileSync("/proc/sys/net/ipv4/tcp_retries2", "utf8")).toBe(before);
    for (const refused of [
      ["date", "-s", "2020-01-01"],
      ["sysctl", "-w", "vm.swappiness=1"],
      ["touch", "/sys/x"],
    ])
      expect(await output(two.master, ...refused)).toMatch(/^exit code [1-9]/);
  });

  it("keep their disk and start anew when they reboot", async () => {
    await output(two.master, "sh", "-c", "touch /kept; ip address add 10.9.9.9/32 dev eth0");
    const before = firstProcess(two.master);

    await two.master.run(["systemctl", "reboot"]);
    await within(PATIENCE_SEC, "reboot", () => {
      if ([undefined, before].includes(firstProcess(two.master))) throw new Error("it is not up again");
    });
    await sshAnswers(two.master);

    expect(await output(two.master, "ls", "/kept")).toBe("/kept");
    expect(await output(two.master, "hostname", "--all-ip-addresses")).toBe("10.0.0.4");
  });

  it("can be switched off, unplugged, and switched on again", async () => {
    await two.agent.powerOff();
    expect(two.agent.running).toBe(false);
    await expect(two.agent.run(["true"])).rejects.toThrow(
      `lab: machine ${AGENT} is off; switch it on before running a command`,
    );
    expect(fs.readFileSync(two.agent.consoleLog, "utf8")).toMatch(/Reached target .*[Pp]ower-?[Oo]ff/);

    await two.agent.switchOn();
    await sshAnswers(two.agent);
    await two.agent.pullPlug();
    expect(two.agent.running).toBe(false);
    await two.agent.switchOn();
    await sshAnswers(two.agent);
    expect(await output(two.agent, "cat", "/etc/told")).toBe("by user-data");
  });

  it("tell what happened on them", async () => {
    const logs = path.join(directory, "logs");
    await keepLogs(two.agent, logs);

    expect(fs.readFileSync(path.join(logs, "console.log"), "utf8")).toContain(
      "Welcome to Debian GNU/Linux 12",
    );
    expect(fs.readFileSync(path.join(logs, "journal.log"), "utf8")).toContain("ip-10-0-16-4 systemd[1]");
    fs.rmSync(logs, { recursive: true });
  });

  it("are gone when their instance is, with all they had", async () => {
    await two.lab.hooks.deleted?.("aws_instance", { id: AGENT });

    expect(two.lab.machine(AGENT)).toBeUndefined();
    expect(fs.readdirSync(path.join(directory, "machines"))).toEqual([MASTER]);
    expect(
      await output(two.master, "bash", "-c", "timeout 20 bash -c 'exec 3<>/dev/tcp/10.0.16.4/22'"),
    ).toMatch(/^exit code [1-9]/);
  });
});

describe("a lab that is killed", () => {
  const { directory, remove } = temporaryDirectory();
  afterAll(remove);

  const START = `
    const { startLab } = require(${JSON.stringify(path.join(__dirname, "../../tools/lab"))});
    const [directory, tree, repository] = process.argv.slice(1);
    startLab({ directory, tree, repository }).then(async (lab) => {
      await lab.hooks.created("aws_subnet", { id: "s", cidr_block: "10.0.0.0/28" });
      const place = { private_ip: "10.0.0.4", private_dns: "ip-10-0-0-4.internal", subnet_id: "s" };
      await lab.hooks.created("aws_instance", { id: ${JSON.stringify(MASTER)}, ...place });
      console.log("port", lab.sshPort);
    });`;

  it("leaves no process, and the next one in its folder removes the rest", async () => {
    const args = ["--require", "tsx/cjs", "-e", START, directory, cached.tree, cached.repository];
    const killed = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [said] = (await once(killed.stdout, "data")) as [Buffer];
    const sshPort = Number(/^port (\d+)$/m.exec(said.toString())?.[1]);
    const left = () => labLeftovers({ directory, sshPort });
    expect(left()).toContainEqual(expect.stringMatching(/^process \d+ systemd-nspawn /));

    killed.kill("SIGKILL");
    await once(killed, "exit");

    await within(PATIENCE_SEC, "end of its processes", () => {
      const processes = left().filter((what) => what.startsWith("process"));
      if (processes.length > 0) throw new Error(processes.join("; "));
    });
    expect(left()).toContainEqual(expect.stringMatching(/^control group /));
    const next = await startLab({ directory, ...cached });
    expect(next.machines()).toEqual([]);
    expect(left().filter((what) => !/(?:id_ed25519|\.pub|lab\.pid|names.*)$/.test(what))).toEqual([]);
    await next.close();
  });
});
