import { Fn, type SSHProvisionerConnection, Token } from "cdktf";
import type { Construct } from "constructs";
import { ValidationError } from "../errors";
import { validateWholeNumber } from "../private/whole-number";
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
  /**
   * How long Terraform tries to log in to a node, in seconds: one that was just made is still booting, and a refused key
   * is tried again until then too.
   *
   * @default 900
   */
  readonly connectTimeoutSec?: number;
}

/** `SshAccess` with its defaults applied. */
export type ResolvedSshAccess = Required<Omit<SshAccess, "bastionHost">> & Pick<SshAccess, "bastionHost">;

const DEFAULT_CONNECT_TIMEOUT_SEC = 900;

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
  const { user = imageUser, port = SSH_PORT, bastionHost } = access;
  const { connectTimeoutSec = DEFAULT_CONNECT_TIMEOUT_SEC } = access;
  if (!Token.isUnresolved(user) && !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(user)) {
    throw new ValidationError(scope, `'ssh.user' must be the name of a user, got ${JSON.stringify(user)}`);
  }
  if (!Token.isUnresolved(port)) validateWholeNumber(scope, "ssh.port", port, [1, 65535]);
  if (bastionHost !== undefined) validateHost(scope, "ssh.bastionHost", bastionHost);
  if (!Token.isUnresolved(connectTimeoutSec)) {
    validateWholeNumber(scope, "ssh.connectTimeoutSec", connectTimeoutSec, [1, 86400]);
  }
  return { ...access, user, port, connectTimeoutSec };
}

/**
 * Refuses what is neither an address nor a host name.
 *
 * @throws ValidationError naming the property and the value
 */
export function validateHost(scope: Construct, property: string, host: string): void {
  if (!Token.isUnresolved(host) && !/^[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?$/.test(host)) {
    throw new ValidationError(
      scope,
      `'${property}' must be an address or a host name, got ${JSON.stringify(host)}`,
    );
  }
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
    timeout: `${access.connectTimeoutSec}s`,
  };
}
