import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { eventually } from "../rehearsal/eventually";
import { findProgram } from "../rehearsal/find-program";
import type { CloudMachine } from "../rehearsal/loopback-cloud";
import { refuse } from "../rehearsal/loopback-network";
import { firstProcessBelow, signalProcess } from "../rehearsal/process-family";
import type { OddImage } from "./circumstances";
import { controlGroups, processesOf, removeGroups } from "./control-groups";
import type { LabNamespace } from "./lab-namespace";
import { SeedOptions, seedFiles } from "./seed";

/** What a machine is booted from. */
export interface LabMachineOptions extends SeedOptions {
  /** Folder for the machines of a lab. */
  readonly directory: string;
  /** Name of the lab's control group. */
  readonly group: string;
  readonly lab: LabNamespace;
  /** The tree of files below its disk. */
  readonly tree: string;
  /**
   * What its image has that the lab's has not.
   *
   * @default - nothing
   */
  readonly image?: OddImage;
}

/** How a command ended, and what it said. */
export interface LabCommandResult {
  /** Exit code, undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const SSH_PORT = 22;

const SWITCH_ON_TIMEOUT_MS = 60_000;
const POWER_OFF_TIMEOUT_MS = 60_000;
const UNPLUG_TIMEOUT_MS = 30_000;

/** SIGRTMIN+4, by which systemd is told to power off. */
const POWER_OFF_SIGNAL = 34 + 4;

/** Rights that reach beyond a machine; its own processes do not have them either. */
const FORBIDDEN = ["sys_boot", "sys_module", "sys_rawio", "sys_time"].map((right) => `-${right}`).join(",");

/** A machine with a real systemd as its first process, a disk and a network of its own. */
export class LabMachine implements CloudMachine {
  /** Makes a machine and switches it on; what it boots into it tells by itself. */
  public static async boot(options: LabMachineOptions): Promise<LabMachine> {
    const machine = new LabMachine(options);
    try {
      machine.writeSeed();
      await machine.switchOn();
      return machine;
    } catch (error) {
      await machine.terminate();
      throw error;
    }
  }

  private readonly folder: string;
  private readonly groups: readonly string[];
  private supervisor: ChildProcess | undefined;

  private constructor(private readonly options: LabMachineOptions) {
    this.folder = path.join(options.directory, options.id);
    this.groups = controlGroups(path.join(options.group, options.id));
  }

  /** Id of its instance. */
  public get id(): string {
    return this.options.id;
  }

  /** Its private address. */
  public get address(): string {
    return this.options.place.address;
  }

  /** All it has written to its console, in every boot. */
  public get consoleLog(): string {
    return path.join(this.folder, "console.log");
  }

  /** Whether it is on. */
  public get running(): boolean {
    return this.supervisor !== undefined && !hasEnded(this.supervisor);
  }

  /**
   * Switches it on, with the disk it had.
   *
   * @throws Error with the end of its console when it does not start
   */
  public async switchOn(): Promise<void> {
    if (this.running) return;
    const console = fs.openSync(this.consoleLog, "a");
    const supervisor = this.options.lab.start(["bash", path.join(__dirname, "machine.sh")], {
      stdio: ["ignore", console, console],
      env: this.environment(),
    });
    fs.closeSync(console);
    this.supervisor = supervisor;
    const started = () => hasEnded(supervisor) || this.firstProcess() !== undefined;
    await eventually(started, SWITCH_ON_TIMEOUT_MS);
    if (this.firstProcess() === undefined) {
      const seen = fs.readFileSync(this.consoleLog, "utf8").trim().split("\n").slice(-3).join("\n");
      throw new Error(`lab: machine ${this.id} must start, got ${JSON.stringify(seen)} on its console`);
    }
  }

  /** Lets it shut down; after a minute it is unplugged. */
  public async powerOff(): Promise<void> {
    const first = this.firstProcess();
    if (first !== undefined) process.kill(first, POWER_OFF_SIGNAL);
    if (!(await this.untilOff(POWER_OFF_TIMEOUT_MS))) await this.pullPlug();
  }

