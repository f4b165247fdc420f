import type { ChildProcess } from "node:child_process";
import { howToReach } from "./how-to-reach";
import type { MachineSummary } from "./index";
import type { Interrupt } from "./interrupt";
import { namespaceHoldersOf } from "./leftovers";
import { Narrator } from "./narrator";
import type { NamedFault } from "./rehearsal-faults";
import type { RehearsalStep, RehearsedService } from "./rehearsal-report";
import type { CommandRun, RehearsedProject } from "./rehearsed-project";
import { serviceStatus } from "./service-status";
import { textTable } from "./text-table";

/** What is played. */
export interface PlayOptions {
  /** The rehearsal's folder. */
  readonly directory: string;
  /** Stacks, in the order they are deployed. */
  readonly stacks: readonly string[];
  /** Takes each line for a person to read. */
  readonly print: (line: string) => void;
  readonly fault?: NamedFault;
  readonly keep?: boolean;
}

/** Services wait for each other; with as many at once as Terraform takes by default they would come in waves. */
const PARALLELISM = 40;

const RUN = ["--auto-approve", "--skip-provider-lock", "--terraform-parallelism", String(PARALLELISM)];

/** Lines of a failed command that are shown. */
const SHOWN = 40;

/** One rehearsal from its first deployment to its destruction, and what there is to tell of it. */
export class Play {
  public readonly steps: RehearsalStep[] = [];
  /** The services after the last deployment. */
  public services: readonly RehearsedService[] = [];
  /** The machines after the last deployment. */
  public machines: readonly MachineSummary[] = [];
  /** Resources still in a state after all was destroyed. */
  public stillInState: readonly string[] = [];
  /** What held its machines' namespaces at the end of any step. */
  public readonly namespaceHolders = new Set<string>();
  private readonly secondsToRunning = new Map<string, number>();

  constructor(
    private readonly project: RehearsedProject,
    private readonly options: PlayOptions,
    private readonly interrupt: Interrupt,
  ) {}

  /** Plays until it is over, or a step does not go as told. */
  public async run(): Promise<boolean> {
    const { print } = this.options;
    print("A rehearsal: the real Terraform and real SSH, machines on loopback, no cloud and no cost.");
    for (const [step, play] of this.plot()) {
      if (this.interrupt.happened) return false;
      const asTold = await this.step(step, play);
      if (!asTold) {
        print(`The step "${step}" did not go as it must.`);
        return false;
      }
    }
    return true;
  }

  /** Machines that run and that no state knows, told one a line. */
  public tellOrphans(): readonly MachineSummary[] {
    const orphans = this.project.orphans(this.options.stacks);
    for (const { id, name } of orphans) {
      this.options.print(
        `${name} (${id}) runs, and no state knows it: on a real account look for the tag cdktf-mesos:cluster and end it by hand`,
      );
    }
    return orphans;
  }

  private plot(): (readonly [step: string, play: () => Promise<boolean>])[] {
    const { fault, keep } = this.options;
    const first = fault && ([`deploy with ${fault.name}`, () => this.deployWith(fault)] as const);
    return [
      ...(first ? [first] : []),
      [first ? "deploy again" : "deploy", () => this.deploy()],
      ...(keep ? [["keep", () => this.keepUp()] as const] : []),
      ["destroy", () => this.destroy()],
    ];
  }

  private async step(step: string, play: () => Promise<boolean>): Promise<boolean> {
    const started = Date.now();
    const asTold = await play();
    for (const holder of namespaceHoldersOf(this.options.directory)) this.namespaceHolders.add(holder);
    this.steps.push({ step, seconds: Number(((Date.now() - started) / 1000).toFixed(1)), asTold });
    return asTold;
  }

  private async deploy(): Promise<boolean> {
    const { code, narrator } = await this.cdktf("deploy");
    if (code !== 0) {
      this.options.print(`cdktf deploy failed with exit code ${code}; what it printed last:`);
      this.printLast(narrator);
      return false;
    }
    await this.look();
    this.printServices();
    if (this.services.length === 0 && this.declaresServices()) {
      this.options.print("no machine launches a service, though the stacks declare some");
      return false;
    }
    return this.services.every(isRunning);
  }

  /** Whether a stack has a task: each has a resource that stops it. */
  private declaresServices(): boolean {
    const resources = this.options.stacks.flatMap((stack) => this.project.state(stack).resources);
    return resources.some(
      ({ type, name }) => type === "terraform_data" && name.includes("Teardown_Services"),
    );
  }

