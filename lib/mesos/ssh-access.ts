import { Fn, type SSHProvisionerConnection, Token } from "cdktf";
import type { Construct } from "constructs";
import { ValidationError } from "../errors";
import { SSH_PORT } from "./ports";

/** How the machine that runs Terraform reaches the nodes. */
export interface SshAccess {
  /**
   * Path of the private key on the machine that runs Terraform: absolute, or beginning with `~/`.
   *
   * The file is read by Terraform when it connects; the key itself never enters the configuration or the state.
   * A key with a passphrase cannot be used.
   */
  readonly privateKeyFile: string;
  /**
   * User that logs in and may use sudo without a password.
   *
   * @default - the user of the machines' image; "ubuntu" for hosts that are there already
   */
  readonly user?: string;
  /**
   * Port the SSH servers of the image listen on.
   *
   * @default 22
   */
  readonly port?: number;
  /**
   * Host through which the nodes are reached, with the same user, port and key.
   *
   * @default - the nodes are reached directly
   */
  readonly bastionHost?: string;
}

/** `SshAccess` with its defaults applied. */
export type ResolvedSshAccess = Required<Omit<SshAccess, "bastionHost">> & Pick<SshAccess, "bastionHost">;

/** How long Terraform tries to connect to a node that is still booting. */
const CONNECT_TIMEOUT = "15m";

/**
 * Applies the defaults.
 *
 * @throws ValidationError when the key's path is neither absolute nor below the home directory, or holds what Terraform would read as its own syntax
 */
export function resolveSshAccess(scope: Construct, access: SshAccess, imageUser: string): ResolvedSshAccess {
  const { privateKeyFile } = access;
  // Terraform would compose decomposed letters, and look for another file
  const arrives =
    /^(?:\/|~\/)[^"\\$%\p{Cc}\p{Surrogate}]*$/u.test(privateKeyFile) &&
    privateKeyFile === privateKeyFile.normalize("NFC");
  if (!Token.isUnresolved(privateKeyFile) && !arrives) {
    throw new ValidationError(
      scope,
      `'ssh.privateKeyFile' must be an absolute path or begin with "~/", without quotes, backslashes, $, %, ` +
        `control characters and decomposed letters, got ${JSON.stringify(privateKeyFile)}`,
    );
  }
  return { ...access, user: access.user ?? imageUser, port: access.port ?? SSH_PORT };
}

/** Connection of a provisioner to a node. */
export function sshConnection(access: ResolvedSshAccess, host: string): SSHProvisionerConnection {
  return {
    type: "ssh",
    host,
    user: access.user,
    port: access.port,
    privateKey: Fn.file(Fn.pathexpand(access.privateKeyFile)),
    bastionHost: access.bastionHost,
    timeout: CONNECT_TIMEOUT,
  };
}
