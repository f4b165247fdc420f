/** What was asked of systemctl. */
export interface SystemctlRequest {
  readonly verb: string;
  readonly units: readonly string[];
  /** `--now`: enable also starts, disable also stops. */
  readonly now: boolean;
  readonly quiet: boolean;
  /** `--no-block`: does not wait for a start or stop. */
  readonly noBlock: boolean;
  /** Only values, in `show`. */
  readonly valueOnly: boolean;
  /** Properties asked for; none = all. */
  readonly properties: readonly string[];
  /** Journal lines of `status`. */
  readonly lines: number;
}

const FLAGS: Readonly<Record<string, "now" | "quiet" | "noBlock" | "valueOnly" | "ignored">> = {
  "--now": "now",
  "--quiet": "quiet",
  "-q": "quiet",
  "--no-block": "noBlock",
  "--value": "valueOnly",
  "--no-pager": "ignored",
  "--full": "ignored",
  "-l": "ignored",
  "--system": "ignored",
};

/**
 * Reads systemctl's command line. Options may stand anywhere.
 *
 * @throws Error for an option the rehearsal does not know
 */
export function parseSystemctl(args: readonly string[]): SystemctlRequest {
  const words: string[] = [];
  const properties: string[] = [];
  const flags = { now: false, quiet: false, noBlock: false, valueOnly: false, ignored: false };
  let lines = 10;
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, option = arg, inline] = /^(--[a-z-]+)=(.*)$/.exec(arg) ?? /^(-[pn])(.+)$/.exec(arg) ?? [];
    const flag = FLAGS[arg];
    const value = () => inline ?? required(option, rest.shift());
    if (!arg.startsWith("-")) words.push(arg);
    else if (flag) flags[flag] = true;
    else if (option === "-p" || option === "--property") properties.push(...value().split(","));
    else if (option === "-n" || option === "--lines") lines = Number(value());
    else throw new Error(`the rehearsal's systemctl does not know option ${JSON.stringify(arg)}`);
  }
  const [verb, ...units] = words;
  if (verb === undefined) throw new Error("the rehearsal's systemctl needs a verb, got none");
  return { verb, units, properties, lines, ...flags };
}

function required(option: string, value: string | undefined): string {
  if (value === undefined) throw new Error(`option ${JSON.stringify(option)} needs a value, got none`);
  return value;
}
