import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { Machine } from "../machine";
import { MachineCommand } from "../machine-command";
import { createMachineRoot } from "../machine-root";
import { findImage, Image, unpackImage } from "./image";
import { MESSAGES } from "./messages";
import { Argv, taskArgv, taskEnvironment } from "./task-command";
import { networksOf, TaskInfo } from "./task-info";

/** Where an agent keeps what is its own: the sandboxes of its tasks among others. */
export const WORK_DIRECTORY = "/var/lib/mesos/agent";

/** CNI networks that every agent has. */
const NETWORKS = ["weave"];

const SANDBOX_IN_CONTAINER = "/mnt/mesos/sandbox";
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const ENTER_CONTAINER = fs.readFileSync(path.join(__dirname, "container.sh"), "utf8");

/**
 * Starts a task's command, in a container of its image when it has one.
 *
 * Its output goes to the files `stdout` and `stderr` of its sandbox, as on a real agent.
 *
 * @param framework id of the framework; the sandbox lies below it
 * @throws Error with the reason for which the container could not be launched
 */
export function launchTask(machine: Machine, task: TaskInfo, framework: string): MachineCommand {
  const image = imageOf(task);
  const unknown = networksOf(task).find((network) => !NETWORKS.includes(network));
  if (unknown !== undefined) throw new Error(MESSAGES.unknownNetwork(unknown));
  const argv = taskArgv(task.command, image?.manifest);
  const sandbox = path.posix.join(
    WORK_DIRECTORY,
    "frameworks",
    framework,
    "executors",
    task.task_id.value,
    "runs/latest",
  );
  fs.mkdirSync(path.join(machine.root, sandbox), { recursive: true });
  const env = {
    PATH: DEFAULT_PATH,
    MESOS_SANDBOX: image ? SANDBOX_IN_CONTAINER : sandbox,
    MESOS_TASK_ID: task.task_id.value,
    ...taskEnvironment(task, image?.manifest),
  };
  const command = image
    ? startInContainer(machine, image, { argv, env, sandbox, hostname: task.container?.hostname })
    : machine.start(argv, { env, cwd: sandbox });
  for (const name of ["stdout", "stderr"] as const) {
    // the folder goes with the machine, which a late line must not mind
    const file = fs
      .createWriteStream(path.join(machine.root, sandbox, name), { flags: "a" })
      .on("error", () => undefined);
    command.child[name].pipe(file);
  }
  command.child.stdin.end();
  return command;
}

function imageOf(task: TaskInfo): Image | undefined {
  const name = task.container?.mesos?.image?.docker?.name;
  if (name === undefined) return undefined;
  const image = findImage(name);
  if (image === undefined) throw new Error(MESSAGES.imageMissing(name));
  return image;
}

interface ContainerOptions {
  readonly argv: Argv;
  readonly env: Record<string, string>;
  readonly sandbox: string;
  readonly hostname?: string;
}

function startInContainer(
  machine: Machine,
  image: Image,
  { argv, env, sandbox, hostname }: ContainerOptions,
): MachineCommand {
  const id = randomUUID();
  const root = path.posix.join(WORK_DIRECTORY, "provisioner/containers", id);
  const onHost = path.join(machine.root, root);
  createMachineRoot(onHost, { name: hostname ?? id, users: [] });
  unpackImage(image, onHost);
  const workdir = image.manifest.workdir ?? "/";
  // the machine's mounts are private already, and its root is no mount of which to change that
  const enter = [
    "/usr/bin/unshare",
    "--mount",
    "--propagation",
    "unchanged",
    "--",
    "/bin/bash",
    "-c",
    ENTER_CONTAINER,
    "container",
  ];
  const command = machine.start([...enter, root, sandbox, workdir, ...argv], { env });
  const remove = () => fs.rmSync(onHost, { recursive: true, force: true });
  void command.untilGone().then(remove);
  return command;
}
