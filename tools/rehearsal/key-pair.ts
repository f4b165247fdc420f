import * as fs from "node:fs";
import * as path from "node:path";
import { ParsedKey, utils } from "ssh2";

/** An SSH key in OpenSSH's form. */
export interface KeyPair {
  /** The private half. */
  readonly private: string;
  /** The public half, as one line of `authorized_keys`. */
  readonly public: string;
}

/**
 * Makes an ed25519 key that works.
 *
 * ssh2 drops leading zeros of the numbers in it, so that about one key in four hundred is malformed.
 *
 * @param comment what follows the public key
 */
export function makeKeyPair(comment: string): KeyPair {
  for (;;) {
    const pair = utils.generateKeyPairSync("ed25519", { comment });
    if (works(pair)) return pair;
  }
}

/** The key pair that is kept in a folder, made when there is none: the private half's file, and the public half. */
export function keptKeyPair(
  directory: string,
  comment: string,
): { privateKeyFile: string; publicKey: string } {
  const privateKeyFile = path.join(directory, "id_ed25519");
  if (!fs.existsSync(privateKeyFile)) {
    const pair = makeKeyPair(comment);
    fs.writeFileSync(`${privateKeyFile}.pub`, `${pair.public}\n`);
    fs.writeFileSync(privateKeyFile, pair.private, { mode: 0o600 });
  }
  return { privateKeyFile, publicKey: fs.readFileSync(`${privateKeyFile}.pub`, "utf8").trim() };
}

/** Whether what the private half signs is verified by the public one. */
export function works(pair: KeyPair): boolean {
  const [privateKey, publicKey] = [utils.parseKey(pair.private), utils.parseKey(pair.public)];
  if (privateKey instanceof Error || publicKey instanceof Error) return false;
  const signature = privateKey.sign("x");
  return isSignature(signature) && (publicKey as ParsedKey).verify("x", signature) === true;
}

function isSignature(value: Buffer | Error): value is Buffer {
  return !(value instanceof Error);
}
