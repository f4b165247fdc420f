import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { compare } from "./comparison";
import type { Findings } from "./goal";
import { measure, type Program } from "./measurement";
import { agentsApp, bareCdktf, ourApp, stockApp, tasksApp } from "./programs";
import { checkSameStacks, writeStockProject } from "./stock/stock-project";
import { type Curve, synthTables, synthVerdicts } from "./synth-report";

const FOLDER = join(__dirname, "../../dist/bench");
const [OUR_WAY, STOCK_WAY, BARE] = ["ours", "stock template", 'bare `require("cdktf")`'];
const ROUNDS = 5;
const COUNTS = [10, 100, 1000];

/** What a synth costs: ours beside two others, and by the number of agents and of tasks. */
export async function measureSynth(): Promise<Findings> {
  const stock = await stockProject();
  const results = {
    ways: await compare([ourApp(OUR_WAY), stockApp(STOCK_WAY, stock), bareCdktf(BARE)], ROUNDS),
    ourWay: OUR_WAY,
    agents: await curve(agentsApp),
    tasks: await curve(tasksApp),
  };
  return { text: synthTables(results), verdicts: synthVerdicts(results, STOCK_WAY) };
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

async function curve(app: (count: number) => Program): Promise<Curve> {
  const medians = await compare(COUNTS.map(app), ROUNDS);
  return new Map([...medians].map(([count, measurement]) => [Number(count), measurement]));
}
