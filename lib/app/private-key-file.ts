import { readFileSync, statSync } from "node:fs";

/** What is known of a private key file, read once. */
export interface KeyFile {
  /** Permission bits. */
  readonly mode: number;
  readonly content: string;
}

/** `~/` becomes the home directory. */
export function expandHome(path: string, home: string): string {
  return path.startsWith("~/") ? `${home}${path.slice(1)}` : path;
}

/**
 * Refuses a private key file that Terraform or ssh could not use, in words that say why.
 *
 * @throws Error naming the path, what is wrong, and the way out
 */
export function checkPrivateKeyFile(path: string, home: string): void {
  if (!path.startsWith("/") && !path.startsWith("~/")) {
    throw new Error(
      `TF_VAR_private_key_file must be an absolute path or begin with "~/", got ${JSON.stringify(path)}`,
    );
  }
  const problem = keyFileProblem(readKeyFile(expandHome(path, home)));
  if (problem !== undefined) throw new Error(`TF_VAR_private_key_file ${JSON.stringify(path)} ${problem}`);
}

/** What is wrong with a key file; `undefined` when nothing is. */
export function keyFileProblem(file: KeyFile | NodeJS.ErrnoException): string | undefined {
  if (file instanceof Error) {
    return file.code === "ENOENT"
      ? "does not exist; name the private key whose public half is in the key pair TF_VAR_aws_key_name"
      : `cannot be read (${file.code ?? file.message}); make it readable for you`;
  }
  const { mode, content } = file as KeyFile;
  if ((mode & 0o077) !== 0) {
    const octal = mode.toString(8).padStart(4, "0");
    return `can be read by others (mode ${octal}), so ssh refuses it; run chmod 600 on it`;
  }
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(content)) {
    return "is no private key in PEM or OpenSSH form; name the private half, not the .pub file";
  }
  if (isEncrypted(content)) {
    return "has a passphrase, and Terraform cannot ask for it; make a key without one for this cluster";
  }
  return undefined;
}

/**
 * Whether a key needs a passphrase: PEM says so in its headers, OpenSSH's form in the name of the cipher.
 *
 * @see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
function isEncrypted(content: string): boolean {
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(content)) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(content)?.[1];
  if (body === undefined) return false;
  const bytes = Buffer.from(body, "base64");
  const magic = "openssh-key-v1\0";
  const length = bytes.length > magic.length + 4 ? bytes.readUInt32BE(magic.length) : 0;
  return bytes.subarray(magic.length + 4, magic.length + 4 + length).toString("latin1") !== "none";
}

function readKeyFile(path: string): KeyFile | NodeJS.ErrnoException {
  try {
    return { mode: statSync(path).mode & 0o7777, content: readFileSync(path, "latin1") };
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
