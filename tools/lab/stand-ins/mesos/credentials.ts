import type { Credential } from "../wire/basic-auth";
import { Fatal, readFile } from "./program";

/** The credentials of a file as `--credentials` and `--http_credentials` take it. */
export function readCredentials(file: string | undefined): readonly Credential[] {
  if (file === undefined) return [];
  const { credentials } = readJson<{ credentials?: readonly Credential[] }>(file);
  if (!Array.isArray(credentials)) throw new Fatal(`Failed to parse credentials file '${file}'`);
  return credentials as readonly Credential[];
}

/** The one credential of a file as `--credential` takes it. */
export function readCredential(file: string | undefined): Credential | undefined {
  return file === undefined ? undefined : readJson<Credential>(file);
}

function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFile(file)) as T;
  } catch (error) {
    throw new Fatal(`Failed to read credentials file '${file}': ${(error as Error).message}`);
  }
}
