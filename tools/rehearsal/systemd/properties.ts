import * as os from "node:os";
import { fileState } from "./enablement";
import { describeOutcome } from "./narration";
import { Service } from "./service";
import { activeState } from "./service-state";
import { Loaded, Supervisor } from "./supervisor";
import { parseUnitName } from "./unit-name";

/**
 * The properties of a unit that `systemctl show` knows here, in the order it prints them.
 *
 * A unit that is not there has some too, as with the real systemd.
 */
export function propertiesOf(supervisor: Supervisor, unit: string): Record<string, string> {
  const loaded = supervisor.load(unit);
  const name = parseUnitName(unit);
  return {
    ...(loaded instanceof Service ? serviceProperties(loaded) : INACTIVE),
    Id: name.full,
    Names: name.full,
    Description: loaded instanceof Service ? loaded.definition.description : name.full,
    LoadState: loadState(loaded),
    FragmentPath: supervisor.fragmentOf(name) ?? "",
    UnitFileState: fileState(supervisor, unit) ?? "",
    NeedDaemonReload: loaded instanceof Service && supervisor.needsReload(loaded) ? "yes" : "no",
  };
}

const INACTIVE: Readonly<Record<string, string>> = {
  Type: "",
  Restart: "no",
  MainPID: "0",
  Result: "success",
  NRestarts: "0",
  ExecMainCode: "0",
  ExecMainStatus: "0",
  ActiveState: "inactive",
  SubState: "dead",
  InvocationID: "",
};

function serviceProperties(service: Service): Record<string, string> {
  const { state, definition } = service;
  return {
    Type: definition.type,
    Restart: definition.restart,
    MainPID: String(service.mainPid),
    Result: state.result,
    NRestarts: String(state.restarts),
    ...mainExit(service),
    ActiveState: activeState(state.phase),
    SubState: state.phase,
    InvocationID: service.invocationId,
  };
}

/** CLD_EXITED and CLD_KILLED are 1 and 2; the status is the exit code or the signal's number. */
function mainExit({ state: { main } }: Service): { ExecMainCode: string; ExecMainStatus: string } {
  if (main === undefined) return { ExecMainCode: "0", ExecMainStatus: "0" };
  if (main.signal === undefined) return { ExecMainCode: "1", ExecMainStatus: String(main.code) };
  return { ExecMainCode: "2", ExecMainStatus: String(os.constants.signals[main.signal]) };
}

function loadState(loaded: Loaded): string {
  if (loaded instanceof Service) return "loaded";
  return loaded === "not-found" ? loaded : "bad-setting";
}

/** The lines of `systemctl status`, without the journal's. */
export function statusLines(supervisor: Supervisor, service: Service): string[] {
  const { definition, state } = service;
  const unit = definition.name.full;
  const active = activeState(state.phase);
  const pid = service.mainPid;
  const result = active === "failed" ? ` (Result: ${state.result})` : ` (${state.phase})`;
  const mainLine = state.main ? [`    Process: (${describeOutcome(state.main)})`] : [];
  return [
    `${active === "active" ? "●" : active === "failed" ? "×" : "○"} ${unit} - ${definition.description}`,
    `     Loaded: loaded (${supervisor.fragmentOf(definition.name) ?? ""}; ${fileState(supervisor, unit) ?? ""})`,
    `     Active: ${active}${result}`,
    ...(pid > 0 ? [`   Main PID: ${pid}`] : mainLine),
  ];
}
