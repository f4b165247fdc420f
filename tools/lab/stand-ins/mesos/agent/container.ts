import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { createMachineRoot } from "../../../../rehearsal/machine-root";
import { findImage, unpackImage } from "../../../../rehearsal/mesos/image";
import { MESSAGES } from "../../../../rehearsal/mesos/messages";
import { resourcesOf } from "../../../../rehearsal/mesos/resources";
import { taskArgv, taskEnvironment } from "../../../../rehearsal/mesos/task-command";
import type { TaskInfo } from "../../../../rehearsal/mesos/task-info";
import type { ExecutorSettings } from "../executor/settings";
import { AgentFlags, isolatorsOf } from "./agent-flags";
import { Cgroup } from "./cgroup";
import type { ImageStore } from "./image-store";
import { ContainerNetwork, HOST_NETWORK, Networks } from "./network/container-network";

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const SANDBOX = "/mnt/mesos/sandbox";
const EXECUTOR = path.join(__dirname, "mesos-executor");

/** A container that is to be started. */
export interface ContainerPlan {
  readonly flags: AgentFlags;
  readonly networks: Networks;
  readonly store: ImageStore;
  readonly agent: ExecutorSettings["agent"];
  readonly framework: string;
  readonly container: string;
  readonly task: TaskInfo;
  readonly checkpoint: boolean;
  /** Directory of the files `stdout` and `stderr`. */
  readonly sandbox: string;
  /** Where its executor finds what it is told. */
  readonly directory: string;
}

/** A task's root directory on the machine, if it has an image. */
export function rootOf({ work_dir: workDir }: AgentFlags, container: string): string {
  return path.join(workDir, "provisioner/containers", container);
}

/**
 * Prepares a container and starts its executor.
 *
 * @returns process id of the executor
 * @throws Error with the reason for which the container could not be launched
 */
export async function startContainer(plan: ContainerPlan): Promise<number> {
  const { flags, container, task, directory } = plan;
  const cgroup = new Cgroup(container, isolatorsOf(flags), flags.cgroups_root);
  checkContainerizer(flags);
  const image = await provision(plan);
  const argv = taskArgv(task.command, image?.manifest);
  cgroup.make(resourcesOf(task));
  const hostname = task.container?.hostname ?? container;
  const [network] = (task.container?.network_infos ?? []).flatMap(({ name }) =>
    name === undefined ? [] : [name],
  );
  const place =
    network === undefined
      ? HOST_NETWORK
      : await plan.networks.join(container, network, task.container?.hostname);
  const settings: ExecutorSettings = {
    agent: plan.agent,
    framework: plan.framework,
    container,
    task,
    sandbox: plan.sandbox,
    root: image === undefined ? undefined : rootOf(flags, container),
    argv: [...argv],
    env: environmentOf(task, image?.manifest),
    workdir: image?.manifest.workdir ?? (image ? "/" : SANDBOX),
    hostname,
    address: place.address,
    network: place.name,
    cgroup: cgroup.members,
    isolators: isolatorsOf(flags),
    checkpoint: plan.checkpoint,
  };
  fs.mkdirSync(directory, { recursive: true });
  // without an image, and on the machine's own network, its files are right as they are
  if (image !== undefined || network !== undefined) copyFiles(place.files, directory);
  return startExecutor(settings, directory, place.namespace);
}

/** Lets go of all a container had. */
export async function destroyContainer(
  flags: AgentFlags,
  networks: Networks,
  container: string,
): Promise<void> {
  const cgroup = new Cgroup(container, isolatorsOf(flags), flags.cgroups_root);
  cgroup.kill();
  await networks.leave(container);
  fs.rmSync(rootOf(flags, container), { recursive: true, force: true });
  cgroup.remove();
}

function checkContainerizer({ containerizers = ["mesos"] }: AgentFlags): void {
  if (containerizers.includes("mesos")) return;
  throw new Error(
    `None of the enabled containerizers (${containerizers.join(", ")}) could create a container for the provided ` +
      "TaskInfo/ExecutorInfo message",
  );
}

/** Fills the root directory of a container from its image. */
async function provision({ flags, store, container, task }: ContainerPlan) {
  const name = task.container?.mesos?.image?.docker?.name;
  if (name === undefined) return undefined;
  if (!(flags.image_providers ?? []).includes("docker"))
    throw new Error("Unsupported container image type: DOCKER");
  const image = findImage(name);
  if (image === undefined) throw new Error(MESSAGES.imageMissing(name));
  await store.pull(name);
  createMachineRoot(rootOf(flags, container), { name: task.container?.hostname ?? container, users: [] });
  unpackImage(image, rootOf(flags, container));
  return image;
}

function copyFiles(files: ContainerNetwork["files"], directory: string): void {
  for (const [name, file] of Object.entries(files)) {
    if (fs.existsSync(file)) fs.copyFileSync(file, path.join(directory, name));
  }
}

function environmentOf(
  task: TaskInfo,
  manifest: Parameters<typeof taskEnvironment>[1],
): Record<string, string> {
  return {
    PATH: DEFAULT_PATH,
    MESOS_SANDBOX: SANDBOX,
    MESOS_TASK_ID: task.task_id.value,
    ...taskEnvironment(task, manifest),
  };
}

/** The executor is on its container's network, and its log is in the sandbox. */
function startExecutor(settings: ExecutorSettings, directory: string, namespace?: string): number {
  const file = path.join(directory, "executor.json");
  fs.writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
  const enter = namespace === undefined ? [] : ["nsenter", `--net=${namespace}`];
  const [program = "", ...args] = [...enter, process.execPath, EXECUTOR, file];
  const logs = ["stdout", "stderr"].map((name) => fs.openSync(path.join(settings.sandbox, name), "a"));
  const child = spawn(program, args, { detached: true, stdio: ["ignore", ...logs], cwd: settings.sandbox });
  for (const log of logs) fs.closeSync(log);
  child.unref();
  if (child.pid === undefined) throw new Error(`Failed to fork executor: ${program}`);
  return child.pid;
}
