import { CloudError } from "../problem";
import type { Problem } from "../problem";
import type { Fields } from "../value";
import { text } from "./checks";

/**
 * What EC2 takes, in bytes before base64.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
 */
const LIMIT_BYTES = 16384;

/** What the provider says of user data when it validates. */
export function userDataProblems(config: Fields): Problem[] {
  const plain = text(config.user_data);
  const encoded = text(config.user_data_base64);
  const problems: Problem[] = [];
  if (plain !== undefined && Buffer.byteLength(plain) > LIMIT_BYTES) {
    const summary = `expected length of user_data to be in the range (0 - ${LIMIT_BYTES}), got ${Buffer.byteLength(plain)} bytes`;
    problems.push({ summary, detail: "", attribute: "user_data" });
  }
  if (encoded !== undefined && !isBase64(encoded)) {
    const summary = "user_data_base64: must be base64-encoded";
    problems.push({ summary, detail: "", attribute: "user_data_base64" });
  }
  return problems;
}

/** Refuses more user data than EC2 takes. */
export function refuseUserData(object: Fields): void {
  const bytes = Math.max(
    Buffer.byteLength(text(object.user_data) ?? ""),
    Buffer.from(text(object.user_data_base64) ?? "", "base64").length,
  );
  if (bytes <= LIMIT_BYTES) return;
  throw new CloudError(
    "InvalidParameterValue",
    `User data is limited to ${LIMIT_BYTES} bytes, got ${bytes} after base64 decoding`,
  );
}

function isBase64(value: string): boolean {
  return value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
}
