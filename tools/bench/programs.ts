import { readFileSync } from "node:fs";
import { join } from "node:path";
import { settingEnvName } from "../../lib/app/settings";
import type { Program } from "./measurement";

const REPOSITORY = join(__dirname, "../..");

/** `main.ts`, started as cdktf.json says. */
export function ourApp(name: string, agents?: number): Program {
  const { app } = JSON.parse(readFileSync(join(REPOSITORY, "cdktf.json"), "utf8")) as { app: string };
  const [node, ...args] = app.split(" ");
  if (node !== "node") throw new Error(`cdktf.json: "app" must start node, got ${JSON.stringify(app)}`);
  const env = agents === undefined ? {} : { [settingEnvName("agentCount")]: String(agents) };
  return { name, args, directory: REPOSITORY, env };
}

/** The same resources in the way of cdktf's own template: type-checked by ts-node at every run. */
export function stockApp(name: string, directory: string): Program {
  return { name, args: [require.resolve("ts-node/dist/bin.js"), "main.ts"], directory };
}

/** The least any app on cdktf can cost. */
export function bareCdktf(name: string): Program {
  return { name, args: ["--eval", 'require("cdktf")'], directory: REPOSITORY };
}