  private async deployWith(fault: NamedFault): Promise<boolean> {
    const { rehearsal } = this.project;
    const must = fault.outcome === "fails" ? "fail" : "succeed by itself";
    this.options.print(`The fault ${fault.name}: ${fault.description}. The deployment must ${must}.`);
    rehearsal.plan(fault.tasks ?? {});
    rehearsal.hang(fault.hang === true);
    const run = await this.cdktf("deploy", fault);
    const asTold = await this.judge(fault, run);
    await this.look();
    this.options.print(`tasks that run: ${this.services.filter(isRunning).length}`);
    if (this.tellOrphans().length === 0) this.options.print("machines that no state knows: none");
    rehearsal.plan({});
    rehearsal.hang(false);
    if (asTold) this.options.print("The fault is lifted.");
    return asTold;
  }

  private async judge(
    { outcome, texts }: NamedFault,
    { code, output, narrator }: HeardRun,
  ): Promise<boolean> {
    const { print } = this.options;
    const ended = code === 0 ? "succeeded" : `failed with exit code ${code}`;
    const asTold = (code === 0) === (outcome === "recovers");
    print(`cdktf deploy ${ended}${asTold ? ", as it must" : ", which it must not"}`);
    const said = singleLine(`${output}\n${await this.journals()}`);
    for (const text of texts) print(`${said.includes(text) ? "it says" : "it does not say"}: ${text}`);
    const tellsAll = texts.every((text) => said.includes(text));
    if (code !== 0) this.printLast(narrator, asTold && tellsAll ? 12 : SHOWN);
    return asTold && tellsAll;
  }

  private async keepUp(): Promise<boolean> {
    const { print, stacks, directory } = this.options;
    print("");
    howToReach(this.project, stacks, directory).forEach(print);
    await this.interrupt.wait();
    return true;
  }

  private async destroy(): Promise<boolean> {
    const { print, stacks } = this.options;
    const { code, narrator } = await this.cdktf("destroy");
    if (code !== 0) {
      print(`cdktf destroy failed with exit code ${code}; what it printed last:`);
      this.printLast(narrator);
    }
    this.stillInState = stacks.flatMap((stack) =>
      this.project.state(stack).resources.map(({ type, name }) => `${type}.${name}`),
    );
    const isEmpty = this.stillInState.length === 0;
    print(isEmpty ? "every state is empty" : `still in a state: ${this.stillInState.join(", ")}`);
    return code === 0 && isEmpty;
  }

  private async cdktf(verb: "deploy" | "destroy", fault?: NamedFault): Promise<HeardRun> {
    const { print, stacks, directory } = this.options;
    print("");
    print(`cdktf ${verb} ${stacks.join(" ")}`);
    const narrator = new Narrator(print);
    let child: ChildProcess | undefined;
    const run = await this.project.cdktf([verb, ...stacks, ...RUN], {
      env: fault?.env?.(directory),
      onStart: (started) => this.interrupt.passTo((child = started)),
      onLine: (line) => {
        narrator.hear(line);
        if (narrator.secondsToRunning.size !== fault?.interruptAfter || child?.killed) return;
        print(`Ctrl-C, while ${narrator.secondsToRunning.size} tasks run`);
        child?.kill("SIGINT");
      },
    });
    for (const [task, seconds] of narrator.secondsToRunning) this.secondsToRunning.set(task, seconds);
    return { ...run, narrator };
  }

  private async look(): Promise<void> {
    const { rehearsal } = this.project;
    this.machines = rehearsal.machines();
    this.services = (await serviceStatus(rehearsal)).map((service) => ({
      ...service,
      secondsToRunning: this.secondsToRunning.get(service.service),
    }));
  }

  private printServices(): void {
    const rows = this.services.map(({ service, state, secondsToRunning, unit, agent, launcher }) => [
      service,
      state,
      secondsToRunning === undefined ? "" : `${secondsToRunning.toFixed(1)} s`,
      unit,
      agent,
      launcher,
    ]);
    this.options.print("");
    textTable(["service", "state", "after", "unit", "runs on", "launched by"], rows).forEach(
      this.options.print,
    );
  }

  private printLast(narrator: Narrator, count = SHOWN): void {
    for (const line of narrator.lastLines(count)) this.options.print(`  ${line}`);
  }

  /** What the units of all machines printed. */
  private async journals(): Promise<string> {
    const { rehearsal } = this.project;
    const texts = rehearsal
      .machines()
      .map(({ id }) => rehearsal.machine(id)?.run(["journalctl", "--no-pager", "--output=cat"]));
    return (await Promise.all(texts)).map((result) => result?.stdout ?? "").join("\n");
  }
}

interface HeardRun extends CommandRun {
  readonly narrator: Narrator;
}

function isRunning({ state, unit }: RehearsedService): boolean {
  return state === "TASK_RUNNING" && unit === "active";
}

/** Terraform breaks its errors into lines of 78 letters. */
function singleLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
