import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "./run";

/**
 * The files of a package of Debian's, unpacked in a folder of a cache; downloaded when they are not there yet.
 *
 * @returns the folder
 */
export async function debianFiles(name: string, cache: string): Promise<string> {
  const target = path.join(cache, name);
  if (fs.existsSync(target)) return target;
  fs.mkdirSync(cache, { recursive: true });
  const place = fs.mkdtempSync(path.join(cache, `${name}-`));
  try {
    await run("apt-get", ["-o", "APT::Sandbox::User=root", "download", name], { cwd: place });
    const [deb = ""] = fs.readdirSync(place);
    await run("dpkg-deb", ["--extract", path.join(place, deb), path.join(place, "files")]);
    fs.renameSync(path.join(place, "files"), target);
  } finally {
    fs.rmSync(place, { recursive: true, force: true });
  }
  return target;
}
