import type { IncomingMessage } from "node:http";

/** A principal and its secret. */
export interface Credential {
  readonly principal: string;
  readonly secret: string;
}

/** The value of `Authorization` that names a principal. */
export function basicAuthorization({ principal, secret }: Credential): string {
  return `Basic ${Buffer.from(`${principal}:${secret}`).toString("base64")}`;
}

/** Who asks: the principal of one of the credentials, or undefined. */
export function authenticate(
  { headers }: Pick<IncomingMessage, "headers">,
  credentials: readonly Credential[],
): string | undefined {
  const given = headers.authorization;
  return credentials.find((credential) => basicAuthorization(credential) === given)?.principal;
}
