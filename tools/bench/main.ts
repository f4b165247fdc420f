import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { type Findings, verdictTable } from "./goal";
import { measureLaunch } from "./launch";
import { withResults } from "./results-page";
import { measureSynth } from "./synth";

const PAGE = join(__dirname, "../../docs/benchmarks.md");
const PARTS: Readonly<Record<string, () => Promise<Findings>>> = {
  synth: measureSynth,
  launch: measureLaunch,
};

async function main(args: readonly string[]): Promise<void> {
  const known = [...Object.keys(PARTS), "--write"];
  const unknown = args.find((arg) => !known.includes(arg));
  if (unknown !== undefined) {
    throw new Error(`arguments must be of ${known.join(", ")}, got ${JSON.stringify(unknown)}`);
  }
  forgetSettings();
  const named = args.filter((arg) => arg !== "--write");
  for (const part of named.length > 0 ? named : Object.keys(PARTS)) {
    await play(part, args.includes("--write"));
  }
}

/** What a person has set for a cluster of theirs must not change what is measured. */
function forgetSettings(): void {
  const names = Object.keys(process.env).filter((name) => /^(?:TF_VAR|CDKTF)_/.test(name));
  for (const name of names) Reflect.deleteProperty(process.env, name);
}

async function play(part: string, write: boolean): Promise<void> {
  const { text, verdicts } = await (PARTS[part] as () => Promise<Findings>)();
  const results = [`Machine: ${machine()}.`, text, verdictTable(verdicts)].join("\n\n");
  process.stdout.write(`${results}\n\n`);
  if (write) writeFileSync(PAGE, withResults(readFileSync(PAGE, "utf8"), part, results));
  if (verdicts.some(({ met }) => !met)) process.exitCode = 1;
}

function machine(): string {
  return `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 1;
});
