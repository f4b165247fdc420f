import * as fs from "node:fs";
import * as path from "node:path";

/** What a project does not need to be deployed, or must not bring along: states of a real account above all. */
const LEFT_OUT = /^(?:\..*|node_modules|cdktf\.out|dist|coverage|.*\.tfstate.*|terraform\.tfvars.*)$/;

/**
 * Copies a cdktf project, so that what a rehearsal deploys shares no state with what is really deployed from it.
 *
 * The copy keeps its states in files, whatever backend the original names.
 *
 * @param context what is said in the copy's cdktf.json besides what the original says there
 * @throws Error when the folder is no cdktf project or its dependencies are not installed
 */
export function stageProject(
  source: string,
  target: string,
  context: Readonly<Record<string, unknown>> = {},
): void {
  for (const [entry, remedy] of [
    ["cdktf.json", "run it in the folder of a cdktf project"],
    ["node_modules", "run npm ci first"],
  ] as const) {
    if (!fs.existsSync(path.join(source, entry))) {
      throw new Error(`${entry} is missing in ${JSON.stringify(source)}; ${remedy}`);
    }
  }
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target, { recursive: true });
  for (const entry of fs.readdirSync(source).filter((name) => !LEFT_OUT.test(name))) {
    fs.cpSync(path.join(source, entry), path.join(target, entry), { recursive: true });
  }
  fs.symlinkSync(path.join(source, "node_modules"), path.join(target, "node_modules"));
  changeContext(path.join(target, "cdktf.json"), context);
}

function changeContext(file: string, context: Readonly<Record<string, unknown>>): void {
  const config = JSON.parse(fs.readFileSync(file, "utf8")) as { context?: Record<string, unknown> };
  // without it states are files
  delete config.context?.state;
  if (Object.keys(context).length > 0) config.context = { ...config.context, ...context };
  fs.writeFileSync(file, `${JSON.stringify(config, undefined, 2)}\n`);
}
