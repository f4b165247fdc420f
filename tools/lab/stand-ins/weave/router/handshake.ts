import { createHmac, timingSafeEqual } from "node:crypto";

/** What both ends of a connection say first. */
export interface Hello {
  readonly name: string;
  readonly nick: string;
  readonly challenge: string;
}

/** The proof that one knows the password, made for a challenge; without a password it proves nothing. */
export function prove(password: string, challenge: string, name: string): string {
  return createHmac("sha256", password).update(`${challenge} ${name}`).digest("hex");
}

/** Whether a proof is right. */
export function isProof(given: string, password: string, challenge: string, name: string): boolean {
  const expected = Buffer.from(prove(password, challenge, name));
  const bytes = Buffer.from(given);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
