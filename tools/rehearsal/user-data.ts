import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { hostPath } from "./machine-path";

/** A file that user-data puts on a machine. */
export interface UserDataFile {
  readonly path: string;
  /** Octal. */
  readonly permissions: string;
  readonly content: string;
}

/**
 * The files of user-data as we write it: cloud-config in JSON, gzipped or not.
 *
 * @returns none for any other user-data
 */
export function userDataFiles(userDataBase64: unknown): readonly UserDataFile[] {
  if (typeof userDataBase64 !== "string") return [];
  const bytes = Buffer.from(userDataBase64, "base64");
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = (isGzip ? gunzipSync(bytes) : bytes).toString();
  if (!text.startsWith("#cloud-config\n{")) return [];
  const config = JSON.parse(text.slice(text.indexOf("\n"))) as { write_files?: UserDataFile[] };
  return config.write_files ?? [];
}

/** Puts files where cloud-init would. */
export function writeUserDataFiles(root: string, files: readonly UserDataFile[]): void {
  for (const { path: inside, permissions, content } of files) {
    const file = hostPath(root, inside);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    fs.chmodSync(file, parseInt(permissions, 8));
  }
}