  /**
   * Takes the power away: every process is killed at once.
   *
   * @throws Error when it is still on after half a minute
   */
  public async pullPlug(): Promise<void> {
    // a machine that reboots has no first process for a moment
    const deadline = Date.now() + UNPLUG_TIMEOUT_MS;
    do for (const pid of this.processes()) signalProcess(pid, "SIGKILL");
    while (!(await this.untilOff(100)) && Date.now() < deadline);
    if (this.running) {
      throw new Error(`lab: machine ${this.id} must be off, got processes ${this.processes().join(", ")}`);
    }
  }

  /**
   * Runs a command in it, as root.
   *
   * @param argv program, looked up in `PATH` when it has no slash, and its arguments
   * @throws Error when it is off
   */
  public async run(argv: readonly string[]): Promise<LabCommandResult> {
    return runOnHost([...this.enter(), ...argv]);
  }

  /** What enters it from the host, as root: a command line to which one for the machine is appended. */
  public enter(): string[] {
    const pid = this.firstProcess();
    if (pid === undefined)
      throw new Error(`lab: machine ${this.id} is off; switch it on before running a command`);
    const namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup"];
    return [
      findProgram("nsenter"),
      "--target",
      String(pid),
      ...namespaces,
      "--",
      "setpriv",
      "--bounding-set",
      FORBIDDEN,
      "--",
    ];
  }

  /**
   * Connects to one of its ports.
   *
   * @throws Error when nothing listens there
   */
  public connect(port: number): Promise<net.Socket> {
    return this.options.lab.connect(this.address, port);
  }

  /** Leads a connection to its SSH server. */
  public accept(socket: net.Socket): void {
    this.connect(SSH_PORT).then(
      (inside) => join(socket, inside),
      () => refuse(socket),
    );
  }

  /** A file of it, as the host can read it; undefined when it is off. */
  public file(name: string): string | undefined {
    const pid = this.firstProcess();
    return pid === undefined ? undefined : path.join(`/proc/${pid}/root`, name);
  }

  public async terminate(): Promise<void> {
    await this.pullPlug();
    await Promise.all(this.groups.map(removeGroups));
    // not its synchronous form: there are thousands of files, and other machines to attend to
    await fs.promises.rm(this.folder, { recursive: true, force: true });
  }

  private writeSeed(): void {
    const seed = path.join(this.folder, "seed");
    fs.mkdirSync(seed, { recursive: true });
    for (const [name, content] of Object.entries(seedFiles(this.options)))
      fs.writeFileSync(path.join(seed, name), content);
    for (const [name, content] of Object.entries(this.options.image?.files ?? {})) {
      const file = path.join(this.folder, "image", name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
    }
  }

  private environment(): Record<string, string> {
    const { id, place, tree, image = {} } = this.options;
    return {
      MACHINE_DIRECTORY: this.folder,
      MACHINE_NAME: id,
      MACHINE_MAC: place.mac,
      MACHINE_GATEWAY: `${place.gateway}/${place.prefix}`,
      TREE: tree,
      CONTROL_GROUPS: this.groups.join(" "),
      MACHINE_HIERARCHY: image.controlGroups ?? "v2",
      MACHINE_PERSONALITY: image.personality ?? "",
      MACHINE_VAR_MIB: String(image.varMiB ?? ""),
    };
  }

  private firstProcess(): number | undefined {
    const pid = this.supervisor?.pid;
    return pid === undefined || !this.running ? undefined : firstProcessBelow(pid);
  }

  private processes(): number[] {
    return this.groups.flatMap(processesOf);
  }

  private untilOff(timeoutMs: number): Promise<boolean> {
    return eventually(() => !this.running, timeoutMs);
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Two ends of one connection; when one breaks, so does the other. */
function join(one: net.Socket, other: net.Socket): void {
  if (one.destroyed) return void other.destroy();
  one.on("error", () => other.destroy()).on("close", () => other.destroy());
  other.on("error", () => one.destroy()).on("close", () => one.destroy());
  one.pipe(other).pipe(one);
}

async function runOnHost([program = "", ...args]: readonly string[]): Promise<LabCommandResult> {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      LANG: "C.UTF-8",
      HOME: "/root",
    },
    detached: true,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? undefined, stdout, stderr };
}
