import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { Command, InvalidArgumentError, program } from "commander";
import { type DeployedCluster, findCluster, onMaster, sshArgs } from "../sock-shop/deployed-cluster";
import { type CopyStatus, isWell, statusLines } from "../sock-shop/shop-status";

const HELP = `
It finds the cluster by the outputs of the stack mesos of the project in this folder.

Exit codes:
  0  all is as declared
  1  it is not
  2  it could not be found out`;

const STATUS = "sudo /opt/cdktf-mesos/launcher/bin/status";

/** Where a master's pages are, and name and password for them. */
const PAGES = `echo "http://$(hostname -I | cut -d ' ' -f 1):5050" && sudo cat /etc/cdktf-mesos/secrets/curl`;

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
  const copies = JSON.parse(onMaster(cluster, STATUS).stdout) as CopyStatus[];
  const lines = json ? [JSON.stringify(copies)] : statusLines(copies);
  process.stdout.write(`${lines.join("\n")}\n`);
  process.exitCode = copies.length > 0 && copies.every(isWell) ? 0 : 1;
}

function openCommand(): Command {
  return new Command("open").description("Print where the shop is: a URL for each agent.").action(() => {
    for (const agent of findCluster(process.cwd()).agents) process.stdout.write(`http://${agent}\n`);
  });
}

function consoleCommand(): Command {
  return new Command("console")
    .description(
      "Lead a browser to the pages of Mesos: set the port as its SOCKS proxy, and open what is printed.",
    )
    .option("--port <number>", "port of this host to listen at", port, 1080)
    .action(openConsole);
}

function openConsole({ port }: { port: number }): void {
  const cluster = findCluster(process.cwd());
  const { master, stdout } = onMaster(cluster, PAGES);
  process.stdout.write(`${stdout.trimEnd()}\nSOCKS proxy: localhost:${port}, until Ctrl-C\n`);
  const options = ["-N", "-D", `localhost:${port}`, "-o", "ExitOnForwardFailure=yes"];
  const { status } = spawnSync("ssh", [...options, ...sshArgs(cluster, master)], { stdio: "inherit" });
  // Ctrl-C is the way to end it
  process.exitCode = status === null || status === 0 ? 0 : 2;
}

function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > 65_535) throw new InvalidArgumentError("it must be a port, from 1 to 65535.");
  return value;
}

program
  .name("sock-shop")
  .description("Daily life with a deployed Sock Shop.")
  .addCommand(statusCommand())
  .addCommand(openCommand())
  .addCommand(consoleCommand())
  .addHelpText("after", HELP)
  .showHelpAfterError();

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`sock-shop: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
