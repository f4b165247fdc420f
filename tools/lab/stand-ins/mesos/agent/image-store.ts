import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryOf } from "../../../../rehearsal/mesos/image";
import type { AgentFlags } from "./agent-flags";

/** Accounts of registries, as `--docker_config` has them. */
export interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
}

/** When images that no task uses are removed, as `--image_gc_config` has it. */
export interface ImageGcConfig {
  /** Part of the disk that is to be free. */
  readonly image_disk_headroom: number;
  readonly image_disk_watch_interval: { readonly nanoseconds: number };
  readonly excluded_images: readonly string[];
}

const DEFAULT_STORE = "/tmp/mesos/store/docker";

/** The images an agent has. What is in them comes from a folder of this repository; a registry is asked for leave only. */
export class ImageStore {
  private readonly directory: string;
  private readonly config: DockerConfig;

  constructor({ docker_store_dir: directory = DEFAULT_STORE, docker_config: config = {} }: AgentFlags) {
    this.directory = path.join(directory, "images");
    this.config = config;
  }

  /**
   * Gets an image, unless it is there. One without the name of its registry is Docker Hub's, and nobody is asked here.
   *
   * @throws Error when its registry does not give it
   */
  public async pull(image: string): Promise<void> {
    const file = this.fileOf(image);
    if (fs.existsSync(file)) return;
    const [host = ""] = image.split("/");
    if (image.includes("/") && /[.:]/.test(host)) await this.ask(host, image);
    fs.mkdirSync(this.directory, { recursive: true });
    fs.writeFileSync(file, "");
  }

  /** Removes images when the disk is too full: those that are not in use and that nobody wants kept. */
  public prune(
    { image_disk_headroom: headroom, excluded_images: kept }: ImageGcConfig,
    used: readonly string[],
  ) {
    if (!fs.existsSync(this.directory)) return;
    const { blocks, bfree } = fs.statfsSync(this.directory);
    if (1 - bfree / blocks <= 1 - headroom) return;
    const spared = [...kept, ...used].map((image) => path.basename(this.fileOf(image)));
    for (const name of fs.readdirSync(this.directory)) {
      if (!spared.includes(name)) fs.rmSync(path.join(this.directory, name));
    }
  }

  private fileOf(image: string): string {
    return path.join(this.directory, encodeURIComponent(image));
  }

  private async ask(host: string, image: string): Promise<void> {
    const [, tag = "latest"] = /:([^:/]+)$/.exec(image.slice(host.length)) ?? [];
    const url = `https://${host}/v2/${repositoryOf(image)}/manifests/${tag}`;
    const { status, statusText } = await fetch(url, { headers: this.headersFor(host) });
    if (status === 200) return;
    throw new Error(
      `Failed to perform 'curl': Unexpected HTTP response '${status} ${statusText}' when trying to download the manifest`,
    );
  }

  /** A registry's account stands under its name, or a URL with it. */
  private headersFor(host: string): Record<string, string> {
    const [, account] =
      Object.entries(this.config.auths ?? {}).find(([registry]) => registry.includes(host)) ?? [];
    return account?.auth === undefined ? {} : { Authorization: `Basic ${account.auth}` };
  }
}
