import { UnitError } from "./unit-error";

const SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  "": 1,
  s: 1,
  sec: 1,
  seconds: 1,
  second: 1,
  m: 60,
  min: 60,
  minutes: 60,
  minute: 60,
  h: 3600,
  hr: 3600,
  hours: 3600,
  hour: 3600,
  d: 86_400,
  days: 86_400,
  day: 86_400,
};

/**
 * A time as systemd writes it, such as `5min 20s`, in seconds.
 *
 * @returns `Infinity` for `infinity`
 * @throws UnitError when it is none
 */
export function parseTimeSpan(text: string): number {
  if (text.trim() === "infinity") return Infinity;
  if (!/^\s*(\d+(\.\d+)?\s*[a-z]*\s*)+$/.test(text))
    throw new UnitError(`${JSON.stringify(text)} is no time span`);
  return [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/g)].reduce((sum, [, number, unit]) => {
    const factor = SECONDS[unit ?? ""];
    if (factor === undefined) throw new UnitError(`${JSON.stringify(unit)} is no unit of time`);
    return sum + Number(number) * factor;
  }, 0);
}
