import { setTimeout as sleep } from "node:timers/promises";
import { Command, program } from "commander";
import { type DeployedCluster, findCluster, onMaster } from "../sock-shop/deployed-cluster";
import { type CopyStatus, isWell, statusLines } from "../sock-shop/shop-status";

const HELP = `
It finds the cluster by the outputs of the stack mesos of the project in this folder.

Exit codes:
  0  all is as declared
  1  it is not
  2  it could not be found out`;

const STATUS = "sudo /opt/cdktf-mesos/launcher/bin/status";

/** How often a status that is watched is asked for, in milliseconds. */
const WATCH_MS = 2_000;

interface StatusOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}

function statusCommand(): Command {
  return new Command("status")
    .description("Tell of every copy of every service its state, health, agent, address and restarts.")
    .option("--json", "print what the master says, for programs")
    .option("--watch", "tell it again and again, until Ctrl-C")
    .action(status);
}

async function status({ json, watch }: StatusOptions): Promise<void> {
  const cluster = findCluster(process.cwd());
  tell(cluster, json === true);
  while (watch === true) {
    await sleep(WATCH_MS);
    tell(cluster, json === true);
  }
}

function tell(cluster: DeployedCluster, json: boolean): void {
  const copies = JSON.parse(onMaster(cluster, STATUS)) as CopyStatus[];
  const lines = json ? [JSON.stringify(copies)] : statusLines(copies);
  process.stdout.write(`${lines.join("\n")}\n`);
  process.exitCode = copies.length > 0 && copies.every(isWell) ? 0 : 1;
}

function openCommand(): Command {
  return new Command("open").description("Print where the shop is: a URL for each agent.").action(() => {
    for (const agent of findCluster(process.cwd()).agents) process.stdout.write(`http://${agent}\n`);
  });
}

program
  .name("sock-shop")
  .description("Daily life with a deployed Sock Shop.")
  .addCommand(statusCommand())
  .addCommand(openCommand())
  .addHelpText("after", HELP)
  .showHelpAfterError();

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`sock-shop: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
