import { Flags } from "./flags";
import { MESSAGES } from "./messages";
import { TaskInfo, taskFromFlags } from "./task-info";
import { ExitError } from "./usage-error";

const CONTAINERIZERS = ["mesos", "docker"];

/**
 * Checks flags against one another, in the order of the real one, and makes the task of them.
 *
 * @throws ExitError with the text of the real one
 */
export function taskOf(flags: Flags): TaskInfo {
  if (flags.task && flags.task_group !== undefined) refuse(MESSAGES.taskAndGroup);
  if (flags.task) return checkedTask(flags, flags.task);
  const { name, command, docker_image: image, shell = true } = flags;
  if (name === undefined) refuse(MESSAGES.missingName);
  if (shell && command === undefined) refuse(MESSAGES.missingCommand);
  if (image !== undefined && flags.appc_image !== undefined) refuse(MESSAGES.twoImages);
  checkMaster(flags.master ?? "");
  checkResources(flags.resources);
  if (!CONTAINERIZERS.includes(flags.containerizer ?? "mesos"))
    refuse(MESSAGES.badContainerizer(flags.containerizer ?? ""));
  const { env = {}, networks, resources } = flags;
  return taskFromFlags({ name, shell, command, env, image, networks, resources });
}

function checkedTask(flags: Flags, task: TaskInfo): TaskInfo {
  const others = [flags.name, flags.command, flags.env, flags.appc_image, flags.docker_image, flags.volumes];
  if (others.some((other) => other !== undefined)) refuse(MESSAGES.onlyWithoutTask);
  if (flags.networks !== undefined) refuse(MESSAGES.networksWithTask);
  checkMaster(flags.master ?? "");
  return task;
}

/** An address with a port, or ZooKeeper's with a path; anything else has no leader. */
function checkMaster(master: string): void {
  const isAddress = /^(master@)?[^\s/:,]+:\d+$/.test(master);
  if (!isAddress && !/^zk:\/\/[^\s/]+\/[^\s/]\S*$/.test(master)) refuse(MESSAGES.badMaster(master));
}

/** A scalar is a number and ranges or sets stand in brackets; a bare word is neither. */
function checkResources(resources: string | undefined): void {
  for (const resource of (resources ?? "").split(";").filter((item) => item !== "")) {
    const [name = "", value = ""] = resource.split(":");
    if (!/^(\d+(\.\d+)?|[[{].*[\]}])$/.test(value))
      refuse(MESSAGES.badResources(resources ?? "", name, value));
  }
}

function refuse({ line, text }: { readonly line: number; readonly text: string }): never {
  throw new ExitError(line, text);
}
