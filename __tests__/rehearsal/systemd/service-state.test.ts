import { Outcome } from "../../../tools/rehearsal/machine-command";
import { narrate } from "../../../tools/rehearsal/systemd/narration";
import {
  emptyDefinition,
  RestartPolicy,
  ServiceDefinition,
} from "../../../tools/rehearsal/systemd/service-definition";
import {
  activeState,
  INITIAL_STATE,
  Phase,
  Result,
  resultOf,
  ServiceEvent,
  ServiceState,
  restartsAfter,
  transition,
} from "../../../tools/rehearsal/systemd/service-state";
import { parseUnitName } from "../../../tools/rehearsal/systemd/unit-name";

const command = { words: ["x"], mayFail: false };

/** A service with the given commands besides its main one. */
function service(
  changes: Partial<ServiceDefinition> = {},
  ...lists: (keyof ServiceDefinition["commands"])[]
): ServiceDefinition {
  const definition = { ...emptyDefinition(parseUnitName("s")), ...changes };
  for (const list of ["ExecStart", ...lists] as const) definition.commands[list] = [command];
  return definition;
}

/** The phases a service goes through, with what is done on the way. */
function walk(
  definition: ServiceDefinition,
  events: ServiceEvent[],
  from: ServiceState = INITIAL_STATE,
): string[] {
  let state = from;
  return events.map((event) => {
    const step = transition(state, event, definition);
    state = step.state;
    const effects = step.effects.map((effect) => {
      if (effect.kind === "run") return effect.list;
      if (effect.kind === "signal") return effect.signal;
      return effect.kind === "timer" ? `timer ${effect.seconds}` : effect.kind;
    });
    return [state.phase, state.result, ...effects].join(", ");
  });
}

const start: ServiceEvent = { kind: "start", at: 1000 };
const stop: ServiceEvent = { kind: "stop" };
const up: ServiceEvent = { kind: "mainStarted" };
const gone: ServiceEvent = { kind: "gone" };
const timeout: ServiceEvent = { kind: "timeout", at: 2000 };
const exits = (code: number): ServiceEvent => ({ kind: "mainExited", outcome: { code } });
const done = (code = 0): ServiceEvent => ({ kind: "commandsDone", outcome: { code } });

describe("transition", () => {
  const all = ["ExecStartPre", "ExecStartPost", "ExecStop", "ExecStopPost"] as const;

  it.each<[string, ServiceDefinition, ServiceEvent[], string[]]>([
    [
      "a life with a stop",
      service(),
      [start, up, stop, exits(0), gone],
      [
        "start, success, timer 90, runMain",
        "running, success, timer Infinity",
        "stop-sigterm, success, timer 90, SIGTERM",
        "stop-sigterm, success",
        "dead, success, timer Infinity",
      ],
    ],
    [
      "every command",
      service({}, ...all),
      [start, done(), up, done(), stop, done(), gone, done()],
      [
        "start-pre, success, timer 90, ExecStartPre",
        "start, success, runMain",
        "start-post, success, ExecStartPost",
        "running, success, timer Infinity",
        "stop, success, timer 90, ExecStop",
        "stop-sigterm, success, timer 90, SIGTERM",
        "stop-post, success, timer 90, ExecStopPost",
        "dead, success, timer Infinity",
      ],
    ],
    [
      "a failed ExecStartPre, which skips ExecStop",
      service({}, ...all),
      [start, done(1), gone, done()],
      [
        "start-pre, success, timer 90, ExecStartPre",
        "stop-sigterm, exit-code, timer 90, SIGTERM",
        "stop-post, exit-code, timer 90, ExecStopPost",
        "failed, exit-code, timer Infinity",
      ],
    ],
    [
      "a failure with Restart=always",
      service({ restart: "always", restartSec: 3 }),
      [start, up, exits(7), gone, timeout, up],
      [
        "start, success, timer 90, runMain",
        "running, success, timer Infinity",
        "stop-sigterm, exit-code, timer 90, SIGTERM",
        "auto-restart, exit-code, timer 3",
        "start, success, timer 90, runMain",
        "running, success, timer Infinity",
      ],
    ],
    [
      "a stop while it waits for its restart",
      service({ restart: "always" }),
      [start, up, exits(0), gone, stop],
      [
        "start, success, timer 90, runMain",
        "running, success, timer Infinity",
        "stop-sigterm, success, timer 90, SIGTERM",
        "auto-restart, success, timer 0.1",
        "dead, success, timer Infinity",
      ],
    ],
    [
      "a stop that takes too long",
      service({ timeoutStopSec: 5, restart: "always" }),
      [start, up, stop, timeout, timeout, gone],
      [
        "start, success, timer 90, runMain",
        "running, success, timer Infinity",
        "stop-sigterm, success, timer 5, SIGTERM",
        "stop-sigkill, timeout, SIGKILL, timer 5",
        "stop-sigkill, timeout, SIGKILL, timer 5",
        "failed, timeout, timer Infinity",
      ],
    ],
    [
      "a start that takes too long",
      service({ timeoutStartSec: 1 }, "ExecStartPre"),
      [start, timeout, gone],
      [
        "start-pre, success, timer 1, ExecStartPre",
        "stop-sigterm, timeout, timer 90, SIGTERM",
        "failed, timeout, timer Infinity",
      ],
    ],
    [
      "a oneshot",
      service({ type: "oneshot" }),
      [start, exits(0), gone],
      [
        "start, success, timer Infinity, runMain",
        "stop-sigterm, success, timer 90, SIGTERM",
        "dead, success, timer Infinity",
      ],
    ],
    [
      "a oneshot that remains",
      service({ type: "oneshot", remainAfterExit: true }),
      [start, exits(0), stop, gone],
      [
        "start, success, timer Infinity, runMain",
        "exited, success, timer Infinity",
        "stop-sigterm, success, timer 90, SIGTERM",
        "dead, success, timer Infinity",
      ],
    ],
    [
      "an environment that cannot be made",
      service(),
      [start, { kind: "refused" }, gone, { kind: "resetFailed" }],
      [
        "start, success, timer 90, runMain",
        "stop-sigterm, resources, timer 90, SIGTERM",
        "failed, resources, timer Infinity",
        "dead, success",
      ],
    ],
    [
      "what means nothing",
      service(),
      [stop, up, exits(0), gone, timeout],
      Array<string>(5).fill("dead, success"),
    ],
    [
      "a second start",
      service(),
      [start, up, start],
      ["start, success, timer 90, runMain", "running, success, timer Infinity", "running, success"],
    ],
  ])("%s", (_, definition, events, steps) => {
    expect(walk(definition, events)).toEqual(steps);
  });

  it("limits starts within the interval, and not beyond", () => {
    const definition = service({ startLimitIntervalSec: 10, startLimitBurst: 2 });
    const from = { ...INITIAL_STATE, starts: [0, 5000] };

    expect(walk(definition, [{ kind: "start", at: 9000 }], from)).toEqual([
      "failed, start-limit-hit, timer Infinity",
    ]);
    expect(walk(definition, [{ kind: "start", at: 10_000 }], from)).toEqual([
      "start, success, timer 90, runMain",
    ]);
    expect(walk({ ...definition, startLimitIntervalSec: 0 }, [{ kind: "start", at: 9000 }], from)).toEqual([
      "start, success, timer 90, runMain",
    ]);
  });

  it("counts automatic restarts, and begins anew with a start by hand", () => {
    const waiting: ServiceState = { ...INITIAL_STATE, phase: "auto-restart", restarts: 4 };

    expect(transition(waiting, timeout, service()).state.restarts).toBe(5);
    expect(transition(waiting, start, service()).state.restarts).toBe(0);
  });
});

