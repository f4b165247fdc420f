import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";

/** What the lab keeps from run to run, outside of any project. */
export interface Cached {
  /** The tree of files machines start from. */
  readonly tree: string;
  /** The repository nodes install packages from: a folder whose `debian/` an HTTP server serves. */
  readonly repository: string;
}

/** What the tree is made from, in this folder. */
const TREE_SOURCES = ["build-tree", "debian.sh", "image", "packages/image.txt"];

/** What the repository is made from besides the tree. */
const REPOSITORY_SOURCES = ["build-repository", "packages/repository.txt"];

/** Lines of the builders that tell how far they are. */
const TOLD = /^(?:I: (?<step>.*?)(?:\.\.\.)?|(?<fetched>Fetched .*))$/;

/**
 * The tree and the repository, made where the cache lacks them. They are made anew when a list of packages changes.
 *
 * @param print takes a line for each step
 * @throws Error with the last lines of what failed
 */
export async function prepareCache(print: (line: string) => void): Promise<Cached> {
  const cache = cacheDirectory(process.env);
  const treeKey = keyOf(TREE_SOURCES);
  const tree = path.join(cache, `tree-${treeKey}`);
  await build(tree, "build-tree", [], print);
  const repository = path.join(cache, `repository-${treeKey}-${keyOf(REPOSITORY_SOURCES)}`);
  await build(repository, "build-repository", [tree], print);
  return { tree, repository };
}

/**
 * Where the cache is.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function cacheDirectory({ XDG_CACHE_HOME: cacheHome = "" }: NodeJS.ProcessEnv): string {
  // the specification has relative paths ignored
  const home = path.isAbsolute(cacheHome) ? cacheHome : path.join(os.homedir(), ".cache");
  return path.join(home, "cdktf-mesos-lab");
}

/** Names what a set of files and folders of the lab holds. */
export function keyOf(sources: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((source) => filesOf(path.join(__dirname, source)))) {
    hash
      .update(`${path.relative(__dirname, file)}\0`)
      .update(fs.readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 12);
}

function filesOf(source: string): string[] {
  if (!fs.statSync(source).isDirectory()) return [source];
  return fs
    .readdirSync(source)
    .sort()
    .flatMap((entry) => filesOf(path.join(source, entry)));
}

/** In namespaces that end with this process: an interrupted build leaves no process and no mount. */
const ISOLATED = [
  "--pdeathsig",
  "KILL",
  "unshare",
  "--mount",
  "--pid",
  "--fork",
  "--kill-child",
  "--mount-proc",
];

async function build(
  target: string,
  script: string,
  args: readonly string[],
  print: (line: string) => void,
): Promise<void> {
  if (fs.existsSync(target)) return;
  print(`making ${target}, once`);
  const once = [path.join(__dirname, "build-once"), target, path.join(__dirname, script), ...args];
  const child = spawn("setpriv", [...ISOLATED, "bash", ...once], { stdio: ["ignore", "pipe", "pipe"] });
  const heard: string[] = [];
  const hear = (line: string) => {
    heard.push(line);
    const told = TOLD.exec(line)?.groups;
    if (told) print(`  ${told.step ?? told.fetched}`);
  };
  createInterface(child.stdout).on("line", hear);
  createInterface(child.stderr).on("line", hear);
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code === 0) return;
  throw new Error(
    `lab: ${script} must succeed, got exit code ${String(code)} after ${JSON.stringify(heard.slice(-5).join("\n"))}; ` +
      "mend that and run it again",
  );
}
