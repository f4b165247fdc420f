import * as fs from "node:fs";
import * as path from "node:path";
import { terminalUpdate, healthUpdate, StatusUpdate } from "../../../../rehearsal/mesos/status-update";
import { killGraceSec } from "../../../../rehearsal/mesos/task-command";
import { LineStream, post, postForLines } from "../../wire/json-lines";
import { ContainerProcess } from "./container-process";
import { checkHealth, HealthCheck } from "./health-check";
import { EXECUTOR_PATHS, ExecutorHello, ExecutorSettings, ToExecutor } from "./settings";

/** How long it waits before it tries again to reach its agent, in milliseconds. */
const RETRY_MS = 500;

/** Runs one task in its container and tells the agent how it is; it outlives the agent's process. */
class CommandExecutor {
  private process?: ContainerProcess;
  private stream?: LineStream;
  private updates: Promise<unknown> = Promise.resolve();
  private killing = false;
  private readonly over = new AbortController();
  private connected?: () => void;

  constructor(
    private readonly settings: ExecutorSettings,
    private readonly files: string,
  ) {}

  /** Runs to the end of the task. */
  public async run(): Promise<void> {
    const registered = new Promise<void>((resolve) => (this.connected = resolve));
    this.register();
    await registered;
    this.tell({ state: "TASK_STARTING", source: "SOURCE_EXECUTOR" });
    const process = new ContainerProcess(this.settings, this.files);
    this.process = process;
    this.tell({ state: "TASK_RUNNING", source: "SOURCE_EXECUTOR" });
    const check = this.settings.task.health_check as HealthCheck | undefined;
    if (check !== undefined) void this.watchHealth(check, process);
    const ending = await process.ended;
    this.over.abort();
    // who kills it also says how it ended
    if (this.killing) return;
    this.tell(terminalUpdate(ending, false));
    await this.finish();
  }

  private register(): void {
    const { agent, container } = this.settings;
    const hello: ExecutorHello = { container, pid: process.pid };
    const again = () => {
      if (!this.settings.checkpoint && this.process) return void this.shutdown();
      setTimeout(() => this.register(), RETRY_MS);
    };
    this.stream = postForLines<ToExecutor>(peerOf(agent), EXECUTOR_PATHS.register, hello, {
      opened: () => this.connected?.(),
      message: ({ kind }) => void (kind === "kill" ? this.kill() : this.shutdown()),
      refused: again,
      closed: again,
    });
  }

  private async watchHealth(check: HealthCheck, process: ContainerProcess): Promise<void> {
    await checkHealth(check, {
      enter: (argv) => process.enter(argv, this.settings.root),
      ended: this.over.signal,
      found: (healthy) => this.tell(healthUpdate(healthy)),
      gaveUp: () => {
        this.tell(healthUpdate(false));
        void this.kill({ healthy: false });
      },
    });
  }

  /** Ends the task as a kill from its framework does. */
  private async kill(health: { healthy?: boolean } = {}): Promise<void> {
    if (this.killing || this.process === undefined) return;
    this.killing = true;
    this.over.abort();
    this.tell({ state: "TASK_KILLING", source: "SOURCE_EXECUTOR" });
    const ending = await this.process.stop(killGraceSec(this.settings.task));
    this.tell({ ...terminalUpdate(ending, true), ...health });
    await this.finish();
  }

  /** Ends the task without a word, as when its framework is gone. */
  private async shutdown(): Promise<void> {
    this.killing = true;
    this.over.abort();
    await this.process?.stop(killGraceSec(this.settings.task));
    process.exit(0);
  }

  private async finish(): Promise<void> {
    await this.updates;
    this.stream?.close();
    process.exit(0);
  }

  /** Says it until the agent has heard it. */
  private tell(update: StatusUpdate): void {
    const { agent, container, address, network } = this.settings;
    const status = { address: address ?? agent.ip, network, pid: process.pid };
    const body = { container, update: { ...update, container: status } };
    this.updates = this.updates.then(() => insist(() => post(peerOf(agent), EXECUTOR_PATHS.update, body)));
  }
}

async function insist(send: () => Promise<{ status: number }>): Promise<void> {
  for (;;) {
    const answer = await send().catch(() => undefined);
    if (answer?.status === 202) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function peerOf({ ip, port }: ExecutorSettings["agent"]) {
  return { host: ip, port };
}

/** Like libprocess, it does not start on a host name that leads to no address. */
function checkHostname({ hostname, network }: ExecutorSettings, files: string): void {
  if (network === undefined) return;
  const names = fs.readFileSync(path.join(files, "hosts"), "utf8").split(/\s+/);
  if (names.includes(hostname)) return;
  const text =
    `Failed to obtain the IP address for '${hostname}'; ` + "the DNS service may not be able to resolve it";
  process.stderr.write(`EXIT with status 1: ${text}\n`);
  process.exit(1);
}

function main(): void {
  const [, , file = ""] = process.argv;
  const settings = JSON.parse(fs.readFileSync(file, "utf8")) as ExecutorSettings;
  const files = path.dirname(file);
  checkHostname(settings, files);
  void new CommandExecutor(settings, files).run();
}

main();
