import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { cacheDirectory } from "../../../../tools/lab/cache";
import { buildStandIns } from "../../../../tools/lab/stand-ins/package/stand-ins";

/** Packages of Debian's without which none of these tests can run, by a file of each. */
const PACKAGES: Readonly<Record<string, string>> = {
  zookeeper: "/usr/share/java/zookeeper.jar",
  "default-jre-headless": "/usr/bin/java",
  iptables: "/usr/sbin/iptables",
  "apt-utils": "/usr/bin/apt-ftparchive",
  gpg: "/usr/bin/gpg",
};

/** Folder of the stand-ins' programs, as their packages bring them. */
export function programsFolder(): string {
  return process.env.STAND_IN_PROGRAMS ?? "";
}

/** Before all tests: makes the packages and unpacks them, once. */
export default async function prepare(): Promise<void> {
  install(Object.keys(PACKAGES).filter((name) => !fs.existsSync(PACKAGES[name] ?? "")));
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "stand-in-site-"));
  process.env.STAND_IN_SITE = directory;
  const site = path.join(directory, "site");
  const cache = path.join(cacheDirectory(process.env), "files");
  await buildStandIns({ directory: site, baseUrl: "http://stand-ins.invalid", cache });
  const programs = path.join(directory, "programs");
  for (const deb of fs.readdirSync(site).filter((name) => name.endsWith(".deb"))) {
    execFileSync("dpkg-deb", ["--extract", path.join(site, deb), programs]);
  }
  unpackWeave(site, programs);
  process.env.STAND_IN_PROGRAMS = programs;
}

/** Without Docker its router is started by hand: from the layer of its image. */
function unpackWeave(site: string, programs: string): void {
  const blobs = path.join(site, "v2/avhost/weave/blobs");
  const sizes = fs
    .readdirSync(blobs)
    .map((name) => ({ name, size: fs.statSync(path.join(blobs, name)).size }));
  const [layer] = sizes.sort((a, b) => b.size - a.size);
  const target = path.join(programs, "usr/lib/weave");
  fs.mkdirSync(target, { recursive: true });
  execFileSync("tar", ["--extract", "--file", path.join(blobs, layer?.name ?? ""), "--directory", target]);
}

function install(packages: readonly string[]): void {
  if (packages.length === 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = ["--yes", "--quiet", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
  execFileSync("apt-get", ["install", ...options, ...packages], { env, stdio: "inherit" });
}
