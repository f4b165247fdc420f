import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { findProgram } from "./find-program";
import { Holder, processGone } from "./holder";
import { MachineCommand, Outcome } from "./machine-command";
import { createMachineRoot, emptyVolatile } from "./machine-root";
import { listenInside } from "./machine-listener";
import { NamespaceMode } from "./namespace";
import { commandLineOf, FAMILY_VARIABLE, signalProcess } from "./process-family";

/** What a machine is booted from. */
export interface MachineOptions {
  /** Folder of the machine; everything it needs lies below and goes with it. */
  readonly directory: string;
  /** Name, which is also its host name. */
  readonly name: string;
  /** How this host lets it be isolated. */
  readonly mode: NamespaceMode;
  /**
   * Its private address.
   *
   * @default - one of those that are meant for examples, the same for every machine
   */
  readonly address?: string;
  /**
   * Ports at which it listens for the rehearsal, besides one for its stand-ins.
   *
   * @default - none
   */
  readonly ports?: readonly number[];
  /**
   * Login names besides root.
   *
   * @default - `ubuntu` and `admin`, the users of Ubuntu's and Debian's images
   */
  readonly users?: readonly string[];
}

/** What a command is started with. */
export interface CommandOptions {
  /**
   * Environment; nothing is inherited.
   *
   * @default - only `PATH` and `LANG`, as systemd starts a service
   */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Working directory in the machine.
   *
   * @default /
   */
  readonly cwd?: string;
}

/** What a finished command left. */
export interface CommandResult extends Outcome {
  /** Its standard output. */
  readonly stdout: string;
  /** Its standard error. */
  readonly stderr: string;
}

/** A path, since the command's own `PATH` would be searched for a name. */
const NSENTER = findProgram("nsenter");

const EXAMPLE_ADDRESS = "192.0.2.1";

const BASE_ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
};

/** Exit codes as systemd gives them: 200 for the working directory, 203 for the program. */
const ENTER_DIRECTORY =
  'cd -- "$0" || exit 200; unset OLDPWD; command -v -- "$1" >/dev/null || { echo "$1: not found" >&2; exit 203; }; exec "$@"';

/**
 * A machine on loopback: a root directory, processes and a network of its own, in which there is nothing but itself.
 *
 * One process holds the namespaces; commands enter them. It ends with the machine, or with this process however
 * that ends.
 */
export class Machine {
  /** Name and host name. */
  public readonly name: string;
  /** The machine's root directory as the host sees it. */
  public readonly root: string;
  /** Private address. */
  public readonly address: string;
  private readonly listeners: net.Server[] = [];
  private readonly commands = new Set<MachineCommand>();
  private poweredOff = false;

  /**
   * Boots a machine: from its disk, if its folder has one since it was cut off.
   *
   * @throws Error with what the holder of its namespaces said, when it does not come up
   */
  public static async boot(options: MachineOptions): Promise<Machine> {
    const root = path.join(options.directory, "root");
    if (fs.existsSync(root)) emptyVolatile(root);
    else createMachineRoot(root, { name: options.name, users: options.users ?? ["ubuntu", "admin"] });
    const holder = await holdMachine(root, options).catch((error: unknown) => {
      fs.rmSync(options.directory, { recursive: true, force: true });
      throw error;
    });
    fs.writeFileSync(holderFile(options.directory), `${holder.pid}\n`);
    const machine = new Machine(options, holder);
    try {
      // port 0 is any that is free
      machine.listeners.push(
        ...(await listenInside(holder.pid, options.mode, [0, ...(options.ports ?? [])])),
      );
      return machine;
    } catch (error) {
      await machine.powerOff();
      throw error;
    }
  }

  private constructor(
    private readonly options: MachineOptions,
    private readonly holder: Holder,
  ) {
    this.name = options.name;
    this.address = options.address ?? EXAMPLE_ADDRESS;
    this.root = path.join(options.directory, "root");
  }

  /** Whether it has not been powered off, nor its first process been killed. */
  public get running(): boolean {
    return !this.poweredOff && this.holder.running;
  }

  /** Listens for the machine's stand-ins, at a port of its own; only what runs in the machine gets there. */
  public get controlListener(): net.Server {
    return this.listeners[0] as net.Server;
  }

  /** Listens at one of the ports it was booted with. A connection's local address is the one that was called. */
  public listener(port: number): net.Server | undefined {
    const index = (this.options.ports ?? []).indexOf(port);
    return index < 0 ? undefined : this.listeners[index + 1];
  }

  /**
   * Starts a command in the machine.
   *
   * @param argv program, looked up in `PATH` when it has no slash, and its arguments
   * @throws Error when the machine is off
   */
  public start(argv: readonly string[], options: CommandOptions = {}): MachineCommand {
    if (!this.running) throw new Error(`${machineName(this.name)} is off; boot it before running a command`);
    const mark = randomBytes(16).toString("hex");
    const env = { ...BASE_ENVIRONMENT, ...options.env, [FAMILY_VARIABLE]: mark };
    const enter = ["--target", String(this.holder.pid), ...this.options.mode.nsenter, "--root", "--wd", "--"];
    const child = spawn(NSENTER, [...enter, "/bin/sh", "-c", ENTER_DIRECTORY, options.cwd ?? "/", ...argv], {
      env,
      stdio: "pipe",
      // a process group of its own: an interrupt typed at the rehearsal is not the machine's
      detached: true,
    });
    const command = new MachineCommand(child, mark, ENTER_DIRECTORY);
    this.commands.add(command);
    const forget = () => void this.commands.delete(command);
    command.exited.then(forget, forget);
    return command;
  }

  /**
   * Runs a command to its end.
   *
   * @param input text for its standard input
   */
  public async run(
    argv: readonly string[],
    options: CommandOptions & { input?: string } = {},
  ): Promise<CommandResult> {
    const command = this.start(argv, options);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    command.child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    command.child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    command.child.stdin.end(options.input ?? "");
    const outcome = await command.drained;
    return { ...outcome, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
  }

  /**
   * Takes the power away: every process of the machine is killed. Its disk stays.
   *
   * @throws Error when a process is still there after half a minute
   */
  public async cutPower(): Promise<void> {
    this.poweredOff = true;
    for (const listener of this.listeners) listener.close();
    await this.holder.end();
    await Promise.allSettled([...this.commands].map((command) => command.exited));
  }

  /** Takes the power away, and removes its folder. */
  public async powerOff(): Promise<void> {
    await this.cutPower();
    fs.rmSync(this.options.directory, { recursive: true, force: true });
  }
}

/**
 * Removes what a rehearsal that was killed left of a machine.
 *
 * @param directory the folder the machine was booted in
 * @throws Error when its processes do not end
 */
export async function sweepMachine(directory: string): Promise<void> {
  const pid = Number(readIfPresent(holderFile(directory)));
  // the id may have been given to another process since
  if (pid > 0 && commandLineOf(pid).includes(directory)) {
    signalProcess(pid, "SIGKILL");
    await processGone(pid, machineName(path.basename(directory)));
  }
  fs.rmSync(directory, { recursive: true, force: true });
}

function holderFile(directory: string): string {
  return path.join(directory, "holder.pid");
}

function holdMachine(
  root: string,
  { name, mode, address = EXAMPLE_ADDRESS }: MachineOptions,
): Promise<Holder> {
  return Holder.start({
    name: machineName(name),
    unshare: mode.unshare,
    script: path.join(__dirname, "holder.sh"),
    args: [root, name, address],
  });
}

function machineName(name: string): string {
  return `machine ${JSON.stringify(name)}`;
}

function readIfPresent(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
