import { createHmac, timingSafeEqual } from "node:crypto";
import type { Credential } from "../wire/basic-auth";

/** How an agent shows that it knows its secret without sending it; stands in for CRAM-MD5. */
export interface AgentProof {
  readonly principal: string;
  readonly challenge: string;
  readonly answer: string;
}

/** The proof of an agent with a credential. */
export function proveAgent({ principal, secret }: Credential, challenge: string): AgentProof {
  return { principal, challenge, answer: answerOf(secret, challenge) };
}

/** Whether a proof is that of one of the credentials. */
export function isProven(proof: AgentProof | undefined, credentials: readonly Credential[]): boolean {
  const credential = credentials.find(({ principal }) => principal === proof?.principal);
  if (proof === undefined || credential === undefined) return false;
  const expected = Buffer.from(answerOf(credential.secret, proof.challenge));
  const given = Buffer.from(proof.answer);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function answerOf(secret: string, challenge: string): string {
  return createHmac("md5", secret).update(challenge).digest("hex");
}
