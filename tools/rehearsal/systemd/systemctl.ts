import { Call, StandIn } from "../stand-in/stand-ins";
import { disable, enable, fileState } from "./enablement";
import { propertiesOf, statusLines } from "./properties";
import { Service, StartResult } from "./service";
import { activeState } from "./service-state";
import { Loaded, Supervisor } from "./supervisor";
import { parseSystemctl, SystemctlRequest } from "./systemctl-options";
import { UnitError } from "./unit-error";
import { parseUnitName } from "./unit-name";

/** What a verb works with. */
interface Context {
  readonly supervisor: Supervisor;
  readonly request: SystemctlRequest;
  readonly call: Call;
}

/** Does what the verb says for one unit; the result is the exit code. */
type UnitVerb = (context: Context, unit: string) => Promise<number> | number;

/** Exit codes of systemctl, which are those of an LSB init script where it asks something. */
const EXIT = { failure: 1, inactive: 3, unknown: 4, notLoaded: 5 };

const UNIT_VERBS: Readonly<Record<string, UnitVerb>> = {
  start: (context, unit) => job(context, unit, "start", (service) => context.supervisor.start(service)),
  stop: (context, unit) => stop(context, unit),
  restart: (context, unit) =>
    job(context, unit, "restart", async (service) => {
      await service.stop();
      return context.supervisor.start(service);
    }),
  enable: async (context, unit) => {
    context.supervisor.reload();
    for (const line of enable(context.supervisor, unit)) tell(context, line);
    return context.request.now ? run(context, "start", unit) : 0;
  },
  disable: async (context, unit) => {
    context.supervisor.reload();
    for (const line of disable(context.supervisor, unit)) tell(context, line);
    return context.request.now ? run(context, "stop", unit) : 0;
  },
  "is-active": ({ supervisor, request, call }, unit) => {
    const loaded = supervisor.load(unit);
    const active = activeOf(loaded);
    if (!request.quiet) call.out(active);
    if (active === "active") return 0;
    return loaded === "not-found" ? EXIT.unknown : EXIT.inactive;
  },
  "is-failed": ({ supervisor, request, call }, unit) => {
    const active = activeOf(supervisor.load(unit));
    if (!request.quiet) call.out(active);
    return active === "failed" ? 0 : EXIT.failure;
  },
  "is-enabled": isEnabled,
  show: (context, unit) => show(context, unit),
  status,
  "reset-failed": ({ supervisor, call }, unit) => {
    const loaded = supervisor.load(unit);
    if (loaded instanceof Service) return loaded.resetFailed() ?? 0;
    call.err(`Failed to reset failed state of unit ${full(unit)}: Unit ${full(unit)} not loaded.`);
    return EXIT.failure;
  },
};

/** Verbs of which it is enough that one unit answers yes. */
const ANY_OF: readonly string[] = ["is-active", "is-failed", "is-enabled"];

/** The `systemctl` of one machine. */
export function systemctl(supervisor: Supervisor): StandIn {
  return async (call) => {
    const request = parseSystemctl(call.args);
    const context = { supervisor, request, call };
    if (request.verb === "daemon-reload") return supervisor.reload() ?? 0;
    if (UNIT_VERBS[request.verb] === undefined) {
      throw new Error(`the rehearsal's systemctl does not know verb ${JSON.stringify(request.verb)}`);
    }
    if (request.units.length === 0) throw new Error(`${request.verb} needs a unit, got none`);
    const codes = await Promise.all(request.units.map((unit) => run(context, request.verb, unit)));
    if (ANY_OF.includes(request.verb) && codes.includes(0)) return 0;
    return codes.find((code) => code !== 0) ?? 0;
  };
}

async function run(context: Context, verb: string, unit: string): Promise<number> {
  try {
    return (await UNIT_VERBS[verb]?.(context, unit)) ?? EXIT.failure;
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    context.call.err(error.message);
    return EXIT.failure;
  }
}

