import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "./run";

/** A Debian package that is to be made. */
export interface Deb {
  readonly name: string;
  readonly version: string;
  /** What comes between version and architecture in the file's name. */
  readonly build?: string;
  readonly depends: readonly string[];
  readonly description: string;
  /** Fills the directory that becomes the root of the machine. */
  fill(root: string): Promise<void>;
}

/** Makes a package and gives its file. */
export async function buildDeb(deb: Deb, directory: string): Promise<string> {
  const root = fs.mkdtempSync(path.join(directory, "deb-"));
  fs.chmodSync(root, 0o755);
  try {
    await deb.fill(root);
    fs.mkdirSync(path.join(root, "DEBIAN"), { recursive: true });
    fs.writeFileSync(path.join(root, "DEBIAN/control"), control(deb));
    const file = path.join(directory, `${deb.name}_${deb.version}${deb.build ?? ""}_amd64.deb`);
    await run("dpkg-deb", ["--root-owner-group", "-Zgzip", "--build", root, file]);
    return file;
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

function control({ name, version, build = "", depends, description }: Deb): string {
  return [
    `Package: ${name}`,
    `Version: ${version}${build}`,
    "Architecture: amd64",
    "Maintainer: the lab <root@localhost>",
    `Depends: ${depends.join(", ")}`,
    `Description: ${description}`,
    "",
  ].join("\n");
}
