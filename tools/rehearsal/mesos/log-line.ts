/**
 * A line of Mesos's log: level, month and day, time, process, source.
 *
 * @param at in UTC
 * @see https://github.com/google/glog
 */
export function logLine(level: "I" | "W" | "E", at: Date, pid: number, source: string, text: string): string {
  const [date = "", time = ""] = at.toISOString().split("T");
  const [, month, day] = date.split("-");
  return `${level}${month}${day} ${time.replace("Z", "")}000 ${String(pid).padStart(5)} ${source}] ${text}`;
}
