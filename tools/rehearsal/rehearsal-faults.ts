import * as fs from "node:fs";
import * as path from "node:path";
import { makeKeyPair } from "./key-pair";
import type { Faults } from "./mesos/faults";

/** Something that goes wrong in a whole rehearsal: how it is made to, and what must come of it. */
export interface RehearsalFault {
  /** What goes wrong, in one line. */
  readonly description: string;
  /** Whether the deployment mends it by itself, or fails, and the next one repairs what it left. */
  readonly outcome: "recovers" | "fails";
  /** What a person must find: in what the deployment prints, or in the journals of the machines. */
  readonly texts: readonly string[];
  /** Faults of tasks, until they are lifted. */
  readonly tasks?: Faults;
  /** Whether the machines take connections and never answer, until that is lifted. */
  readonly hang?: true;
  /** How many tasks run when cdktf is interrupted. */
  readonly interruptAfter?: number;
  /**
   * What the environment of the deployment holds besides.
   *
   * @param directory a folder for what is needed
   */
  env?(directory: string): Readonly<Record<string, string>>;
}

/** A fault with its name in the table. */
export type NamedFault = RehearsalFault & { readonly name: string };

/** The service that tasks' faults hit: nothing waits for it. */
const VICTIM = "payment";

/** Long enough for a login and a start on loopback, so that nobody waits the quarter of an hour that is right on AWS. */
const SHORT_LOGIN = { TF_VAR_ssh_timeout_sec: "20" };
const SHORT_START = { TF_VAR_task_timeout_sec: "30" };

/** All that can be rehearsed to go wrong, by name. */
export const REHEARSAL_FAULTS: Readonly<Record<string, RehearsalFault>> = {
  "no-terraform": {
    description: "terraform is not on PATH",
    outcome: "fails",
    texts: ["Terraform CLI not present - Please install a current version"],
    env: (directory) => ({ PATH: pathWithout("terraform", directory) }),
  },
  "key-refused": {
    description: "private_key_file is another key than the machines know",
    outcome: "fails",
    texts: ["SSH authentication failed (ubuntu@", "attempted methods [none publickey]"],
    env: (directory) => ({ ...SHORT_LOGIN, TF_VAR_private_key_file: otherKey(directory) }),
  },
  "machine-silent": {
    description: "the machines take connections and never answer",
    outcome: "fails",
    texts: ["Cluster/Join/Master1", "timeout - last error: <nil>"],
    hang: true,
    env: () => SHORT_LOGIN,
  },
  "task-fails": {
    description: `the task of ${VICTIM} fails at once, each time`,
    outcome: "fails",
    texts: [
      "Command exited with status 1",
      "a crash that was planned",
      "wanted TASK_RUNNING and well for 5s",
    ],
    tasks: { [VICTIM]: "crash" },
    env: () => SHORT_START,
  },
  "image-flaky": {
    description: `the image of ${VICTIM} cannot be pulled twice, and then it can`,
    outcome: "recovers",
    texts: ["429 Too Many Requests"],
    tasks: { [VICTIM]: "pull-fails-twice" },
  },
  "image-missing": {
    description: `the image of ${VICTIM} is in no registry`,
    outcome: "fails",
    texts: ["404 Not Found", "wanted TASK_RUNNING and well for 5s"],
    tasks: { [VICTIM]: "image-missing" },
    env: () => SHORT_START,
  },
  "first-offer-too-small": {
    description: `the first offer for ${VICTIM} is too small, after which Mesos makes it no other`,
    outcome: "recovers",
    texts: ["no sufficient offer within"],
    tasks: { [VICTIM]: "first-offer-too-small" },
  },
  "definition-refused": {
    description: `Mesos refuses the definition of ${VICTIM}`,
    outcome: "fails",
    texts: [`${VICTIM}: Mesos refuses the definition (TASK_ERROR); correct the task and deploy again`],
    tasks: { [VICTIM]: "refused" },
  },
  "master-silent": {
    description: "the master does not answer for 20 s, while services start",
    outcome: "recovers",
    texts: ["Still creating... [20s elapsed]"],
    tasks: { [VICTIM]: "master-silent" },
  },
  interrupted: {
    description: "Ctrl-C in cdktf, when half of the services run",
    outcome: "fails",
    texts: ["AbortError: The operation was aborted"],
    interruptAfter: 8,
  },
};

/**
 * The fault of this name.
 *
 * @throws Error that names those there are
 */
export function rehearsalFault(name: string): NamedFault {
  const fault = Object.hasOwn(REHEARSAL_FAULTS, name) ? REHEARSAL_FAULTS[name] : undefined;
  if (fault !== undefined) return { name, ...fault };
  throw new Error(
    `rehearse: '--fault' must be one of ${Object.keys(REHEARSAL_FAULTS).join(", ")}, got ${JSON.stringify(name)}; ` +
      "'--fault list' tells of each",
  );
}

/**
 * The caller's `PATH` without one program: a folder that holds it is replaced by one of links to all else it holds.
 *
 * @param directory where those folders are made
 */
export function pathWithout(program: string, directory: string): string {
  const folders = (process.env.PATH ?? "").split(":").filter((folder) => folder !== "");
  return folders
    .map((folder, index) =>
      fs.existsSync(path.join(folder, program))
        ? linksTo(folder, program, path.join(directory, `path-${index}`))
        : folder,
    )
    .join(":");
}

function linksTo(folder: string, leftOut: string, target: string): string {
  fs.mkdirSync(target, { recursive: true });
  for (const name of fs.readdirSync(folder).filter((entry) => entry !== leftOut)) {
    fs.symlinkSync(path.join(folder, name), path.join(target, name));
  }
  return target;
}

function otherKey(directory: string): string {
  const file = path.join(directory, "other_key");
  fs.writeFileSync(file, makeKeyPair("nobody knows it").private, { mode: 0o600 });
  return file;
}
