import * as os from "node:os";
import { CommandList, ExecCommand, RestartPolicy, ServiceDefinition } from "./service-definition";
import { parseTimeSpan } from "./time-span";
import { UnitError } from "./unit-error";
import { splitWords } from "./words";

/** How a directive changes a definition. */
export interface DirectiveContext {
  readonly definition: ServiceDefinition;
  readonly value: string;
  /** Puts specifiers in. */
  readonly expand: (text: string) => string;
}

/** What one directive does. */
export type Directive = (context: DirectiveContext) => void;

type ListField = "wants" | "requires" | "wantedBy";
type NumberListField = "successExitStatus" | "restartPreventExitStatus";
type SecondsField = "restartSec" | "startLimitIntervalSec" | "timeoutStartSec" | "timeoutStopSec";

/** Says nothing about what runs: documentation, names in a log, limits of a real kernel, order at boot. */
const accepted: Directive = () => undefined;

/** Every directive the rehearsal knows, by section. Another one is refused, where the real systemd only warns. */
export const DIRECTIVES: Readonly<Record<string, Readonly<Record<string, Directive>>>> = {
  Unit: {
    Description: ({ definition, value, expand }) => void (definition.description = expand(value)),
    Documentation: accepted,
    After: accepted,
    Before: accepted,
    Wants: list("wants"),
    Requires: list("requires"),
    StartLimitIntervalSec: seconds("startLimitIntervalSec"),
    StartLimitBurst: ({ definition, value }) => void (definition.startLimitBurst = integer(value)),
  },
  Service: {
    Type: ({ definition, value }) => void (definition.type = oneOf(value, ["simple", "exec", "oneshot"])),
    ExecStartPre: commands("ExecStartPre"),
    ExecStart: commands("ExecStart"),
    ExecStartPost: commands("ExecStartPost"),
    ExecStop: commands("ExecStop"),
    ExecStopPost: commands("ExecStopPost"),
    Environment: environment,
    EnvironmentFile: environmentFile,
    WorkingDirectory: ({ definition, value, expand }) => void (definition.workingDirectory = expand(value)),
    User: ({ value }) => void oneOf(value, ["root"]),
    Group: ({ value }) => void oneOf(value, ["root"]),
    Restart: ({ definition, value }) => void (definition.restart = oneOf(value, RESTART_POLICIES)),
    RestartSec: seconds("restartSec"),
    RestartPreventExitStatus: numbers("restartPreventExitStatus"),
    SuccessExitStatus: numbers("successExitStatus"),
    RemainAfterExit: ({ definition, value }) => void (definition.remainAfterExit = flag(value)),
    TimeoutStartSec: seconds("timeoutStartSec"),
    TimeoutStopSec: seconds("timeoutStopSec"),
    TimeoutSec: (context) =>
      [seconds("timeoutStartSec"), seconds("timeoutStopSec")].forEach((set) => set(context)),
    KillMode: ({ value }) => void oneOf(value, ["control-group"]),
    KillSignal: ({ definition, value }) => void (definition.killSignal = signal(value)),
    StandardOutput: ({ value }) => void oneOf(value, ["journal", "inherit"]),
    StandardError: ({ value }) => void oneOf(value, ["journal", "inherit"]),
    SyslogIdentifier: accepted,
    LimitNOFILE: accepted,
    TasksMax: accepted,
    Delegate: accepted,
    OOMScoreAdjust: accepted,
  },
  Install: {
    WantedBy: list("wantedBy"),
  },
};

const RESTART_POLICIES: readonly RestartPolicy[] = [
  "no",
  "always",
  "on-success",
  "on-failure",
  "on-abnormal",
  "on-abort",
];

function commands(name: CommandList): Directive {
  return ({ definition, value, expand }) => {
    // an empty value takes back what was set before, here as in every list
    if (value === "") definition.commands[name] = [];
    else definition.commands[name].push(execCommand(value, expand));
  };
}

function execCommand(value: string, expand: (text: string) => string): ExecCommand {
  const [, prefixes = "", rest = ""] = /^([-@:+!]*)([\s\S]*)$/.exec(value) ?? [];
  if (/[^-]/.test(prefixes))
    throw new UnitError(
      `only the prefix "-" of a command is known to the rehearsal, got ${JSON.stringify(value)}`,
    );
  const words = splitWords(rest).map(expand);
  if (words.includes(";"))
    throw new UnitError(
      `several commands in one line are not known to the rehearsal, got ${JSON.stringify(value)}`,
    );
  if (words.length === 0) throw new UnitError(`a command is missing in ${JSON.stringify(value)}`);
  return { words, mayFail: prefixes.includes("-") };
}

function environment({ definition, value, expand }: DirectiveContext): void {
  if (value === "") definition.environment = {};
  for (const word of splitWords(value)) {
    const [, name, text] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(expand(word)) ?? [];
    if (name === undefined || text === undefined)
      throw new UnitError(`${JSON.stringify(word)} is no assignment`);
    definition.environment[name] = text;
  }
}

function environmentFile({ definition, value, expand }: DirectiveContext): void {
  if (value === "") return void (definition.environmentFiles = []);
  const optional = value.startsWith("-");
  const path = expand(optional ? value.slice(1) : value);
  if (!path.startsWith("/")) throw new UnitError(`${JSON.stringify(path)} must be absolute`);
  definition.environmentFiles.push({ path, optional });
}

function list(field: ListField): Directive {
  return ({ definition, value, expand }) => {
    if (value === "") definition[field] = [];
    else definition[field].push(...splitWords(value).map(expand));
  };
}

function numbers(field: NumberListField): Directive {
  return ({ definition, value }) => {
    if (value === "") definition[field] = [];
    else definition[field].push(...splitWords(value).map(integer));
  };
}

function seconds(field: SecondsField): Directive {
  return ({ definition, value }) => void (definition[field] = parseTimeSpan(value));
}

function oneOf<T extends string>(value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw new UnitError(
      `must be one of ${allowed.join(", ")} in the rehearsal, got ${JSON.stringify(value)}`,
    );
  return found;
}

function integer(value: string): number {
  if (!/^\d+$/.test(value)) throw new UnitError(`must be a number, got ${JSON.stringify(value)}`);
  return Number(value);
}

function flag(value: string): boolean {
  if (/^(yes|true|on|1)$/.test(value)) return true;
  if (/^(no|false|off|0)$/.test(value)) return false;
  throw new UnitError(`must be yes or no, got ${JSON.stringify(value)}`);
}

function signal(value: string): NodeJS.Signals {
  if (!(value in os.constants.signals)) throw new UnitError(`must be a signal, got ${JSON.stringify(value)}`);
  return value as NodeJS.Signals;
}
