import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { join, resolve } from "node:path";

import { Command } from "commander";

import { startTestProvider } from "../testing";

/** Where the pretended cloud is kept, below the project's folder. */
const STORE = join(".cdktf-mesos-tools", "cloud.json");

const HELP = `
The command finds stand-ins for hashicorp/aws and hashicorp/null in its environment; what it "creates" is kept
in the store, so that a later command refreshes, changes and destroys it. No account, no network, no cost.

cdktf needs --skip-provider-lock, since nothing is downloaded that could be locked.

Examples:
  $ npx cdktf-mesos-tools provider -- npx cdktf deploy mesos --auto-approve --skip-provider-lock
  $ npx cdktf-mesos-tools provider -- terraform -chdir=cdktf.out/stacks/mesos plan
  $ npx cdktf-mesos-tools provider --project ../my-app --store /tmp/cloud.json -- npm test`;

interface Options {
  readonly project: string;
  readonly store?: string;
}

/** The verb `provider`: runs a command against the test provider. */
export function providerCommand(): Command {
  return new Command("provider")
    .description("Run a command, such as cdktf or terraform, against a pretended cloud.")
    .argument("<command...>", "the command and its arguments, after --")
    .option("--project <directory>", "folder of the cdktf.json, where the bindings are installed too", ".")
    .option("--store <file>", `file that keeps the pretended cloud (default: ${STORE} in the project)`)
    .addHelpText("after", HELP)
    .action(async ([command = "", ...args]: string[], options: Options) => {
      process.exitCode = await runWithProvider(command, args, options);
    });
}

async function runWithProvider(command: string, args: readonly string[], options: Options): Promise<number> {
  const projectDirectory = resolve(options.project);
  const storeFile = options.store === undefined ? join(projectDirectory, STORE) : resolve(options.store);
  const provider = await startTestProvider({ projectDirectory, storeFile });
  try {
    return await runCommand(command, args, { ...process.env, ...provider.env });
  } finally {
    await provider.close();
  }
}

/**
 * Runs a command with this process's own input and output, passes signals on to it and waits for its end.
 *
 * @returns its exit code; 128 and the signal's number for one that a signal ended, as shells say it
 */
function runCommand(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  // before the command starts: from its first moment on, a signal is meant for it
  const signals = passSignals();
  const child = spawn(command, args, { stdio: "inherit", env });
  signals.to(child);
  return new Promise<number>((done, fail) => {
    child.once("error", (error) => fail(startFailure(command, error)));
    child.once("exit", (code, signal) =>
      done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  }).finally(signals.stop);
}

function passSignals(): { to(child: ChildProcess): void; stop(): void } {
  let receiver: ChildProcess | undefined;
  // a terminal sends Ctrl-C to the command itself too, and Terraform takes a second one as an order to drop everything
  const onInterrupt = () => (process.stdin.isTTY ? undefined : receiver?.kill("SIGINT"));
  const onTerminate = () => receiver?.kill("SIGTERM");
  process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);
  return {
    to: (child) => (receiver = child),
    stop: () => process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate),
  };
}

function startFailure(command: string, error: Error): Error {
  // a folder of PATH that may not be read makes EACCES of a command that is not there
  if (!["ENOENT", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return error;
  return new Error(
    `the command ${JSON.stringify(command)} was not found or may not be run; install it, or give its path`,
  );
}
