import { createHash } from "node:crypto";
import { rootfsFiles } from "../machine/rootfs";

/** Hash of the paths and contents below a directory; the same wherever and however often it is checked out. */
export function directoryHash(directory: string): string {
  const hash = createHash("sha256");
  for (const { path, content } of rootfsFiles(directory)) hash.update(`${path}\0${content}\0`);
  return hash.digest("hex").slice(0, 32);
}

/** sha256 of a text, in hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
