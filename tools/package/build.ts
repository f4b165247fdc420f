import { join } from "node:path";
import { command } from "./command";
import { stagePackage } from "./stage";

const REPOSITORY = join(__dirname, "../..");
const DIST = join(REPOSITORY, "dist");

/** Compiles the library with jsii and packs it to `dist/`. */
function build(): void {
  const stage = join(DIST, "package");
  stagePackage(REPOSITORY, stage);
  command(stage, process.execPath, require.resolve("jsii/bin/jsii"), "--fail-on-warnings");
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
