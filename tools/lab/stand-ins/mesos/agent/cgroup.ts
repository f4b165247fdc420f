import * as fs from "node:fs";
import * as path from "node:path";
import { amount, Resources } from "../../../../rehearsal/mesos/resources";
import { log } from "../program";

const HIERARCHY = "/sys/fs/cgroup";

/** What the command executor adds to the limits of its task. */
const EXECUTOR = { cpus: 0.1, memMiB: 32 };

/** A controller, and the isolator that needs it. */
const CONTROLLERS = [
  ["cpu", "cgroups/cpu"],
  ["memory", "cgroups/mem"],
] as const;

/** A container's control group of version 2. On a host with version 1 none is made. */
export class Cgroup {
  private readonly directory: string;
  private readonly root: string;

  constructor(
    container: string,
    private readonly isolators: readonly string[],
    root = "mesos",
  ) {
    this.root = path.join(HIERARCHY, root);
    this.directory = path.join(this.root, container);
  }

  /**
   * Makes it, with the limits of a task. Without the group that all of them lie in, the whole agent is aborted.
   *
   * @throws Error when a controller is not passed on to it
   */
  public make(resources: Resources): void {
    if (!isUnified()) return;
    if (!fs.existsSync(this.root)) {
      log("E", "cgroups2.cpp:192", "Check failed: cgroups2::exists(flags.cgroups_root)");
      process.abort();
    }
    this.checkControllers();
    fs.mkdirSync(this.directory, { recursive: true });
    const memory = (amount(resources, "mem") + EXECUTOR.memMiB) * 1024 * 1024;
    const weight = Math.max(1, Math.round((amount(resources, "cpus") + EXECUTOR.cpus) * 100));
    this.limit("memory.max", memory);
    this.limit("cpu.weight", weight);
  }

  /** The file a process writes its id to in order to be in it. */
  public get members(): string | undefined {
    return isUnified() ? path.join(this.directory, "cgroup.procs") : undefined;
  }

  /** Whether the kernel has ended something in it for want of memory. */
  public get ranOutOfMemory(): boolean {
    const file = path.join(this.directory, "memory.events");
    return fs.existsSync(file) && /^oom_kill [1-9]/m.test(fs.readFileSync(file, "utf8"));
  }

  /** Ends everything in it. */
  public kill(): void {
    const file = path.join(this.directory, "cgroup.kill");
    if (fs.existsSync(file)) fs.writeFileSync(file, "1");
  }

  /** Removes it, once nothing is in it any more. */
  public remove(): void {
    try {
      fs.rmdirSync(this.directory);
    } catch {
      // it is not there, or the kernel has not buried the last process yet: nothing depends on it
    }
  }

  /** Only what the kernel offers here can be missing: on a lab's machine that may be little. */
  private checkControllers(): void {
    const offered = words(path.join(HIERARCHY, "cgroup.controllers"));
    const passedOn = words(path.join(this.root, "cgroup.subtree_control"));
    for (const [controller, isolator] of CONTROLLERS) {
      if (!this.isolators.includes(isolator) || !offered.includes(controller)) continue;
      if (!passedOn.includes(controller)) {
        const own = path.relative(HIERARCHY, this.directory);
        throw new Error(
          `Failed to enable controller '${controller}' in cgroup '${own}': No such file or directory`,
        );
      }
    }
  }

  private limit(file: string, value: number): void {
    const target = path.join(this.directory, file);
    if (fs.existsSync(target)) fs.writeFileSync(target, String(value));
  }
}

function isUnified(): boolean {
  return fs.existsSync(path.join(HIERARCHY, "cgroup.controllers"));
}

function words(file: string): string[] {
  return fs.readFileSync(file, "utf8").split(/\s+/);
}
