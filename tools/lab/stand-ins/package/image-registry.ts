import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { run } from "./run";

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG = "application/vnd.docker.container.image.v1+json";
const LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/** An image that is to be made. */
export interface ImagePlan {
  /** Names under which it can be pulled. */
  readonly names: readonly string[];
  readonly tag: string;
  /** Folder of its files. */
  readonly root: string;
  readonly entrypoint: readonly string[];
}

/**
 * Makes a registry of one image out of files: `v2/` below a folder, as Docker asks for it.
 *
 * @see https://distribution.github.io/distribution/spec/manifest-v2-2/
 */
export async function buildRegistry(
  { names, tag, root, entrypoint }: ImagePlan,
  directory: string,
): Promise<void> {
  const layerFile = path.join(directory, "layer.tar.gz");
  await run("tar", [
    "--create",
    "--gzip",
    "--owner=0",
    "--group=0",
    "--file",
    layerFile,
    "--directory",
    root,
    ".",
  ]);
  const layer = fs.readFileSync(layerFile);
  fs.rmSync(layerFile);
  const config = Buffer.from(
    JSON.stringify({
      architecture: "amd64",
      os: "linux",
      config: { Entrypoint: entrypoint },
      rootfs: { type: "layers", diff_ids: [digestOf(gunzipSync(layer))] },
    }),
  );
  const described = (mediaType: string, content: Buffer) => ({
    mediaType,
    size: content.length,
    digest: digestOf(content),
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: described(CONFIG, config),
      layers: [described(LAYER, layer)],
    }),
  );
  for (const name of names) {
    const repository = path.join(directory, "v2", name);
    for (const blob of [config, layer]) put(path.join(repository, "blobs", digestOf(blob)), blob);
    for (const reference of [tag, digestOf(manifest)])
      put(path.join(repository, "manifests", reference), manifest);
  }
}

/** What a server has to say of a file of the registry; Docker does without nothing else. */
export function registryContentType(urlPath: string): string {
  return /^\/v2\/.+\/manifests\//.test(urlPath) ? MANIFEST : "application/octet-stream";
}

function put(file: string, content: Buffer): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
