import { MESSAGES } from "./messages";

const SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  ms: 1e-3,
  secs: 1,
  mins: 60,
  hrs: 3600,
  days: 86_400,
  weeks: 604_800,
};

/**
 * A duration as Mesos writes it, such as `10mins`, in seconds.
 *
 * @throws Error when it is none
 */
export function parseDuration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text) ?? [];
  const factor = SECONDS[unit ?? ""];
  if (number === undefined || factor === undefined) throw new Error(MESSAGES.badDuration(text));
  return Number(number) * factor;
}