describe("resultOf", () => {
  it.each<[Outcome, Partial<ServiceDefinition>, Result]>([
    [{ code: 0 }, {}, "success"],
    [{ code: 143 }, {}, "exit-code"],
    [{ code: 143 }, { successExitStatus: [143] }, "success"],
    [{ signal: "SIGTERM" }, {}, "success"],
    [{ signal: "SIGKILL" }, {}, "signal"],
    [{ signal: "SIGTERM" }, { type: "oneshot" }, "signal"],
  ])("%j of %j is %s", (outcome, changes, result) => {
    expect(resultOf(outcome, service(changes))).toBe(result);
  });
});

describe("restartsAfter", () => {
  const policies: RestartPolicy[] = ["no", "always", "on-success", "on-failure", "on-abnormal", "on-abort"];

  it.each<[Result, RestartPolicy[]]>([
    ["success", ["always", "on-success"]],
    ["exit-code", ["always", "on-failure"]],
    ["signal", ["always", "on-failure", "on-abnormal", "on-abort"]],
    ["timeout", ["always", "on-failure", "on-abnormal"]],
    ["start-limit-hit", []],
  ])("%s is followed by a restart with %j", (result, expected) => {
    const state = { ...INITIAL_STATE, result };

    expect(policies.filter((restart) => restartsAfter(state, service({ restart })))).toEqual(expected);
    expect(
      policies.filter((restart) => restartsAfter({ ...state, stopping: true }, service({ restart }))),
    ).toEqual([]);
  });

  it("heeds RestartPreventExitStatus", () => {
    const state: ServiceState = { ...INITIAL_STATE, result: "exit-code", main: { code: 75 } };

    expect(restartsAfter(state, service({ restart: "always", restartPreventExitStatus: [75] }))).toBe(false);
  });
});

describe("activeState", () => {
  it.each<[Phase, string]>([
    ["dead", "inactive"],
    ["failed", "failed"],
    ["running", "active"],
    ["exited", "active"],
    ["start-pre", "activating"],
    ["auto-restart", "activating"],
    ["stop", "deactivating"],
    ["stop-post", "deactivating"],
  ])("%s is %s", (phase, active) => {
    expect(activeState(phase)).toBe(active);
  });
});

describe("narrate", () => {
  const state = (phase: Phase, changes: Partial<ServiceState> = {}): ServiceState => ({
    ...INITIAL_STATE,
    phase,
    ...changes,
  });

  it.each<[ServiceState, ServiceState, string[]]>([
    [state("start"), state("running"), ["Started s.service."]],
    [
      state("running"),
      state("stop-sigterm", { main: { signal: "SIGKILL" }, result: "signal" }),
      ["s.service: Main process exited, code=killed, status=KILL"],
    ],
    [state("running"), state("stop-sigterm", { stopping: true }), ["Stopping s.service..."]],
    [state("stop-sigterm", { stopping: true }), state("dead", { stopping: true }), ["Stopped s.service."]],
    [
      state("stop-sigterm", { result: "timeout" }),
      state("auto-restart", { result: "timeout" }),
      ["s.service: Failed with result 'timeout'."],
    ],
    [
      state("auto-restart"),
      state("start", { restarts: 1 }),
      ["s.service: Scheduled restart job, restart counter is at 1."],
    ],
    [state("running"), state("running"), []],
  ])("from %j to %j", (before, after, said) => {
    expect(narrate(before, after, service())).toEqual(said);
  });
});
