import * as fs from "node:fs";
import * as path from "node:path";
import { leftBehind, namespaceHoldersOf } from "../rehearsal/leftovers";
import { requireLinux } from "../rehearsal/namespace";
import { requirePrograms } from "../rehearsal/needed-programs";
import { RehearsedProject } from "../rehearsal/rehearsed-project";
import { makeRunDirectory } from "../rehearsal/run-directory";
import { openShop, serviceOf } from "../rehearsal/shop";
import { guideEnvironment } from "./guide-environment";
import type { GuideReport } from "./guide-report";
import { GuideRun, type GuideRunOptions } from "./guide-run";
import type { Guide } from "./parse-guide";

/** What the rehearsal of a guide is told. */
export interface RehearseGuideOptions extends Pick<GuideRunOptions, "file" | "stepTimeoutSec" | "write"> {
  /** Folder of the cdktf project whose guide it is. */
  readonly source: string;
  /** Variables to pass on besides those it requires. */
  readonly others: readonly string[];
  /** Called with the run once it can be interrupted. */
  readonly onStart: (run: GuideRun) => void;
}

/** What a guide finds besides what leads to the rehearsal: nothing that leads to an account. */
const MADE_UP = {
  TF_VAR_access_key: "made-up",
  TF_VAR_secret_key: "made-up",
  // nothing is downloaded that could be locked
  CDKTF_SKIP_PROVIDER_LOCK: "true",
};

/**
 * Runs a guide, as it stands, in a copy of its project and against a pretended account.
 *
 * @returns its report; where something is left the exit code is 2
 * @throws Error when this host cannot rehearse, with the way out
 */
export async function rehearseGuide(guide: Guide, options: RehearseGuideOptions): Promise<GuideReport> {
  requireLinux(process.platform);
  requirePrograms();
  const directory = await makeRunDirectory(options.source);
  const remove = () => fs.rmSync(directory, { recursive: true, force: true });
  const project = await RehearsedProject.start({ source: options.source, directory }).catch(
    (error: unknown) => {
      remove();
      throw error;
    },
  );
  const { sshPort } = project.rehearsal;
  const holders = new Set<string>();
  let report: GuideReport;
  let inAccount: readonly string[] = [];
  try {
    const onStepEnd = () => namespaceHoldersOf(directory).forEach((holder) => holders.add(holder));
    report = await play(guide, project, { ...options, onStepEnd });
  } finally {
    inAccount = project.provider.cloud.objects().map(({ id }) => `in the account: ${id}`);
    await project.close();
    remove();
  }
  const left = [...inAccount, ...leftBehind({ directory, sshPort, namespaceHolders: [...holders] })];
  const lines =
    left.length === 0
      ? ["nothing is left, in the account and on this host"]
      : left.map((one) => `left: ${one}`);
  for (const line of lines) options.write(`guide: ${line}\n`);
  return { ...report, left, exitCode: left.length > 0 ? 2 : report.exitCode };
}

async function play(
  guide: Guide,
  project: RehearsedProject,
  { source, others, onStart, ...options }: RehearseGuideOptions & Pick<GuideRunOptions, "onStepEnd">,
): Promise<GuideReport> {
  const shop = await openShop(
    () => new Set(project.rehearsal.placements().map(({ task }) => serviceOf(task))),
  );
  const presets = { ...MADE_UP, ...project.variables(), SHOP_URL: shop.url };
  const all = { ...process.env, ...presets };
  const env = guideEnvironment(all, guide.requiredVariables, [...others, ...Object.keys(presets)]);
  const run = new GuideRun(guide, { ...options, env, directory: project.project });
  onStart(run);
  options.write(`guide: a rehearsal of ${path.basename(source)}: no cloud and no cost\n`);
  return run.run().finally(() => shop.close());
}
