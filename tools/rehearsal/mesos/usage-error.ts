/** A command line that mesos-execute refuses while it reads its flags. */
export class UsageError extends Error {}

/** A command line that mesos-execute refuses after it has read its flags. */
export class ExitError extends Error {
  /** @param line of execute.cpp, which stands in the log line */
  constructor(
    public readonly line: number,
    text: string,
  ) {
    super(text);
  }
}
