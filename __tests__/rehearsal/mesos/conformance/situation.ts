import * as fs from "node:fs";
import * as path from "node:path";
import type { Framework } from "../../../../tools/rehearsal/mesos/cluster-state";
import type { Fault } from "../../../../tools/rehearsal/mesos/faults";
import type { Observation } from "./observation";
import { RECORDED, Recording, recording } from "./recording";
import type { Execution, StandInCluster } from "./stand-in-cluster";
import { runAsides, World } from "./world";

/** A situation that a recorded command leads to, or two of it. */
export interface Situation {
  readonly folder: string;
  /** What the task was called there. */
  readonly task: string;
  /** What its image was called. */
  readonly image?: string;
  readonly isImageMissing?: boolean;
  readonly fault?: Fault;
  readonly copies?: number;
  /** When to look; without it at the end. */
  readonly until?: (framework: Framework) => boolean;
  /** What is done then; without it the time is over. Settles with HTTP answers, if there are any. */
  readonly end?: (stand: StandInCluster, execution: Execution) => Promise<string | undefined>;
}

/** What was recorded of it. */
export function recordingOf({ folder, task, image }: Situation): Recording {
  return recording(folder, { [task]: "TASK", ...(image && { [image]: "IMAGE" }), bench: "CLUSTER" });
}

/** Leads a cluster into a situation, by the recorded command, and looks. */
export async function play(
  situation: Situation,
  { args }: Recording,
  stand: StandInCluster,
  world: World,
): Promise<Observation> {
  const chosen = choose(situation, world);
  const task = chosen[situation.task] ?? "";
  const { fault, until, copies = 1, end = timeOver } = situation;
  stand.plan(fault ? { [task]: fault } : {});
  writeDefinitions(stand, chosen);
  await runAsides(stand, world.before, world);
  const command = args.map((arg) => withChosen(arg, { ...chosen, "127.0.0.1": world.masters[0] }));
  const executions = Array.from({ length: copies }, () => stand.execute(command));
  for (const execution of executions) await (until ? execution.reached(stand, until) : execution.exit());
  await runAsides(stand, world.after, world);

  const seen = { state: await stand.json("/state"), tasks: await stand.json("/api/v1", GET_TASKS) };
  const ends = until ? await Promise.all(executions.map((execution) => end(stand, execution))) : [];
  const exits = await Promise.all(executions.map((execution) => execution.exit()));
  const answers = ends.find((text) => text !== undefined);
  return {
    ...seen,
    exit: exits[0],
    outputs: executions.map(({ output }) => output),
    answers,
    stateAfter: answers && (await stand.json("/state")),
    names: {
      [task]: "TASK",
      ...(situation.image && { [chosen[situation.image] ?? ""]: "IMAGE" }),
      [world.cluster]: "CLUSTER",
    },
  };
}

/** Whether its task runs. */
export function isRunning({ tasks }: Framework): boolean {
  return tasks.some(({ state }) => state === "TASK_RUNNING");
}

/** Whether its task has passed a health check. */
export function isHealthy({ tasks }: Framework): boolean {
  return tasks.some(({ statuses }) => statuses.at(-1)?.healthy === true);
}

/** Whether it asks for no offers. */
export function isSuppressed({ suppressed }: Framework): boolean {
  return suppressed;
}

/** Ends it as `timeout` does when the time is over. */
export async function timeOver(_: StandInCluster, execution: Execution): Promise<undefined> {
  await execution.signal("ALRM");
}

/** Ends it as systemd does, after which its framework is gone. */
export async function terminate(stand: StandInCluster, execution: Execution): Promise<undefined> {
  await execution.signal("TERM");
  await execution.exit();
  await stand.until(({ frameworks }) => frameworks.every(({ id }) => id !== execution.framework));
}

/** Tears its framework down, and tries it once more. */
export async function tearDown(stand: StandInCluster, execution: Execution): Promise<string> {
  const ask = () => stand.ask("/teardown", "--include", "--data", `frameworkId=${execution.framework}`);
  return (await ask()) + (await ask());
}

const GET_TASKS = ["--header", "Content-Type: application/json", "--data", '{"type":"GET_TASKS"}'];

/** What is called by another name this time. */
function choose({ task, image, isImageMissing }: Situation, world: World): Record<string, string> {
  return {
    // the rest of the name may be what is refused
    [task]: task.replace(/^\w+/, world.task),
    ...(image && { [image]: isImageMissing ? `absent-${world.task}:9` : world.image }),
  };
}

/** A text with the words that were chosen in place of those that were recorded. */
function withChosen(text: string, chosen: Readonly<Record<string, string>>): string {
  return Object.entries(chosen).reduce(
    (soFar, [word, now]) => soFar.replace(new RegExp(`(?<![\\w-])${word}(?![\\w-])`, "g"), now),
    text,
  );
}

/** The recorded definitions, with a command that every image of the rehearsal can run. */
function writeDefinitions(stand: StandInCluster, chosen: Readonly<Record<string, string>>): void {
  for (const name of ["web", "sick"]) {
    const text = fs.readFileSync(path.join(RECORDED, `${name}.task.json`), "utf8");
    const definition = JSON.parse(withChosen(text, chosen)) as { command: object };
    const command = { ...definition.command, arguments: ["/bin/sh", "-c", "exec sleep 300"] };
    stand.write(`/etc/mesos-task/${chosen[name] ?? name}.json`, JSON.stringify({ ...definition, command }));
  }
}
