import * as fs from "node:fs";
import * as path from "node:path";
import type { ReportedTask } from "../messages";
import { Fatal } from "../program";

/** What an agent keeps of a task beyond its own life. */
export interface KeptTask extends ReportedTask {
  /** Process of the executor. */
  readonly pid: number;
}

/** What may not change under an agent's id. */
export interface AgentIdentity {
  readonly hostname: string;
  readonly port: number;
  readonly resources: string;
  readonly attributes: string;
}

const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/** The part of an agent's work directory that holds who it is and what runs there. */
export class Checkpoint {
  private readonly meta: string;

  constructor(private readonly workDir: string) {
    this.meta = path.join(workDir, "meta");
    fs.mkdirSync(path.join(this.meta, "slaves"), { recursive: true });
  }

  /**
   * The id from a former time.
   *
   * @throws Fatal when the agent is not what it was; after a reboot it may be another one
   */
  public agentId(now: AgentIdentity): string | undefined {
    const latest = path.join(this.meta, "slaves/latest");
    if (!fs.existsSync(latest)) return undefined;
    const kept = readJson<AgentIdentity & { id: string }>(path.join(latest, "slave.info"));
    const differs = (["hostname", "port", "resources", "attributes"] as const).filter(
      (key) => kept[key] !== now[key],
    );
    if (differs.length === 0) return kept.id;
    if (this.hasRebooted) return undefined;
    throw new Fatal(
      `Failed to perform recovery: Incompatible agent info detected. ${differs.join(", ")} changed. ` +
        `To remedy this do as follows: rm -f ${latest}`,
    );
  }

  /** Remembers an id. */
  public keepAgent(id: string, identity: AgentIdentity): void {
    const directory = path.join(this.meta, "slaves", id);
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(path.join(directory, "slave.info"), JSON.stringify({ ...identity, id }));
    fs.writeFileSync(path.join(this.meta, "boot_id"), fs.readFileSync(BOOT_ID));
    const latest = path.join(this.meta, "slaves/latest");
    fs.rmSync(latest, { force: true });
    fs.symlinkSync(id, latest);
  }

  /** Whether the machine has been started anew since the agent last ran. */
  public get hasRebooted(): boolean {
    const file = path.join(this.meta, "boot_id");
    return fs.existsSync(file) && !fs.readFileSync(file).equals(fs.readFileSync(BOOT_ID));
  }

  /** Directory for a container's files while it runs. */
  public containerDirectory(container: string): string {
    return path.join(this.meta, "containers", container);
  }

  /** Remembers how a task is. */
  public keepTask(task: KeptTask): void {
    const directory = this.containerDirectory(task.container);
    fs.mkdirSync(directory, { recursive: true });
    const file = path.join(directory, "task.json");
    fs.writeFileSync(`${file}.new`, JSON.stringify(task), { mode: 0o600 });
    fs.renameSync(`${file}.new`, file);
  }

  /** The first process of a container; 0 when there is none, or when it was one of another boot. */
  public commandOf(container: string): number {
    const file = path.join(this.containerDirectory(container), "pid");
    return fs.existsSync(file) && !this.hasRebooted ? Number(fs.readFileSync(file, "utf8")) : 0;
  }

  /** Forgets a container. */
  public forget(container: string): void {
    fs.rmSync(this.containerDirectory(container), { recursive: true, force: true });
  }

  /** Everything it remembers. */
  public tasks(): readonly KeptTask[] {
    const directory = path.join(this.meta, "containers");
    if (!fs.existsSync(directory)) return [];
    return fs
      .readdirSync(directory)
      .map((container) => path.join(directory, container, "task.json"))
      .filter((file) => fs.existsSync(file))
      .map((file) => readJson<KeptTask>(file));
  }

  /** The sandbox of a run; the newest one of a task is `latest` too. */
  public sandbox(agent: string, framework: string, task: string, container: string): string {
    const runs = path.join(this.workDir, "slaves", agent, "frameworks", framework, "executors", task, "runs");
    const sandbox = path.join(runs, container);
    fs.mkdirSync(sandbox, { recursive: true });
    fs.rmSync(path.join(runs, "latest"), { force: true });
    fs.symlinkSync(container, path.join(runs, "latest"));
    return sandbox;
  }
}

function readJson<T>(file: string): T {
  return JSON.parse(fs.readFileSync(file, "utf8")) as T;
}
