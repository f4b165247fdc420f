import { HealthCheck, MesosTask } from "../../lib";
import { importedCluster, testStack } from "../support/stacks";

const DEFAULTS = {
  delay_seconds: 0,
  interval_seconds: 5,
  timeout_seconds: 5,
  grace_period_seconds: 60,
  consecutive_failures: 3,
};

describe("HealthCheck", () => {
  it.each<[string, HealthCheck, object]>([
    [
      "a request",
      HealthCheck.http(80, "/health?deep=1"),
      { type: "HTTP", http: { scheme: "http", port: 80, path: "/health?deep=1" } },
    ],
    ["a connection", HealthCheck.tcp(3306), { type: "TCP", tcp: { port: 3306 } }],
    [
      "a command",
      HealthCheck.command("redis-cli ping"),
      { type: "COMMAND", command: { shell: true, value: "redis-cli ping" } },
    ],
  ])("is %s", (_, check, expected) => {
    expect(check._info()).toEqual({ ...expected, ...DEFAULTS });
  });

  it("takes its times and patience from its options", () => {
    const options = { intervalSec: 1, timeoutSec: 2, graceSec: 0, consecutiveFailures: 4 };

    expect(HealthCheck.tcp(1, options)._info()).toMatchObject({
      interval_seconds: 1,
      timeout_seconds: 2,
      grace_period_seconds: 0,
      consecutive_failures: 4,
    });
  });

  it.each<[HealthCheck, string]>([
    [HealthCheck.tcp(0), "'healthCheck.port' must be a whole number from 1 to 65535, got 0"],
    [HealthCheck.http(65536, "/"), "'healthCheck.port' must be a whole number from 1 to 65535, got 65536"],
    ...["", "health", "/a b", "/é", "/\n", "/${x}\0"].map((path): [HealthCheck, string] => [
      HealthCheck.http(80, path),
      `'healthCheck.path' must begin with a slash and hold only printable ASCII, got ${JSON.stringify(path)}`,
    ]),
    [HealthCheck.command(""), "'healthCheck.command' must be a command without NUL characters, got \"\""],
    [
      HealthCheck.command("a\0b"),
      "'healthCheck.command' must be a command without NUL characters, got \"a\\u0000b\"",
    ],
    [
      HealthCheck.tcp(1, { intervalSec: 0 }),
      "'healthCheck.intervalSec' must be a whole number from 1 to 86400, got 0",
    ],
    [
      HealthCheck.tcp(1, { timeoutSec: 0.5 }),
      "'healthCheck.timeoutSec' must be a whole number from 1 to 86400, got 0.5",
    ],
    [
      HealthCheck.tcp(1, { graceSec: -1 }),
      "'healthCheck.graceSec' must be a whole number from 0 to 86400, got -1",
    ],
    [
      HealthCheck.tcp(1, { consecutiveFailures: 0 }),
      "'healthCheck.consecutiveFailures' must be a whole number from 1 to 86400, got 0",
    ],
  ])("fails for %j", (healthCheck, message) => {
    const stack = testStack();
    const cluster = importedCluster(stack);

    expect(
      () => new MesosTask(stack, "Web", { cluster, taskName: "web", image: "nginx", healthCheck }),
    ).toThrow(`test/Web: ${message}`);
  });
});
