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