async function job(
  context: Context,
  unit: string,
  verb: string,
  work: (service: Service) => Promise<StartResult>,
): Promise<number> {
  const { supervisor, request, call } = context;
  const loaded = supervisor.load(unit);
  if (loaded === "not-found") {
    call.err(`Failed to ${verb} ${full(unit)}: Unit ${full(unit)} not found.`);
    return EXIT.notLoaded;
  }
  if (loaded instanceof UnitError) {
    call.err(
      `Failed to ${verb} ${full(unit)}: Unit ${full(unit)} has a bad unit file setting.\n${loaded.message}`,
    );
    return EXIT.failure;
  }
  warnOfChange(context, loaded);
  const done = work(loaded);
  if (request.noBlock) return 0;
  const result = await done;
  if (result !== "done") call.err(explanation(full(unit), result, loaded));
  return result === "done" ? 0 : EXIT.failure;
}

async function stop({ supervisor, request, call }: Context, unit: string): Promise<number> {
  const loaded = supervisor.load(unit);
  if (!(loaded instanceof Service)) {
    call.err(`Failed to stop ${full(unit)}: Unit ${full(unit)} not loaded.`);
    return EXIT.notLoaded;
  }
  const stopped = loaded.stop();
  if (!request.noBlock) await stopped;
  return 0;
}

function isEnabled({ supervisor, request, call }: Context, unit: string): number {
  const state = fileState(supervisor, unit);
  if (state === undefined) {
    call.err(`Failed to get unit file state for ${full(unit)}: No such file or directory`);
    return EXIT.failure;
  }
  if (!request.quiet) call.out(state);
  return state === "disabled" ? EXIT.failure : 0;
}

function show({ supervisor, request, call }: Context, unit: string): number {
  const known = propertiesOf(supervisor, unit);
  const names = request.properties.length > 0 ? request.properties : Object.keys(known);
  const lines = names.map((name) => {
    const value = known[name];
    if (value === undefined)
      throw new Error(`the rehearsal's systemctl does not know property ${JSON.stringify(name)}`);
    return request.valueOnly ? value : `${name}=${value}`;
  });
  call.out(lines.join("\n"));
  return 0;
}

function status({ supervisor, request, call }: Context, unit: string): number {
  const loaded = supervisor.load(unit);
  if (!(loaded instanceof Service)) {
    call.err(loaded === "not-found" ? `Unit ${full(unit)} could not be found.` : loaded.message);
    return EXIT.unknown;
  }
  const journal = supervisor.journal.lines([full(unit)], request.lines).map(({ text }) => text);
  call.out([...statusLines(supervisor, loaded), "", ...journal].join("\n"));
  return activeState(loaded.state.phase) === "active" ? 0 : EXIT.inactive;
}

function warnOfChange({ supervisor, call }: Context, service: Service): void {
  if (!supervisor.needsReload(service)) return;
  const unit = service.definition.name.full;
  call.err(
    `Warning: The unit file, source configuration file or drop-ins of ${unit} changed on disk. ` +
      "Run 'systemctl daemon-reload' to reload units.",
  );
}

function explanation(unit: string, result: StartResult, { state }: Service): string {
  if (result === "canceled") return `Job for ${unit} canceled.`;
  const cause = {
    timeout: "a timeout was exceeded",
    signal: "a fatal signal was delivered to the control process",
    "start-limit-hit": "start of the service was attempted too often",
    resources: "of unavailable resources or another system error",
    "exit-code": "the control process exited with error code",
    success: "a unit it requires did not start",
  }[state.result];
  return (
    `Job for ${unit} failed because ${cause}.\n` +
    `See "systemctl status ${unit}" and "journalctl -xeu ${unit}" for details.`
  );
}

function tell({ request, call }: Context, line: string): void {
  if (!request.quiet) call.err(line);
}

function activeOf(loaded: Loaded): string {
  return loaded instanceof Service ? activeState(loaded.state.phase) : "inactive";
}

function full(unit: string): string {
  return parseUnitName(unit).full;
}
