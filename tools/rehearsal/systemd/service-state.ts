import { Outcome } from "../machine-command";
import { CommandList, ServiceDefinition, startTimeout } from "./service-definition";

/** Where a service is in its life; systemd's sub-states. */
export type Phase =
  | "dead"
  | "start-pre"
  | "start"
  | "start-post"
  | "running"
  | "exited"
  | "stop"
  | "stop-sigterm"
  | "stop-sigkill"
  | "stop-post"
  | "auto-restart"
  | "failed";

/** Why it failed. */
export type Result = "success" | "exit-code" | "signal" | "timeout" | "start-limit-hit" | "resources";

/** All that decides what happens next. */
export interface ServiceState {
  readonly phase: Phase;
  readonly result: Result;
  /** How its main process ended last. */
  readonly main?: Outcome;
  /** Whether somebody asked it to stop, so that it is not started again. */
  readonly stopping: boolean;
  /** Automatic restarts since it was last started by hand. */
  readonly restarts: number;
  /** Times of recent starts, in milliseconds. */
  readonly starts: readonly number[];
}

/** What can happen to a service. */
export type ServiceEvent =
  | { readonly kind: "start"; readonly at: number }
  | { readonly kind: "stop" }
  /** The commands of the list that ran are done; the outcome is the first failure's. */
  | { readonly kind: "commandsDone"; readonly outcome: Outcome }
  | { readonly kind: "mainStarted" }
  | { readonly kind: "mainExited"; readonly outcome: Outcome }
  /** No process of it is left. */
  | { readonly kind: "gone" }
  | { readonly kind: "timeout"; readonly at: number }
  /** It could not even be tried, as when its environment file is missing. */
  | { readonly kind: "refused" }
  | { readonly kind: "resetFailed" };

/** What is to be done about it. */
export type Effect =
  | { readonly kind: "run"; readonly list: Exclude<CommandList, "ExecStart"> }
  | { readonly kind: "runMain" }
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals }
  /** Sends `timeout` later; takes the place of the timer before. `Infinity` = none. */
  | { readonly kind: "timer"; readonly seconds: number };

/** A state and what to do on the way there. */
export interface Step {
  readonly state: ServiceState;
  readonly effects: readonly Effect[];
}

/** What a service is before anything happened. */
export const INITIAL_STATE: ServiceState = {
  phase: "dead",
  result: "success",
  stopping: false,
  restarts: 0,
  starts: [],
};

/** Signals by which a process may end in peace. */
const CLEAN_SIGNALS: readonly string[] = ["SIGHUP", "SIGINT", "SIGTERM", "SIGPIPE"];

/**
 * One step of a service's life. An event that means nothing in a phase changes nothing.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html
 */
export function transition(state: ServiceState, event: ServiceEvent, definition: ServiceDefinition): Step {
  switch (event.kind) {
    case "start":
      return isIdle(state.phase) ? begin({ ...state, restarts: 0 }, event.at, definition) : stay(state);
    case "stop":
      return stop(state, definition);
    case "commandsDone":
      return commandsDone(state, event.outcome, definition);
    case "mainStarted":
      return state.phase === "start" ? started(state, definition) : stay(state);
    case "mainExited":
      return mainExited({ ...state, main: event.outcome }, event.outcome, definition);
    case "gone":
      return /^stop-sig/.test(state.phase) ? afterStop(state, definition) : stay(state);
    case "timeout":
      return timeout(state, event.at, definition);
    case "refused":
      return /^start/.test(state.phase) ? terminate(worse(state, "resources"), definition) : stay(state);
    case "resetFailed":
      return state.phase === "failed"
        ? go({ ...state, phase: "dead", result: "success", starts: [] })
        : stay(state);
  }
}

/** Whether a start begins a new life. */
export function isIdle(phase: Phase): boolean {
  return phase === "dead" || phase === "failed" || phase === "auto-restart";
}

/** Whether it is on its way to an end. */
export function isEnding(phase: Phase): boolean {
  return phase.startsWith("stop");
}

/** Systemd's word for a phase. */
export function activeState(phase: Phase): "active" | "inactive" | "failed" | "activating" | "deactivating" {
  if (phase === "dead") return "inactive";
  if (phase === "failed") return "failed";
  if (phase === "running" || phase === "exited") return "active";
  return isEnding(phase) ? "deactivating" : "activating";
}

/** What an end of the main process means. */
export function resultOf({ code, signal }: Outcome, definition: ServiceDefinition): Result {
  if (signal !== undefined)
    return CLEAN_SIGNALS.includes(signal) && definition.type !== "oneshot" ? "success" : "signal";
  return code === 0 || definition.successExitStatus.includes(code ?? 0) ? "success" : "exit-code";
}

/** Whether a service that ended by itself is started again. */
export function restartsAfter(
  state: ServiceState,
  { restart, restartPreventExitStatus }: ServiceDefinition,
): boolean {
  if (state.stopping || state.result === "start-limit-hit") return false;
  if (state.main?.code !== undefined && restartPreventExitStatus.includes(state.main.code)) return false;
  switch (restart) {
    case "no":
      return false;
    case "always":
      return true;
    case "on-success":
      return state.result === "success";
    case "on-failure":
      return state.result !== "success";
    case "on-abnormal":
      return state.result === "signal" || state.result === "timeout";
    case "on-abort":
      return state.result === "signal";
  }
}

function go(state: ServiceState, ...effects: Effect[]): Step {
  return { state, effects };
}

