import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onInterrupt } from "../rehearsal/interrupt";
import type { Interrupt } from "../rehearsal/interrupt";
import { Narrator } from "../rehearsal/narrator";
import { RehearsedProject } from "../rehearsal/rehearsed-project";
import { textTable } from "../rehearsal/text-table";
import { BootVerdict, bootVerdict, complaints, isWell } from "./boot-verdict";
import { prepareCache } from "./cache";
import { prepareHost } from "./host";
import { howToReach } from "./how-to-reach";
import { Lab, startLab } from "./index";
import { labLeftovers } from "./leftovers";
import { keepLogs } from "./machine-logs";
import { standInArtifacts } from "./stand-in-artifacts";

/** What a run of the lab is told. */
export interface RunLabOptions {
  /** Folder of the cdktf project. */
  readonly source: string;
  /** Stacks, in the order they are deployed. */
  readonly stacks: readonly string[];
  readonly masters: number;
  readonly agents: number;
  /** Whether the machines stay up until an interrupt. */
  readonly keep: boolean;
  /** Takes each line for a person to read. */
  readonly print: (line: string) => void;
}

/** As long as a node may take to boot. */
const BOOT_TIMEOUT_MS = 15 * 60_000;

const LOOK_AGAIN_MS = 200;

const RUN = ["--auto-approve", "--skip-provider-lock"];

/** Lets one stack be destroyed alone. With several, cdktf would take them in any order, and start one again and again. */
const ALONE = "--ignore-missing-stack-dependencies";

/** Lines of a failed command that are shown. */
const SHOWN = 40;

/**
 * Deploys a project's stacks onto booted machines, tells how each boot ended, destroys it and proves that nothing is left.
 *
 * @returns whether all of it went well
 * @throws Error when this host cannot have a lab, with the way out
 */
export async function runLab(options: RunLabOptions): Promise<boolean> {
  const { source, print } = options;
  prepareHost(print);
  const cached = await prepareCache(print);
  const directory = runDirectory(source);
  print("making what stands in for Mesos, Mesos-DNS and Weave");
  const { artifacts, routes } = await standInArtifacts(path.join(source, ".lab/artifacts"));
  const lab = await startLab({ directory, artifacts, ...cached });
  const interrupt = onInterrupt();
  let succeeded = false;
  try {
    const project = await RehearsedProject.deployTo(lab, {
      source,
      directory,
      context: { artifacts: routes },
    });
    succeeded = await new LabRun(project, options, interrupt).play().finally(() => project.close());
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
    interrupt.stop();
  }
  const leftovers = labLeftovers({ directory, sshPort: lab.sshPort });
  for (const leftover of leftovers) print(`left behind: ${leftover}`);
  if (leftovers.length === 0)
    print("nothing is left: no process, no mount, no control group, no listener, no file");
  return succeeded && leftovers.length === 0 && !interrupt.happened;
}

function runDirectory(source: string): string {
  return path.join(source, ".lab/run");
}

/** A machine, by the name people know it by. */
interface NamedVerdict {
  readonly name: string;
  readonly id: string;
  readonly verdict: BootVerdict | undefined;
}

class LabRun {
  private readonly started = Date.now();
  private readonly settings: Readonly<Record<string, string>>;

  constructor(
    private readonly project: RehearsedProject<Lab>,
    private readonly options: RunLabOptions,
    private readonly interrupt: Interrupt,
  ) {
    this.settings = {
      CDKTF_MESOS_MASTER_COUNT: String(options.masters),
      CDKTF_MESOS_AGENT_COUNT: String(options.agents),
    };
  }

  /** Plays all of it. */
  public async play(): Promise<boolean> {
    const { keep, print } = this.options;
    print(
      "A boot lab: the real Terraform, cloud-init, systemd, sshd and apt on machines of this host, no cloud and no cost.",
    );
    const deployed = await this.cdktf("deploy");
    const verdicts = deployed ? await this.verdicts() : [];
    const well = deployed && verdicts.every(({ verdict }) => verdict !== undefined && isWell(verdict));
    this.tellVerdicts(verdicts);
    if (!well) await this.keepAllLogs();
    if (keep && !this.interrupt.happened) await this.stayUp();
    return (await this.cdktf("destroy")) && well;
  }

  private async cdktf(verb: "deploy" | "destroy"): Promise<boolean> {
    const { stacks, print } = this.options;
    if (this.interrupt.happened) return false;
    print("");
    print(`cdktf ${verb} ${stacks.join(" ")}`);
    const narrator = new Narrator(print);
    const { code } = await this.project.cdktf(
      [verb, ...stacks, ...RUN, ...(stacks.length === 1 ? [ALONE] : [])],
      {
        env: this.settings,
        onLine: (line) => narrator.hear(line),
        onStart: (child) => this.interrupt.passTo(child),
      },
    );
    if (code !== 0) {
      print(`cdktf ${verb} failed with exit code ${code}; what it printed last:`);
      narrator.lastLines(SHOWN).forEach((line) => print(`  ${line}`));
    }
    return code === 0;
  }

  /** Waits for every machine, all at once. */
  private verdicts(): Promise<NamedVerdict[]> {
    this.options.print("");
    const machines = this.project.rehearsal.machines();
    return Promise.all(
      machines.map(async ({ id, name }) => ({ id, name, verdict: await this.verdict(id, name) })),
    );
  }

  private async verdict(id: string, name: string): Promise<BootVerdict | undefined> {
    const deadline = Date.now() + BOOT_TIMEOUT_MS;
    while (!this.interrupt.happened && Date.now() < deadline) {
      const machine = this.project.rehearsal.machine(id);
      const verdict = machine && bootVerdict(machine);
      if (verdict !== undefined) {
        this.tell(`${name} has booted, ${isWell(verdict) ? "well" : "not well"}`);
        return verdict;
      }
      await sleep(LOOK_AGAIN_MS);
    }
    return undefined;
  }

  private tellVerdicts(verdicts: readonly NamedVerdict[]): void {
    const { print } = this.options;
    if (verdicts.length === 0) return;
    const rows = verdicts.map(({ name, id, verdict }) => [
      name,
      this.project.rehearsal.machine(id)?.address ?? "",
      verdict === undefined ? "not finished" : verdict.errors.length === 0 ? "done" : "error",
      verdict?.node === undefined ? "none" : verdict.node.ok ? "ok" : "not ok",
    ]);
    print("");
    textTable(["machine", "address", "cloud-init", "verdict"], rows).forEach(print);
    for (const { name, verdict } of verdicts)
      for (const complaint of verdict === undefined ? [] : complaints(verdict))
        print(`${name}: ${complaint}`);
  }

  private async keepAllLogs(): Promise<void> {
    const { source, print } = this.options;
    const logs = path.join(source, ".lab/logs");
    fs.rmSync(logs, { recursive: true, force: true });
    for (const { id, name } of this.project.rehearsal.machines()) {
      const machine = this.project.rehearsal.machine(id);
      if (machine !== undefined) await keepLogs(machine, path.join(logs, name));
    }
    if (fs.existsSync(logs)) print(`the logs of all machines are in ${logs}`);
  }

  private async stayUp(): Promise<void> {
    const { print, source, stacks } = this.options;
    print("");
    howToReach({
      project: this.project,
      directory: runDirectory(source),
      stacks,
      settings: this.settings,
    }).forEach(print);
    await this.interrupt.wait();
  }

  private tell(text: string): void {
    const seconds = ((Date.now() - this.started) / 1000).toFixed(1);
    this.options.print(`${seconds.padStart(6)} s  ${text}`);
  }
}
