import type { ClusterState } from "../cluster-state";
import { MESSAGES } from "../messages";
import { Answer, textAnswer } from "./answer";

/** Ends a framework, if the leader knows it. */
export function teardown({ frameworks }: ClusterState, framework: string | undefined): Answer {
  if (framework === undefined) return textAnswer(400, MESSAGES.noFrameworkId);
  if (!frameworks.some(({ id }) => id === framework)) return textAnswer(400, MESSAGES.unknownFramework);
  return { status: 200, event: { kind: "teardown", framework } };
}