function stay(state: ServiceState): Step {
  return { state, effects: [] };
}

function worse(state: ServiceState, result: Result): ServiceState {
  return state.result === "success" ? { ...state, result } : state;
}

function begin(state: ServiceState, at: number, definition: ServiceDefinition): Step {
  const { startLimitIntervalSec: interval, startLimitBurst: burst } = definition;
  const starts = interval > 0 ? state.starts.filter((start) => start > at - interval * 1000) : [];
  if (interval > 0 && starts.length >= burst) {
    return go({ ...state, starts, phase: "failed", result: "start-limit-hit" }, noTimer());
  }
  const fresh: ServiceState = {
    phase: "start-pre",
    result: "success",
    stopping: false,
    restarts: state.restarts,
    starts: [...starts, at],
  };
  const timer: Effect = { kind: "timer", seconds: startTimeout(definition) };
  if (definition.commands.ExecStartPre.length > 0)
    return go(fresh, timer, { kind: "run", list: "ExecStartPre" });
  return go({ ...fresh, phase: "start" }, timer, { kind: "runMain" });
}

function stop(state: ServiceState, definition: ServiceDefinition): Step {
  if (state.phase === "auto-restart") return go({ ...state, phase: "dead", stopping: true }, noTimer());
  if (isIdle(state.phase)) return stay(state);
  const stopping = { ...state, stopping: true };
  if (isEnding(state.phase)) return stay(stopping);
  return activeState(state.phase) === "active"
    ? enterStop(stopping, definition)
    : terminate(stopping, definition);
}

function commandsDone(state: ServiceState, outcome: Outcome, definition: ServiceDefinition): Step {
  const result = resultOf(outcome, { ...definition, type: "oneshot", successExitStatus: [] });
  const next = worse(state, result);
  switch (state.phase) {
    case "start-pre":
      return result === "success"
        ? go({ ...state, phase: "start" }, { kind: "runMain" })
        : terminate(next, definition);
    case "start-post":
      return result === "success" ? up(state, definition) : enterStop(next, definition);
    case "stop":
      return terminate(next, definition);
    case "stop-post":
      return finish(next, definition);
    default:
      return stay(state);
  }
}

function started(state: ServiceState, definition: ServiceDefinition): Step {
  if (definition.commands.ExecStartPost.length === 0) return up(state, definition);
  return go({ ...state, phase: "start-post" }, { kind: "run", list: "ExecStartPost" });
}

/** The start is over: it runs, or has done what a oneshot has to do, or has ended meanwhile. */
function up(state: ServiceState, definition: ServiceDefinition): Step {
  if (state.main === undefined) return go({ ...state, phase: "running" }, noTimer());
  if (state.result !== "success") return terminate(state, definition);
  return definition.remainAfterExit
    ? go({ ...state, phase: "exited" }, noTimer())
    : enterStop(state, definition);
}

function mainExited(state: ServiceState, outcome: Outcome, definition: ServiceDefinition): Step {
  const next = worse(state, resultOf(outcome, definition));
  switch (state.phase) {
    case "start":
      return next.result === "success" ? started(next, definition) : terminate(next, definition);
    case "running":
      return up(next, definition);
    default:
      return stay(next);
  }
}

function timeout(state: ServiceState, at: number, definition: ServiceDefinition): Step {
  const late = worse(state, "timeout");
  switch (state.phase) {
    case "auto-restart":
      return begin({ ...state, restarts: state.restarts + 1 }, at, definition);
    case "stop-sigterm":
      return go(
        { ...late, phase: "stop-sigkill" },
        { kind: "signal", signal: "SIGKILL" },
        { kind: "timer", seconds: definition.timeoutStopSec },
      );
    case "stop-sigkill":
      return go(
        late,
        { kind: "signal", signal: "SIGKILL" },
        { kind: "timer", seconds: definition.timeoutStopSec },
      );
    case "stop-post":
      return finish(late, definition);
    default:
      return isIdle(state.phase) || activeState(state.phase) === "active"
        ? stay(state)
        : terminate(late, definition);
  }
}

function enterStop(state: ServiceState, definition: ServiceDefinition): Step {
  if (definition.commands.ExecStop.length === 0) return terminate(state, definition);
  const timer: Effect = { kind: "timer", seconds: definition.timeoutStopSec };
  return go({ ...state, phase: "stop" }, timer, { kind: "run", list: "ExecStop" });
}

function terminate(state: ServiceState, { killSignal, timeoutStopSec }: ServiceDefinition): Step {
  return go(
    { ...state, phase: "stop-sigterm" },
    { kind: "timer", seconds: timeoutStopSec },
    { kind: "signal", signal: killSignal },
  );
}

function afterStop(state: ServiceState, definition: ServiceDefinition): Step {
  if (definition.commands.ExecStopPost.length === 0) return finish(state, definition);
  const timer: Effect = { kind: "timer", seconds: definition.timeoutStopSec };
  return go({ ...state, phase: "stop-post" }, timer, { kind: "run", list: "ExecStopPost" });
}

function finish(state: ServiceState, definition: ServiceDefinition): Step {
  if (restartsAfter(state, definition)) {
    return go({ ...state, phase: "auto-restart" }, { kind: "timer", seconds: definition.restartSec });
  }
  return go({ ...state, phase: state.result === "success" ? "dead" : "failed" }, noTimer());
}

function noTimer(): Effect {
  return { kind: "timer", seconds: Infinity };
}
