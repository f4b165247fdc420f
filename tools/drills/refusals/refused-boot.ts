import { readArtifacts } from "../../../lib/app";
import type { NodeArtifacts } from "../../../lib/machine/node-artifacts";
import type { NodeRole } from "../../../lib/mesos/node-user-data";
import type { BootVerdict, NodeCheck } from "../../lab/boot-verdict";
import type { Circumstances } from "../../lab/index";
import { planMachines, withFile } from "./planned-machines";
import type { Refusal, RefusalWorld } from "./refusal";
import { RefusedMachine } from "./refused-machine";

/** One machine, and what is wrong with it. */
interface BootOptions {
  readonly name: string;
  readonly title: string;
  /** @default "master" */
  readonly role?: NodeRole;
  /**
   * Where it gets things elsewhere than the stand-ins' routes say.
   *
   * @default - nothing
   */
  readonly sources?: (world: RefusalWorld) => NodeArtifacts | Promise<NodeArtifacts>;
  /** A file of its user-data that is another one. */
  readonly file?: readonly [path: string, change: (content: string) => string];
  readonly circumstances?: Circumstances;
  /** What happens while it boots. */
  readonly meanwhile?: (machine: RefusedMachine) => Promise<void>;
}

/** What the verdict of a boot that failed must say. */
interface RefusedBootOptions extends BootOptions {
  /** The check that has failed. */
  readonly check: string;
  /** What its words must match, each. */
  readonly says: readonly RegExp[];
  /** @default - whether nothing is installed before */
  readonly short?: boolean;
}

/** As long as a boot may take here, in seconds: apt tries for three minutes, and each artifact for a minute and a half. */
export const BOOT_SEC = 720;

/** As long as a node may take from its secrets to be well. */
export const READY_SEC = 240;

const SECRET = "of no real cluster";

/** A boot that must end in a verdict that names the cause, on a node that is not ready and does not look so. */
export function refusedBoot(options: RefusedBootOptions): Refusal {
  const { name, title, check, says, short = check === "check-image" } = options;
  return {
    name,
    title,
    short,
    play: (world) =>
      withMachine(options, world, async (machine) => {
        const verdict = await machine.booted(BOOT_SEC);
        expectRefused(machine, verdict, check, says);
        await expectNotReady(machine);
      }),
  };
}

/** A boot that must end well, although something was wrong for a while. */
export function delayedBoot(options: BootOptions): Refusal {
  const { name, title } = options;
  return {
    name,
    title,
    play: (world) =>
      withMachine(options, world, async (machine) => {
        const { errors, node } = await machine.booted(BOOT_SEC);
        const failed = node?.checks.filter(({ outcome }) => outcome === "failed") ?? [];
        if (errors.length > 0 || node === undefined || failed.length > 0) {
          throw machine.complaint("its boot must end well", JSON.stringify({ errors, node }));
        }
        await expectReady(machine);
      }),
  };
}

async function withMachine(
  options: BootOptions,
  world: RefusalWorld,
  look: (machine: RefusedMachine) => Promise<void>,
): Promise<void> {
  const { role = "master", sources, file, circumstances, meanwhile } = options;
  const artifacts = { ...standInSources(world), ...(await sources?.(world)) };
  const planned = planMachines(world.range, [{ artifacts }]).find((machine) => machine.role === role);
  if (planned === undefined) throw new Error(`lab: no machine of the role ${role} is declared`);
  const userData = file === undefined ? planned.userData : withFile(planned.userData, ...file);
  const machine = await RefusedMachine.boot(world.lab, { ...planned, userData }, circumstances);
  try {
    await Promise.all([look(machine), meanwhile?.(machine)]);
  } finally {
    await machine.remove();
  }
}

function expectRefused(
  machine: RefusedMachine,
  { errors, node }: BootVerdict,
  check: string,
  says: readonly RegExp[],
): void {
  const failed = node?.checks.filter(({ outcome }) => outcome === "failed") ?? [];
  const named = ({ name, detail }: NodeCheck) => name === check && says.every((words) => words.test(detail));
  if (errors.length > 0 && node?.ok === false && failed.some(named)) return;
  throw machine.complaint(
    `its verdict must say ${says.join(" and ")} of ${check}`,
    JSON.stringify({ errors, node }, undefined, 1),
  );
}

/** Secrets do not make a node of it, either. */
async function expectNotReady(machine: RefusedMachine): Promise<void> {
  for (const step of ["before", "after"]) {
    const { code, stdout } = await machine.status();
    if (code !== 1)
      throw machine.complaint(`node-status must say 1 ${step} its secrets came`, `${code}: ${stdout}`);
    const running = await machine.services();
    if (running.length > 0)
      throw machine.complaint(`no service may run ${step} its secrets came`, running.join(", "));
    const { code: joined, stderr } = await machine.join(SECRET);
    if (joined === 0) throw machine.complaint("join-node must refuse it", stderr);
  }
}

/** It takes its secrets. */
export async function expectJoined(machine: RefusedMachine, secret: string): Promise<void> {
  const { code, stderr } = await machine.join(secret);
  if (code !== 0) throw machine.complaint("join-node must take its secrets", stderr);
}

/** With its secrets it becomes a node. */
export async function expectReady(machine: RefusedMachine, secret = SECRET): Promise<void> {
  await expectJoined(machine, secret);
  const { code, stdout, stderr: tails } = await machine.status(READY_SEC);
  if (code !== 0) throw machine.complaint("it must become a node", stdout + tails);
}

/** What stands in, as a stack declares it. */
export function standInSources({ standIns }: RefusalWorld): NodeArtifacts {
  return readArtifacts(standIns.routes, undefined).artifacts ?? {};
}
