import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Interrupt } from "../rehearsal/interrupt";
import { Narrator } from "../rehearsal/narrator";
import type { RehearsedProject } from "../rehearsal/rehearsed-project";
import { bootVerdict, isWell, NamedVerdict, verdictLines } from "./boot-verdict";
import { howToReach } from "./how-to-reach";
import type { Lab } from "./index";
import { keepLogs } from "./machine-logs";

/** What a run of the lab is told. */
export interface LabRunOptions {
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
  /**
   * Is called while all is up and well.
   *
   * @param seconds how long it took to come there
   * @param interrupt after which nothing more is to be done
   * @returns whether it went well
   */
  readonly whileUp?: (lab: Lab, seconds: number, interrupt: Interrupt) => Promise<boolean>;
}

/** As long as a node may take to boot. */
const BOOT_TIMEOUT_MS = 15 * 60_000;

const LOOK_AGAIN_MS = 200;

const RUN = ["--auto-approve", "--skip-provider-lock"];

/** Lets one stack be destroyed alone. With several, cdktf would take them in any order, and start one again and again. */
const ALONE = "--ignore-missing-stack-dependencies";

/** Lines of a failed command that are shown. */
const SHOWN = 40;

/** Folder of a project's lab, as long as that runs. */
export function runDirectory(source: string): string {
  return path.join(source, ".lab/run");
}

/** One run of the lab, from the first deployment to the destruction. */
export class LabRun {
  private readonly started = Date.now();
  private readonly settings: Readonly<Record<string, string>>;

  constructor(
    private readonly project: RehearsedProject<Lab>,
    private readonly options: LabRunOptions,
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
    // after a failure it shows how far each machine is
    const verdicts = await this.verdicts(deployed ? BOOT_TIMEOUT_MS : 0);
    verdictLines(verdicts).forEach(print);
    const booted = deployed && verdicts.every(({ verdict }) => verdict !== undefined && isWell(verdict));
    const well = booted && (await this.whileUp());
    if (!well) await this.keepAllLogs();
    if (keep && !this.interrupt.happened) await this.stayUp();
    return (await this.cdktf("destroy")) && well;
  }

  private async whileUp(): Promise<boolean> {
    const { whileUp } = this.options;
    if (whileUp === undefined || this.interrupt.happened) return true;
    return whileUp(this.project.rehearsal, (Date.now() - this.started) / 1000, this.interrupt);
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
  private verdicts(timeoutMs: number): Promise<NamedVerdict[]> {
    this.options.print("");
    const deadline = Date.now() + timeoutMs;
    const machines = this.project.rehearsal.machines().sort((a, b) => (a.name < b.name ? -1 : 1));
    return Promise.all(machines.map(({ id, name }) => this.verdict(id, name, deadline)));
  }

  private async verdict(id: string, name: string, deadline: number): Promise<NamedVerdict> {
    const machine = this.project.rehearsal.machine(id);
    const address = machine?.address ?? "";
    while (machine?.running) {
      const verdict = bootVerdict(machine);
      if (verdict !== undefined) {
        this.tell(`${name} has booted, ${isWell(verdict) ? "well" : "not well"}`);
        return { name, address, verdict };
      }
      if (this.interrupt.happened || Date.now() >= deadline) break;
      await sleep(LOOK_AGAIN_MS);
    }
    return { name, address, verdict: undefined };
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
