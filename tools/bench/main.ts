import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { compare } from "./comparison";
import { measure } from "./measurement";
import { bareCdktf, ourApp, stockApp } from "./programs";
import { type Results, resultTables, verdicts, verdictTable } from "./report";
import { checkSameStacks, writeStockProject } from "./stock/stock-project";

const FOLDER = join(__dirname, "../../dist/bench");
const PAGE = join(__dirname, "../../docs/benchmarks.md");
const [OUR_WAY, STOCK_WAY, BARE] = ["ours", "stock template", 'bare `require("cdktf")`'];
const ROUNDS = 5;
const AGENTS = [10, 100, 1000];

async function main(args: string[]): Promise<void> {
  if (args.some((arg) => arg !== "--write")) {
    throw new Error(`the only option is --write, got ${JSON.stringify(args)}`);
  }
  const stock = await stockProject();
  const results: Results = {
    machine: `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
    ways: await compare([ourApp(OUR_WAY), stockApp(STOCK_WAY, stock), bareCdktf(BARE)], ROUNDS),
    ourWay: OUR_WAY,
    curve: await curve(),
  };
  const goals = verdicts(results, STOCK_WAY);
  const text = `${resultTables(results)}\n\n${verdictTable(goals)}`;
  process.stdout.write(`${text}\n`);
  if (args.includes("--write")) refresh(text);
  if (goals.some(({ met }) => !met)) process.exitCode = 1;
}

/** Makes the stock project, and sure that it does what ours does. */
async function stockProject(): Promise<string> {
  const [ours, stock] = [join(FOLDER, "ours"), join(FOLDER, "stock")];
  mkdirSync(ours, { recursive: true });
  await measure(ourApp(OUR_WAY), ours);
  writeStockProject(stock, join(ours, "out"));
  await measure(stockApp(STOCK_WAY, stock), stock);
  checkSameStacks(join(ours, "out"), join(stock, "out"));
  return stock;
}

async function curve(): Promise<Results["curve"]> {
  const medians = await compare(
    AGENTS.map((agents) => ourApp(String(agents), agents)),
    ROUNDS,
  );
  return new Map([...medians].map(([agents, measurement]) => [Number(agents), measurement]));
}

/** Replaces what stands between the page's two marks. */
function refresh(text: string): void {
  const [begin, end] = ["<!-- results -->", "<!-- end of results -->"];
  const page = readFileSync(PAGE, "utf8");
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`${PAGE} must hold ${begin} and, after it, ${end}`);
  writeFileSync(PAGE, `${page.slice(0, before)}${begin}\n\n${text}\n\n${page.slice(after)}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 1;
});
