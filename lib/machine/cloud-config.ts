import { gzipSync } from "node:zlib";

/** A file on a machine. */
export interface MachineFile {
  /** Absolute path on the machine. */
  readonly path: string;
  /** Octal, four digits. */
  readonly mode: string;
  readonly content: string;
}

/** What turns a bare image into a node. */
export interface CloudConfig {
  readonly files: MachineFile[];
  /** Run once, after the files are there; an argument vector, so no shell reads it. */
  readonly command: string[];
}

/**
 * The cloud-config document: one JSON object, which is valid YAML too, so nothing needs YAML's quoting.
 *
 * @see https://cloudinit.readthedocs.io/en/latest/reference/modules.html#write-files
 */
export function cloudConfig(config: CloudConfig): string {
  const document = {
    write_files: config.files.map(({ path, mode, content }) => ({ path, permissions: mode, content })),
    runcmd: [config.command],
  };
  return `#cloud-config\n${JSON.stringify(document, undefined, 1)}\n`;
}

/** Gzips to the same bytes on every system: no time, no name, and "unknown" as operating system. */
export function deterministicGzip(text: string): Buffer {
  const bytes = gzipSync(text, { level: 9 });
  bytes[9] = 255;
  return bytes;
}
