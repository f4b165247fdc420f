import * as fs from "node:fs";
import * as path from "node:path";

/** `image.json` of a stand-in image: what a registry's image says of itself. */
export interface ImageManifest {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folders, among those of the images, whose files are in this image too. */
  readonly include?: readonly string[];
  /** Directory a command starts in. */
  readonly workdir?: string;
}

/** A stand-in image: a folder with `image.json` and programs at their place in the image. */
export interface Image {
  /** Folder of its files. */
  readonly directory: string;
  readonly manifest: ImageManifest;
}

const MANIFEST = "image.json";

/** The folder of the images that come with the rehearsal. */
export const IMAGES = path.join(__dirname, "../images");

/**
 * The stand-in for an image.
 *
 * @param name as in a task: registry, tag and digest make no difference
 * @returns undefined when there is none
 */
export function findImage(name: string, images = IMAGES): Image | undefined {
  const directory = path.join(images, repositoryOf(name));
  const file = path.join(directory, MANIFEST);
  // a name must not lead out of the folder
  if (!file.startsWith(images + path.sep) || !fs.existsSync(file)) return undefined;
  return { directory, manifest: JSON.parse(fs.readFileSync(file, "utf8")) as ImageManifest };
}

/** The name without registry, tag and digest: `weaveworksdemos/catalogue`. */
export function repositoryOf(name: string): string {
  const [untagged = ""] = name.split("@");
  const parts = untagged.split("/");
  const hasRegistry = parts.length > 1 && /[.:]/.test(parts[0] ?? "");
  return parts
    .slice(hasRegistry ? 1 : 0)
    .join("/")
    .replace(/:[^/:]*$/, "")
    .replace(/^library\//, "");
}

/** Copies an image's files into the root directory of a container. */
export function unpackImage({ directory, manifest: { include = [] } }: Image, root: string): void {
  const layers = [...include.map((folder) => path.join(IMAGES, folder)), directory];
  for (const layer of layers) {
    fs.cpSync(layer, root, { recursive: true, filter: (source) => source !== path.join(layer, MANIFEST) });
  }
}
