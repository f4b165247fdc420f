import { type DeployEvent, deployEvent, plainText } from "./deploy-log";

/** Resources worth a line of their own once they are there or gone: machines, and what launches tasks on them. */
const TOLD = /\/(?:Machine|Agent\d+)\/Resource$|\/Launcher\/Master\d+$/;

/** What a launcher says of a task that runs. */
const RUNNING = /^wait-service: (\S+) is TASK_RUNNING$/;

/** What Terraform says of a script's run, and the second line that a launcher has for a task that goes on running. */
const UNTOLD =
  /^(?:Executing: |Connecting to|Connected!|  [A-Z][\w ]+: |wait-service: \S+ (?:has been TASK_RUNNING |is not running$))/;

/** What cdktf redraws all the time. */
const DECORATION = /^\s*(?:[⠁-⣿]|\d+ Stacks? deploying )/;

type OutputEvent = Extract<DeployEvent, { kind: "output" }>;

/** Tells a person what a deployment does, while it does it. */
export class Narrator {
  private readonly started = Date.now();
  private readonly heard: string[] = [];
  private readonly begun = new Map<string, number>();
  private readonly running = new Map<string, number>();

  /** @param print takes each line */
  constructor(private readonly print: (line: string) => void) {}

  /** Seconds from the beginning of a task's resource to the task's first TASK_RUNNING, by the task's name. */
  public get secondsToRunning(): ReadonlyMap<string, number> {
    return this.running;
  }

  /** Takes one line of what the command prints. */
  public hear(line: string): void {
    const text = plainText(line);
    if (text.trim() !== "" && !DECORATION.test(text)) this.heard.push(text);
    const event = deployEvent(line);
    if (event?.kind === "summary") this.tell(event.text);
    if (event?.kind === "output") this.tellOutput(event);
    if (event?.kind === "resource") this.tellResource(event);
  }

  /** The last different lines heard, for a failure. */
  public lastLines(count: number): string[] {
    return this.heard.filter((line, index) => line !== this.heard[index - 1]).slice(-count);
  }

  private tellResource({ resource, verb, took }: Extract<DeployEvent, { kind: "resource" }>): void {
    if (verb === "creating") this.begun.set(resource, Date.now());
    else if (verb !== "destroying" && TOLD.test(resource)) {
      this.tell(`${resource.replace(/\/Resource$/, "")} ${verb} after ${took}`);
    }
  }

  /** What scripts say. */
  private tellOutput({ resource, text }: OutputEvent): void {
    const task = RUNNING.exec(text)?.[1];
    if (task !== undefined) this.tellRunning(task, resource);
    else if (!UNTOLD.test(text)) this.tell(text);
  }

  private tellRunning(task: string, resource: string): void {
    const seconds = (Date.now() - (this.begun.get(resource) ?? this.started)) / 1000;
    // a task that fails and comes up again is told again, but what counts is the first time
    if (!this.running.has(task)) this.running.set(task, Number(seconds.toFixed(1)));
    this.tell(`${task} is TASK_RUNNING, ${seconds.toFixed(1)} s after it was started`);
  }

  private tell(text: string): void {
    const seconds = ((Date.now() - this.started) / 1000).toFixed(1);
    this.print(`${seconds.padStart(6)} s  ${text}`);
  }
}
