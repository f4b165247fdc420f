import * as fs from "node:fs";
import * as path from "node:path";
import { deployEvent, plainText } from "./deploy-log";

/** What is worth a line of its own; the rest is counted. */
const TOLD = /\/(?:Machine|Agent\d+)\/Resource$|\/Launcher\/Master\d+$|\/SockShop\//;

/** Tells a person what a deployment does, while it does it. */
export class Narrator {
  private readonly started = Date.now();
  private readonly heard: string[] = [];
  private readonly paths = new Map<string, string>();
  private counted = 0;

  /**
   * @param project folder whose synthesized stacks tell which construct an address belongs to
   * @param print takes each line
   */
  constructor(
    private readonly project: string,
    private readonly stacks: readonly string[],
    private readonly print: (line: string) => void,
  ) {}

  /** Takes one line of what the command prints. */
  public hear(line: string): void {
    const text = plainText(line);
    if (text.trim() !== "") this.heard.push(text);
    const event = deployEvent(line);
    if (event === undefined) return;
    if (event.kind === "summary") this.tell(`${event.text}${this.takeCount()}`);
    else if (event.kind === "output") this.tell(event.text);
    else if (event.verb !== "creating" && event.verb !== "destroying") {
      this.counted += 1;
      const construct = this.constructOf(event.address);
      if (TOLD.test(construct)) this.tell(`${construct} ${event.verb} after ${event.took}`);
    }
  }

  /** The last different lines heard, for a failure. */
  public lastLines(count: number): string[] {
    return this.heard.filter((line, index) => line !== this.heard[index - 1]).slice(-count);
  }

  private tell(text: string): void {
    const seconds = ((Date.now() - this.started) / 1000).toFixed(1);
    this.print(`${seconds.padStart(6)} s  ${text}`);
  }

  private takeCount(): string {
    const text = this.counted === 0 ? "" : ` (${this.counted} seen)`;
    this.counted = 0;
    return text;
  }

  private constructOf(address: string): string {
    if (this.paths.size === 0) this.readPaths();
    const [resource = ""] = address.split("[");
    return this.paths.get(resource) ?? address;
  }

  private readPaths(): void {
    for (const stack of this.stacks) {
      const file = path.join(this.project, "cdktf.out/stacks", stack, "cdk.tf.json");
      if (fs.existsSync(file))
        for (const [address, construct] of constructPaths(file)) this.paths.set(address, construct);
    }
  }
}

function constructPaths(file: string): [string, string][] {
  const { resource = {} } = JSON.parse(fs.readFileSync(file, "utf8")) as {
    resource?: Record<string, Record<string, { "//"?: { metadata?: { path?: string } } }>>;
  };
  return Object.entries(resource).flatMap(([type, resources]) =>
    Object.entries(resources).map(([name, body]): [string, string] => [
      `${type}.${name}`,
      body["//"]?.metadata?.path ?? name,
    ]),
  );
}
