import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { IMAGES } from "../../../rehearsal/mesos/image";
import { buildRepository, KEY_FILE } from "./apt-repository";
import { bundle, MESOS_DNS, MESOS_PROGRAMS, WEAVE_PROGRAMS } from "./bundle";
import { buildDeb, Deb } from "./deb";
import { debianFiles } from "./debian-files";
import { buildRegistry } from "./image-registry";

/** A way to get an artifact, as `artifacts.json` has it. */
export type Route = Readonly<Record<string, string>>;

/** The routes that lead to stand-ins, by artifact; the others are what they are. */
export interface StandInRoutes {
  readonly mesos: readonly Route[];
  readonly mesosDns: readonly Route[];
  readonly weave: readonly Route[];
  readonly weaveImages: readonly Route[];
}

/** Where stand-ins are put, and where machines will find them. */
export interface StandInPlace {
  /** Folder that an HTTP server serves; made anew. */
  readonly directory: string;
  /** Its URL, without a slash at the end. */
  readonly baseUrl: string;
  /** Folder for files of Debian's that are downloaded once. */
  readonly cache: string;
}

/** The release of Debian the lab's machines are. */
const CODENAME = "bookworm";

const MESOS_HOME = "usr/libexec/mesos-stand-in";
const WEAVE_IMAGE_NAMES = ["avhost/weave", "avhost/weaveexec", "avhost/weavedb"];
const WEAVE_TAG = "3.0.2";

/** What the real package needs, and node for its stand-in. */
const MESOS_DEPENDS = ["nodejs", "libapr1", "libsvn1", "libevent-openssl-2.1-7", "libevent-pthreads-2.1-7"];

/** Makes all that stands in for what no registry has: packages, a repository of them, the script weave, its images. */
export async function buildStandIns(place: StandInPlace): Promise<StandInRoutes> {
  const { directory, baseUrl } = place;
  fs.rmSync(directory, { recursive: true, force: true });
  fs.mkdirSync(directory, { recursive: true });
  const mesos = await buildDeb(mesosDeb(), directory);
  const dns = await buildDeb(mesosDnsDeb(), directory);
  const { fingerprint } = await buildRepository([mesos, dns], CODENAME, path.join(directory, "repository"));
  fs.copyFileSync(path.join(__dirname, "../weave/image/weave"), path.join(directory, "weave"));
  await buildWeaveImages(place);
  const apt = (name: string): Route => ({
    kind: "apt",
    package: name,
    url: `${baseUrl}/repository`,
    keyUrl: `${baseUrl}/repository/${KEY_FILE}`,
    keyFingerprint: fingerprint,
  });
  const download = (file: string): Route => ({
    kind: "download",
    url: `${baseUrl}/${path.basename(file)}`,
    sha256: createHash("sha256").update(fs.readFileSync(file)).digest("hex"),
  });
  return {
    mesos: [apt("aventer-mesos"), download(mesos)],
    mesosDns: [apt("mesos-dns"), download(dns)],
    weave: [download(path.join(directory, "weave"))],
    weaveImages: WEAVE_IMAGE_NAMES.map((name) => ({
      kind: "image",
      image: `${new URL(baseUrl).host}/${name}:${WEAVE_TAG}`,
    })),
  };
}

function mesosDeb(): Deb {
  return {
    name: "aventer-mesos",
    version: "1.11.0-0.7.1",
    build: ".debian12",
    depends: MESOS_DEPENDS,
    description: "stands in for Mesos in the lab",
    async fill(root) {
      const home = path.join(root, MESOS_HOME);
      for (const program of MESOS_PROGRAMS) await bundle(program, path.join(home, "bin"));
      fs.cpSync(IMAGES, path.join(home, "images"), { recursive: true });
      link(
        root,
        MESOS_PROGRAMS.map(({ name }) => name).filter((name) => name !== "mesos-executor"),
      );
      fs.cpSync(path.join(__dirname, "../mesos/package"), root, { recursive: true });
    },
  };
}

function mesosDnsDeb(): Deb {
  return {
    name: "mesos-dns",
    version: "0.9.0",
    depends: ["nodejs"],
    description: "stands in for Mesos-DNS in the lab",
    fill: (root) => bundle(MESOS_DNS, path.join(root, "usr/bin")),
  };
}

function link(root: string, names: readonly string[]): void {
  const bin = path.join(root, "usr/bin");
  fs.mkdirSync(bin, { recursive: true });
  for (const name of names) fs.symlinkSync(`/${MESOS_HOME}/bin/${name}`, path.join(bin, name));
}

/** One image under the three names: the router, and the plugins it puts on the machine. */
async function buildWeaveImages({ directory, cache }: StandInPlace): Promise<void> {
  const root = fs.mkdtempSync(path.join(directory, "image-"));
  fs.chmodSync(root, 0o755);
  try {
    const router = path.join(root, "router");
    for (const program of WEAVE_PROGRAMS) await bundle(program, router);
    const plugins = await debianFiles("containernetworking-plugins", cache);
    for (const name of ["bridge", "static"])
      fs.copyFileSync(path.join(plugins, "usr/lib/cni", name), path.join(router, name));
    const busybox = await debianFiles("busybox-static", cache);
    fs.mkdirSync(path.join(root, "bin"));
    fs.copyFileSync(path.join(busybox, "bin/busybox"), path.join(root, "bin/busybox"));
    fs.copyFileSync(path.join(__dirname, "../weave/image/entrypoint"), path.join(root, "entrypoint"));
    await buildRegistry(
      { names: WEAVE_IMAGE_NAMES, tag: WEAVE_TAG, root, entrypoint: ["/entrypoint"] },
      directory,
    );
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}
