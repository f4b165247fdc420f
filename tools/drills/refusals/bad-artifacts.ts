import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { ArtifactSource } from "../../../lib/machine/artifact-source";
import type { NodeArtifacts } from "../../../lib/machine/node-artifacts";
import { KEY_FILE, signRepository } from "../../lab/stand-ins/package/apt-repository";
import { buildDeb } from "../../lab/stand-ins/package/deb";
import type { Route } from "../../lab/stand-ins/package/stand-ins";
import type { RefusalWorld } from "./refusal";

/** A package of a repository, as a stack declares it. */
export function aptSource({
  package: packageName = "",
  url = "",
  keyUrl = "",
  keyFingerprint = "",
}: Route): ArtifactSource {
  return ArtifactSource.apt({ packageName, url, keyUrl, keyFingerprint });
}

/** Mesos from the stand-ins' repository, signed by a key that has expired. */
export async function expiredRepository({ standIns }: RefusalWorld): Promise<NodeArtifacts> {
  const [route = {}] = standIns.routes.mesos;
  const { host, origin } = new URL(route.url as string);
  const site = path.join(standIns.artifacts, host);
  const copy = path.join(site, "expired");
  fs.cpSync(path.join(site, "repository"), copy, { recursive: true });
  const [codename = ""] = fs.readdirSync(copy).filter((name) => name !== KEY_FILE);
  const release = path.join(copy, codename, "dists", codename, "Release");
  const { fingerprint } = await signRepository(release, path.join(copy, KEY_FILE), true);
  const url = `${origin}/expired`;
  return { mesos: [aptSource({ ...route, url, keyUrl: `${url}/${KEY_FILE}`, keyFingerprint: fingerprint })] };
}

/** Mesos as a package in which `mesos-master` is a certain file. */
export async function mesosOf(
  { standIns }: RefusalWorld,
  name: string,
  program: Buffer,
): Promise<NodeArtifacts> {
  const { host, origin } = new URL(standIns.routes.mesos[0]?.url as string);
  const directory = path.join(standIns.artifacts, host, name);
  fs.mkdirSync(directory);
  const file = await buildDeb(
    {
      name: "aventer-mesos",
      version: "1.11.0",
      depends: ["libc6"],
      description: "cannot run",
      fill: async (root) => {
        fs.mkdirSync(path.join(root, "usr/bin"), { recursive: true });
        for (const each of ["mesos-master", "mesos-execute"])
          fs.writeFileSync(path.join(root, "usr/bin", each), program, { mode: 0o755 });
      },
    },
    directory,
  );
  const sha256 = createHash("sha256").update(fs.readFileSync(file)).digest("hex");
  return { mesos: [ArtifactSource.download(`${origin}/${name}/${path.basename(file)}`, { sha256 })] };
}

/** A program of this host that asks for a library nobody has. */
export function lacksLibrary(): Buffer {
  return Buffer.from(
    fs.readFileSync("/bin/true").toString("latin1").replace("libc.so.6", "libq.so.6"),
    "latin1",
  );
}

/** A program of this host whose head says that it is for AArch64. */
export function foreignProgram(): Buffer {
  const [machine, aarch64] = [18, 183];
  const program = fs.readFileSync("/bin/true");
  program.writeUInt16LE(aarch64, machine);
  return program;
}
