import type { IConstruct } from "constructs";

/** Bad input, refused at synth. The message starts with the path of the construct that was given it. */
export class ValidationError extends Error {
  constructor(scope: IConstruct, message: string) {
    super(`${scope.node.path}: ${message}`);
    this.name = "ValidationError";
  }
}
