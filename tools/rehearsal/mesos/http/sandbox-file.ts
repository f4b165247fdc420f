import * as fs from "node:fs";
import * as path from "node:path";
import { MESSAGES } from "../messages";
import { Answer, jsonAnswer, NOT_FOUND, textAnswer } from "./answer";

/** Finds the file of a path that begins with `/frameworks/`. */
export type LocateFile = (inside: string) => string;

/** The most of a file that is read at once: 16 pages. */
const MOST_BYTES = 16 * 4096;

/**
 * `/files/read` of an agent: a part of a file, or with `offset=-1` how long it is.
 *
 * @param locate where the sandboxes lie
 */
export function readSandboxFile(locate: LocateFile, query: URLSearchParams): Answer {
  const file = sandboxFile(locate, query.get("path") ?? "");
  if (typeof file !== "string") return file;
  const offset = wholeNumber(query.get("offset"), -1);
  const length = wholeNumber(query.get("length"), MOST_BYTES);
  if (offset === undefined) return textAnswer(400, MESSAGES.badNumber("offset", query.get("offset") ?? ""));
  if (length === undefined) return textAnswer(400, MESSAGES.badNumber("length", query.get("length") ?? ""));
  const content = fs.readFileSync(file);
  if (offset === -1) return jsonAnswer({ offset: content.length, data: "" });
  const most = length === -1 ? MOST_BYTES : Math.min(length, MOST_BYTES);
  return jsonAnswer({ offset, data: content.subarray(offset, offset + most).toString() });
}

/**
 * `/files/download` of an agent: a whole file.
 *
 * @param locate where the sandboxes lie
 */
export function downloadSandboxFile(locate: LocateFile, query: URLSearchParams): Answer {
  const file = sandboxFile(locate, query.get("path") ?? "");
  if (typeof file !== "string") return file;
  const headers = {
    "Content-Type": "application/octet-stream",
    "Content-Disposition": `attachment; filename=${path.basename(file)}`,
  };
  return { status: 200, headers, body: fs.readFileSync(file) };
}

/** Where the file lies, or why there is nothing to be read: only frameworks' sandboxes are shown. */
function sandboxFile(locate: LocateFile, virtual: string): string | Answer {
  if (virtual === "") return textAnswer(400, MESSAGES.noPath);
  const inside = path.posix.normalize(virtual);
  if (!inside.startsWith("/frameworks/")) return NOT_FOUND;
  const file = locate(inside);
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return NOT_FOUND;
  return stats.isDirectory() ? textAnswer(400, MESSAGES.isDirectory) : file;
}

/** -1 stands for no number. */
function wholeNumber(text: string | null, otherwise: number): number | undefined {
  if (text === null) return otherwise;
  return /^(-1|\d+)$/.test(text) ? Number(text) : undefined;
}
