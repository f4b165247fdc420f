import { deployEvent, plainText } from "./deploy-log";

/** What is worth a line of its own; the rest goes without saying. */
const TOLD = /\/(?:Machine|Agent\d+)\/Resource$|\/Launcher\/Master\d+$|^SockShop\//;

/** Tells a person what a deployment does, while it does it. */
export class Narrator {
  private readonly started = Date.now();
  private readonly heard: string[] = [];

  /** @param print takes each line */
  constructor(private readonly print: (line: string) => void) {}

  /** Takes one line of what the command prints. */
  public hear(line: string): void {
    const text = plainText(line);
    if (text.trim() !== "") this.heard.push(text);
    const event = deployEvent(line);
    if (event === undefined) return;
    if (event.kind === "summary") this.tell(event.text);
    else if (event.kind === "output") this.tellOutput(event.text);
    else if (event.verb !== "creating" && event.verb !== "destroying") {
      if (TOLD.test(event.resource)) this.tell(`${event.resource} ${event.verb} after ${event.took}`);
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

  /** What scripts say; not what Terraform says of them. */
  private tellOutput(text: string): void {
    if (!/^(?:Executing: |Connecting to|Connected!|  [A-Z][\w ]+: )/.test(text)) this.tell(text);
  }
}
