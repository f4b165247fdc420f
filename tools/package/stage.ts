import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What is published beside the compiled library. */
const DOCUMENTS = ["README.md", "LICENSE", "CHANGELOG.md"];

/** Parts of package.json that serve this repository only. */
const NOT_PUBLISHED = ["workspaces", "scripts", "allowScripts", "overrides"];

/** Everything in `lib/` but sources; of declarations those jsii makes. */
const FILES = ["lib", "!lib/**/*.ts", "lib/**/*.d.ts", ".jsii", "CHANGELOG.md"];

/**
 * Copies what is published into a folder of its own, because jsii writes beside the sources, and tsx and jest would
 * run what it wrote instead of them.
 *
 * @param repository this repository
 * @param stage the folder, made anew
 */
export function stagePackage(repository: string, stage: string): void {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  cpSync(join(repository, "lib"), join(stage, "lib"), { recursive: true });
  for (const name of DOCUMENTS) {
    cpSync(join(repository, name), join(stage, name));
  }
  const manifest = readFileSync(join(repository, "package.json"), "utf8");
  writeFileSync(join(stage, "package.json"), publishedManifest(manifest));
  symlinkSync(join(repository, "node_modules"), join(stage, "node_modules"));
}

/** The published package.json: that of the repository, less what serves only the repository. */
export function publishedManifest(text: string): string {
  const manifest = JSON.parse(text) as Record<string, unknown>;
  const published = Object.entries(manifest).filter(([name]) => !NOT_PUBLISHED.includes(name));
  return `${JSON.stringify({ ...Object.fromEntries(published), files: FILES }, undefined, 2)}\n`;
}
