import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { deployEvent, plainText } from "../rehearsal/deploy-log";
import { RehearsedProject } from "../rehearsal/rehearsed-project";
import { lastStack, type LogEntry, serviceSeconds } from "./launch-log";

/** A way to launch Sock Shop. */
export interface LaunchWay {
  readonly name: string;
  /** How many resources Terraform works on at once. */
  readonly parallelism: number;
  /** How long every container takes to start. */
  readonly startDelaySec: number;
  /**
   * How many tasks that wait for no other are declared in place of Sock Shop's.
   *
   * @default - Sock Shop
   */
  readonly tasks?: number;
}

/** What was measured of one life of both stacks. Times are in seconds. */
export interface LaunchRun {
  readonly figures: Readonly<Record<LaunchFigure, number>>;
  /** From the definition of each service to its having run for a while, by name. */
  readonly services: Readonly<Record<string, number>>;
}

/** What there is one number of. The services' part, and their connections, are of the first deploy's apply of `sock-shop`. */
export type LaunchFigure =
  | "firstDeploy"
  | "servicesPart"
  | "secondDeploy"
  | "destroy"
  | "connectionsOfFirst"
  | "connectionsOfServices"
  | "connectionsOfSecond"
  | "connectionsOfDestroy";

interface Act {
  readonly seconds: number;
  readonly connections: number;
  readonly log: readonly LogEntry[];
}

const SOURCE = join(__dirname, "../..");
const STACKS = ["mesos", "sock-shop"];

/**
 * Deploys both stacks onto machines of their own, deploys them again, and destroys them.
 *
 * @throws Error with the end of what was printed, when one of these fails
 */
export async function launchOnce({ parallelism, startDelaySec, tasks }: LaunchWay): Promise<LaunchRun> {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-mesos-launch-"));
  const project = await RehearsedProject.start({ source: SOURCE, directory, startDelaySec });
  try {
    if (tasks !== undefined) declareTasks(project.project, tasks);
    const first = await act(project, "deploy", parallelism);
    const services = lastStack(first.log);
    const second = await act(project, "deploy", parallelism);
    const destroy = await act(project, "destroy", parallelism);
    return {
      figures: {
        firstDeploy: first.seconds,
        servicesPart: services.seconds,
        secondDeploy: second.seconds,
        destroy: destroy.seconds,
        connectionsOfFirst: first.connections,
        connectionsOfServices: services.connections,
        connectionsOfSecond: second.connections,
        connectionsOfDestroy: destroy.connections,
      },
      services: serviceSeconds(first.log),
    };
  } finally {
    await project.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Has the app declare tasks in place of Sock Shop's services. */
function declareTasks(directory: string, count: number): void {
  const file = join(directory, "lib/app/sock-shop-stack.ts");
  const code = readFileSync(file, "utf8");
  const [stackImport, shop] = [
    'import { SockShop } from "../sock-shop/sock-shop";',
    /new SockShop\(this.*\)(?=;)/,
  ];
  if (!code.includes(stackImport) || !shop.test(code)) throw new Error(`${file} must make a SockShop`);
  const tasks = `{ serviceNames: Array.from({ length: ${count} }, (_, index) => new MesosTask(this, "Task" + index, {
    cluster, taskName: "task-" + index, image: "weaveworksdemos/payment:0.4.3", command: ["/app", "-port=80"],
    cpus: 0.05, memoryMiB: 32, startTimeoutSec: variables.taskTimeoutSec,
  }).taskName) }`;
  const changed = code
    .replace(stackImport, 'import { MesosTask } from "../mesos/mesos-task";')
    .replace(shop, tasks);
  writeFileSync(file, changed);
}

async function act(project: RehearsedProject, verb: "deploy" | "destroy", parallelism: number): Promise<Act> {
  const flags = ["--auto-approve", "--skip-provider-lock", "--terraform-parallelism", String(parallelism)];
  const before = project.rehearsal.connections();
  const opened = () => project.rehearsal.connections() - before;
  const log: LogEntry[] = [];
  const start = performance.now();
  const since = () => (performance.now() - start) / 1000;
  const { code, output } = await project.cdktf([verb, ...STACKS, ...flags], {
    onLine: (line) => {
      const event = deployEvent(line);
      if (event !== undefined) log.push({ at: since(), connections: opened(), event });
    },
  });
  const seconds = since();
  if (code !== 0)
    throw new Error(`cdktf ${verb} ended with ${code} and printed at last:\n${lastLines(output)}`);
  process.stderr.write(".");
  return { seconds, connections: opened(), log };
}

function lastLines(output: string): string {
  const lines = output.split("\n").map(plainText);
  return lines
    .filter((line) => line.trim() !== "")
    .slice(-40)
    .join("\n");
}
