import { Token } from "cdktf";
import type { Construct } from "constructs";
import { ValidationError } from "../errors";
import { type CloudConfig, cloudConfig, deterministicGzip } from "./cloud-config";

/** EC2 takes so many bytes of user-data, counted before base64. */
export const USER_DATA_LIMIT_BYTES = 16384;

/**
 * User-data as EC2 takes it: cloud-config, gzipped, in base64.
 *
 * @throws ValidationError when it holds a token (its size would be unknown) or is too large
 */
export function userDataBase64(scope: Construct, config: CloudConfig): string {
  const text = cloudConfig(config);
  if (Token.isUnresolved(text)) {
    throw new ValidationError(
      scope,
      "user-data must hold no token, got one; give the value as a literal, or let the machine ask for it",
    );
  }
  const bytes = deterministicGzip(text);
  if (bytes.length > USER_DATA_LIMIT_BYTES) {
    throw new ValidationError(
      scope,
      `user-data is ${bytes.length} bytes after gzip, EC2 takes ${USER_DATA_LIMIT_BYTES}; ` +
        "move files from rootfs/ into a package or an upload",
    );
  }
  return bytes.toString("base64");
}
