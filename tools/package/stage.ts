import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

/** What is published beside the code of either package. */
const DOCUMENTS = ["README.md", "LICENSE", "CHANGELOG.md"];

/** Parts of package.json that serve this repository only. */
const NOT_PUBLISHED = ["workspaces", "scripts", "allowScripts", "overrides"];

/** Everything in `lib/` but sources; of declarations those jsii makes. */
const FILES = ["lib", "!lib/**/*.ts", "lib/**/*.d.ts", ".jsii", "CHANGELOG.md"];

/**
 * Copies what is published of the library into a folder of its own, because jsii writes beside the sources, and tsx and
 * jest would run what it wrote instead of them.
 *
 * @param repository this repository
 * @param stage the folder, made anew
 */
export function stageLibrary(repository: string, stage: string): void {
  stageDocuments(repository, stage);
  cpSync(join(repository, "lib"), join(stage, "lib"), { recursive: true });
  const manifest = readFileSync(join(repository, "package.json"), "utf8");
  writeFileSync(join(stage, "package.json"), publishedManifest(manifest));
  symlinkSync(join(repository, "node_modules"), join(stage, "node_modules"));
}

/**
 * Copies the workspace `tools` into a folder of its own, where it gets the documents of the repository; the `files` of
 * its package.json tell npm what of it is published.
 *
 * @param repository this repository
 * @param stage the folder, made anew
 */
export function stageTools(repository: string, stage: string): void {
  stageDocuments(repository, stage);
  const filter = (source: string) => basename(source) !== "node_modules";
  cpSync(join(repository, "tools"), stage, { recursive: true, filter });
}

/** The published package.json: that of the repository, less what serves only the repository. */
export function publishedManifest(text: string): string {
  const manifest = JSON.parse(text) as Record<string, unknown>;
  const published = Object.entries(manifest).filter(([name]) => !NOT_PUBLISHED.includes(name));
  return `${JSON.stringify({ ...Object.fromEntries(published), files: FILES }, undefined, 2)}\n`;
}

function stageDocuments(repository: string, stage: string): void {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  for (const name of DOCUMENTS) cpSync(join(repository, name), join(stage, name));
}
