import type { Construct } from "constructs";
import { ValidationError } from "../errors";
import { validateWholeNumber } from "../private/whole-number";

/** When a health check is made, and what counts as sick. */
export interface HealthCheckOptions {
  /**
   * Time between two checks, in seconds.
   *
   * @default 5
   */
  readonly intervalSec?: number;
  /**
   * How long one check may take, in seconds.
   *
   * @default 5
   */
  readonly timeoutSec?: number;
  /**
   * How long failures do not count while the task starts, in seconds; the first success ends it.
   *
   * @default 60
   */
  readonly graceSec?: number;
  /**
   * After how many failures in a row the task is killed, to be started anew.
   *
   * @default 3
   */
  readonly consecutiveFailures?: number;
}

/** What is asked of the task. */
type Question = { readonly type: "HTTP" | "TCP" | "COMMAND" } & Readonly<Record<string, unknown>>;

/**
 * How Mesos finds out whether a task is well: it asks on the task's own loopback address, from its agent.
 *
 * @see https://mesos.apache.org/documentation/latest/health-checks/
 */
export class HealthCheck {
  /**
   * A GET request that must be answered with a status from 200 to 399.
   *
   * @param port the task's port
   * @param path begins with a slash
   */
  public static http(port: number, path: string, options: HealthCheckOptions = {}): HealthCheck {
    return new HealthCheck({ type: "HTTP", http: { scheme: "http", port, path } }, options);
  }

  /**
   * A connection that must be accepted.
   *
   * @param port the task's port
   */
  public static tcp(port: number, options: HealthCheckOptions = {}): HealthCheck {
    return new HealthCheck({ type: "TCP", tcp: { port } }, options);
  }

  /**
   * A command that must exit with 0. It takes part in the task's cpus and memory.
   *
   * @param shellCommand command line for the image's `/bin/sh`
   */
  public static command(shellCommand: string, options: HealthCheckOptions = {}): HealthCheck {
    return new HealthCheck({ type: "COMMAND", command: { shell: true, value: shellCommand } }, options);
  }

  private constructor(
    private readonly question: Question,
    private readonly options: HealthCheckOptions,
  ) {}

  /**
   * Mesos' `HealthCheck`.
   *
   * @internal
   */
  public _info(): object {
    const { intervalSec = 5, timeoutSec = 5, graceSec = 60, consecutiveFailures = 3 } = this.options;
    return {
      ...this.question,
      delay_seconds: 0,
      interval_seconds: intervalSec,
      timeout_seconds: timeoutSec,
      grace_period_seconds: graceSec,
      consecutive_failures: consecutiveFailures,
    };
  }

  /**
   * Checks it for the task it belongs to.
   *
   * @internal
   */
  public _validate(scope: Construct): void {
    const { http, tcp, command } = this.question as {
      http?: { port: number; path: string };
      tcp?: { port: number };
      command?: { value: string };
    };
    const port = (http ?? tcp)?.port;
    if (port !== undefined) validateWholeNumber(scope, "healthCheck.port", port, [1, 65535]);
    // it becomes a part of the URL Mesos gives to curl
    if (http !== undefined && !/^\/[!-~]*$/.test(http.path)) {
      throw new ValidationError(
        scope,
        `'healthCheck.path' must begin with a slash and hold only printable ASCII, got ${JSON.stringify(http.path)}`,
      );
    }
    if (command !== undefined && (command.value === "" || /[\0\p{Surrogate}]/u.test(command.value))) {
      throw new ValidationError(
        scope,
        `'healthCheck.command' must be a command without NUL characters, got ${JSON.stringify(command.value)}`,
      );
    }
    const limits = [
      ["intervalSec", 1],
      ["timeoutSec", 1],
      ["graceSec", 0],
      ["consecutiveFailures", 1],
    ] as const;
    for (const [property, least] of limits) {
      const value = this.options[property];
      if (value !== undefined) validateWholeNumber(scope, `healthCheck.${property}`, value, [least, 86400]);
    }
  }
}
