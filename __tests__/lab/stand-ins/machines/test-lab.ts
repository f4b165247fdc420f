import { ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { TestMachine } from "./test-machine";

const GATEWAY = "10.77.0.1";
const BITS = 24;

/** A network of machines that have the stand-ins installed; nothing of it is left after `close`. */
export class TestLab {
  private booted = 0;

  private constructor(
    private readonly directory: string,
    private readonly programs: string,
    private readonly network: ChildProcess,
    private readonly pid: string,
  ) {}

  /**
   * Opens one.
   *
   * @param programs folder that is laid over the machines' files
   */
  public static async open(programs: string): Promise<TestLab> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "stand-ins-"));
    const script = path.join(__dirname, "network.sh");
    const isolated = ["--mount", "--net", "--pid", "--fork", "--kill-child"];
    const network = spawn("unshare", [...isolated, "bash", script, `${GATEWAY}/${BITS}`]);
    return new TestLab(directory, programs, network, await readiness(network));
  }

  /** Boots a machine. */
  public async boot(): Promise<TestMachine> {
    const number = ++this.booted;
    const name = `node${number}`;
    const address = `10.77.0.${10 + number}`;
    const directory = path.join(this.directory, name);
    fs.mkdirSync(directory);
    const enter = ["nsenter", "--target", this.pid, "--mount", "--net", "--pid", "--"];
    const script = path.join(__dirname, "machine.sh");
    const args = [name, `${address}/${BITS}`, GATEWAY, directory, this.programs];
    const [program = "", ...rest] = [...enter, "bash", script, ...args];
    const holder = spawn(program, rest);
    return new TestMachine(name, address, await readiness(holder));
  }

  /** Ends all of it. */
  public async close(): Promise<void> {
    const gone = new Promise((resolve) => this.network.once("exit", resolve));
    this.network.stdin?.end();
    await gone;
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Waits for the process id a script tells when it is ready. */
function readiness(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  child.stderr?.on("data", (data) => said.push(String(data)));
  return new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error(`the machine must start, got ${said.join("")}`)));
    createInterface({ input: child.stdout as NonNullable<ChildProcess["stdout"]> }).on("line", (line) => {
      const [word, pid] = line.split(" ");
      if (word === "ready" && pid !== undefined) resolve(pid);
    });
  });
}
