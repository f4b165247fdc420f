import { join } from "node:path";
import { command } from "./command";
import { checkInStep, readManifest } from "./manifest";
import { stageLibrary, stageTools } from "./stage";

const REPOSITORY = join(__dirname, "../..");
const DIST = join(REPOSITORY, "dist");

/** Compiles the library with jsii, and packs it and the tools to `dist/`. */
function build(): void {
  checkInStep(readManifest(REPOSITORY), readManifest(join(REPOSITORY, "tools")));

  const library = join(DIST, "package");
  stageLibrary(REPOSITORY, library);
  command(library, process.execPath, require.resolve("jsii/bin/jsii"), "--fail-on-warnings");
  pack(library);

  const tools = join(DIST, "tools-package");
  stageTools(REPOSITORY, tools);
  pack(tools);
}

function pack(stage: string): void {
  const [packed] = JSON.parse(command(stage, "npm", "pack", "--json", "--pack-destination", DIST)) as {
    filename: string;
    files: unknown[];
  }[];
  process.stdout.write(`dist/${packed?.filename}: ${packed?.files.length} files\n`);
}

try {
  build();
} catch (error) {
  process.stderr.write(`build: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
