import * as fs from "node:fs";
import * as path from "node:path";
import { ParsedKey, utils } from "ssh2";

/** One line of `/etc/passwd` as far as a login needs it. */
export interface Login {
  /** Name. */
  readonly user: string;
  /** Home directory in the machine. */
  readonly home: string;
}

/**
 * The home of a user, as the machine's `/etc/passwd` says.
 *
 * @param passwd content of the file
 * @returns undefined when there is no such user
 */
export function loginOf(passwd: string, user: string): Login | undefined {
  const fields = passwd
    .split("\n")
    .map((line) => line.split(":"))
    .find(([name]) => name === user);
  const home = fields?.[5];
  return home === undefined ? undefined : { user, home };
}

/**
 * The key of an `authorized_keys` file that equals the one a client offers.
 *
 * @param text content of the file; comments and lines that hold no key are skipped, as sshd does
 * @param offered the key as it comes over the wire
 */
export function authorizedKey(text: string, offered: Buffer): ParsedKey | undefined {
  const keys = text.split("\n").map((line) => (line.trim() === "" ? undefined : utils.parseKey(line.trim())));
  return keys.find((key): key is ParsedKey => isKey(key) && key.getPublicSSH().equals(offered));
}

/**
 * Lets a public key log in as each of the users.
 *
 * @param root the machine's root directory
 */
export function authorize(root: string, homes: readonly string[], publicKey: string): void {
  for (const home of homes) {
    const directory = path.join(root, home, ".ssh");
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
    fs.appendFileSync(path.join(directory, "authorized_keys"), `${publicKey.trim()}\n`, { mode: 0o600 });
  }
}

function isKey(key: ParsedKey | ParsedKey[] | Error | undefined): key is ParsedKey {
  return key !== undefined && !(key instanceof Error) && !Array.isArray(key);
}
