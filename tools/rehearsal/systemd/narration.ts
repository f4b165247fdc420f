import { Outcome } from "../machine-command";
import { ServiceDefinition } from "./service-definition";
import { activeState, isEnding, isIdle, ServiceState } from "./service-state";

/** Names of exit codes that systemd shows beside the number. */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  0: "SUCCESS",
  1: "FAILURE",
  2: "INVALIDARGUMENT",
  200: "CHDIR",
  203: "EXEC",
};

/** What systemd itself writes into the journal about a step of a service's life. */
export function narrate(before: ServiceState, after: ServiceState, definition: ServiceDefinition): string[] {
  const { description, name } = definition;
  const said: string[] = [];
  const became = (text: string, happened: boolean) => (happened ? said.push(text) : 0);

  became(
    `${name.full}: Scheduled restart job, restart counter is at ${after.restarts}.`,
    after.restarts > before.restarts,
  );
  became(`${name.full}: Start request repeated too quickly.`, limitHit(after) && !limitHit(before));
  if (after.main !== undefined && after.main !== before.main && after.main.code !== 0) {
    said.push(`${name.full}: Main process exited, ${describeOutcome(after.main)}`);
  }
  became(`Started ${description}.`, isUp(after) && !isUp(before) && !isEnding(before.phase));
  became(`Stopping ${description}...`, after.stopping && !before.stopping && isUp(before));
  const ended = isIdle(after.phase) && !isIdle(before.phase);
  became(`${name.full}: Failed with result '${after.result}'.`, ended && after.result !== "success");
  became(
    `Finished ${description}.`,
    ended && definition.type === "oneshot" && after.result === "success" && !after.stopping,
  );
  became(`Stopped ${description}.`, ended && after.stopping);
  return said;
}

/** How a process ended, as systemd writes it. */
export function describeOutcome({ code, signal }: Outcome): string {
  if (signal !== undefined) return `code=killed, status=${signal.replace("SIG", "")}`;
  return `code=exited, status=${code}/${STATUS_NAMES[code ?? 0] ?? "n/a"}`;
}

function isUp({ phase }: ServiceState): boolean {
  return activeState(phase) === "active";
}

function limitHit({ result }: ServiceState): boolean {
  return result === "start-limit-hit";
}
