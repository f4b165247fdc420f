import { UnitName } from "./unit-name";

/** The lists of commands a service may have, in the order of its life. */
export type CommandList = "ExecStartPre" | "ExecStart" | "ExecStartPost" | "ExecStop" | "ExecStopPost";

/** One command line. */
export interface ExecCommand {
  /** Program and arguments, variables not yet put in. */
  readonly words: readonly string[];
  /** Whether its failure counts for nothing. */
  readonly mayFail: boolean;
}

/** When a service that ended is started again. */
export type RestartPolicy = "no" | "always" | "on-success" | "on-failure" | "on-abnormal" | "on-abort";

/** A file of variables. */
export interface EnvironmentFile {
  /** Path in the machine. */
  readonly path: string;
  /** Whether it may be missing. */
  readonly optional: boolean;
}

/** What the files of a service say, all in one. */
export interface ServiceDefinition {
  readonly name: UnitName;
  description: string;
  type: "simple" | "exec" | "oneshot";
  commands: Record<CommandList, ExecCommand[]>;
  environment: Record<string, string>;
  environmentFiles: EnvironmentFile[];
  workingDirectory: string;
  restart: RestartPolicy;
  /** Seconds. */
  restartSec: number;
  /** Seconds; 0 = no limit. */
  startLimitIntervalSec: number;
  startLimitBurst: number;
  /** Seconds; undefined = what the type has by default. */
  timeoutStartSec?: number;
  /** Seconds. */
  timeoutStopSec: number;
  remainAfterExit: boolean;
  killSignal: NodeJS.Signals;
  /** Exit codes that count as success besides 0. */
  successExitStatus: number[];
  /** Exit codes after which it is not started again. */
  restartPreventExitStatus: number[];
  /** Units started before or with it, whose failure does not matter. */
  wants: string[];
  /** Units started with it, without which it does not start. */
  requires: string[];
  /** Targets whose `.wants` folder gets a link when it is enabled. */
  wantedBy: string[];
}

/**
 * A service of which nothing is said yet, with systemd's defaults.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html
 */
export function emptyDefinition(name: UnitName): ServiceDefinition {
  return {
    name,
    description: name.full,
    type: "simple",
    commands: { ExecStartPre: [], ExecStart: [], ExecStartPost: [], ExecStop: [], ExecStopPost: [] },
    environment: {},
    environmentFiles: [],
    workingDirectory: "/",
    restart: "no",
    restartSec: 0.1,
    startLimitIntervalSec: 10,
    startLimitBurst: 5,
    timeoutStopSec: 90,
    remainAfterExit: false,
    killSignal: "SIGTERM",
    successExitStatus: [],
    restartPreventExitStatus: [],
    wants: [],
    requires: [],
    wantedBy: [],
  };
}

/** Seconds a start may take: without end for a oneshot, unless it is set. */
export function startTimeout(definition: ServiceDefinition): number {
  return definition.timeoutStartSec ?? (definition.type === "oneshot" ? Infinity : 90);
}
