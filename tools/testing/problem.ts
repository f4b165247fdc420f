/** Something wrong with one resource, as Terraform shows it. */
export interface Problem {
  /** One line. */
  readonly summary: string;
  /** What to know and do about it. */
  readonly detail: string;
  /** Name of the argument it is about. */
  readonly attribute?: string;
}

/** What a cloud's API answers when it refuses a request. */
export class CloudError extends Error {
  /**
   * @param code the API's own code for the refusal
   * @param message what it says about it
   */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`api error ${code}: ${message}`);
    this.name = "CloudError";
  }
}

/** Any thrown thing as a problem of what was being done. */
export function problemOf(doing: string, error: unknown): Problem {
  const text = error instanceof Error ? error.message : String(error);
  return {
    summary: `${doing}: ${text.split("\n", 1)[0] ?? ""}`,
    detail: text.split("\n").slice(1).join("\n"),
  };
}
