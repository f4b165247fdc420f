import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "./run";

/** A repository for apt, signed by a key that was made for it and is gone afterwards. */
export interface AptRepository {
  /** 40 hexadecimal digits. */
  readonly fingerprint: string;
}

const OWNER = "The lab's stand-ins <root@localhost>";

/** The name of the key's file, in the repository's folder. */
export const KEY_FILE = "key.asc";

/** Makes a repository of packages for one release of a distribution, in `CODENAME/` below a folder. */
export async function buildRepository(
  debs: readonly string[],
  codename: string,
  directory: string,
): Promise<AptRepository> {
  const root = path.join(directory, codename);
  const pool = path.join(root, "pool/main");
  const index = `dists/${codename}/main/binary-amd64`;
  fs.mkdirSync(pool, { recursive: true });
  fs.mkdirSync(path.join(root, index), { recursive: true });
  for (const deb of debs) fs.copyFileSync(deb, path.join(pool, path.basename(deb)));
  const packages = await run("apt-ftparchive", ["packages", "pool/main"], { cwd: root });
  fs.writeFileSync(path.join(root, index, "Packages"), packages);
  const release = path.join(root, "dists", codename);
  const options = [`Suite=${codename}`, `Codename=${codename}`, "Components=main", "Architectures=amd64"];
  const args = options.flatMap((option) => ["-o", `APT::FTPArchive::Release::${option}`]);
  fs.writeFileSync(path.join(release, "Release"), await run("apt-ftparchive", [...args, "release", release]));
  return signRepository(path.join(release, "Release"), path.join(directory, KEY_FILE));
}

/** Moments of a day long ago, as gpg takes them: the clock goes on from there while it works, so the key is made well before. */
const LONG_AGO = { made: "20240101T000000", used: "20240101T120000" };

/**
 * Signs a repository with a new key.
 *
 * @param release its file `Release`
 * @param keyFile where the key is written to
 * @param expired whether the key, and what it signed, was good for a day long ago only
 */
export async function signRepository(
  release: string,
  keyFile: string,
  expired = false,
): Promise<AptRepository> {
  const home = fs.mkdtempSync(path.join(path.dirname(keyFile), "gnupg-"));
  const gpg = (when: keyof typeof LONG_AGO, ...args: string[]) => {
    const clock = expired ? ["--faked-system-time", LONG_AGO[when]] : [];
    return run("gpg", ["--homedir", home, "--batch", "--quiet", "--yes", ...clock, ...args]);
  };
  try {
    const until = expired ? "1d" : "never";
    await gpg("made", "--passphrase", "", "--quick-generate-key", OWNER, "ed25519", "sign", until);
    const listed = await gpg("used", "--with-colons", "--list-keys");
    const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? "";
    await gpg("used", "--output", path.join(path.dirname(release), "InRelease"), "--clearsign", release);
    await gpg("used", "--output", keyFile, "--armor", "--export", fingerprint);
    return { fingerprint };
  } finally {
    await run("gpgconf", ["--homedir", home, "--kill", "all"]).catch(() => undefined);
    fs.rmSync(home, { recursive: true, force: true });
  }
}
