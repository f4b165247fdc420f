import { readFileSync } from "node:fs";
import { join } from "node:path";
import { settingEnvName } from "../../lib/app/settings";
import type { Program } from "./measurement";

const REPOSITORY = join(__dirname, "../..");

/** `main.ts`, started as cdktf.json says. */
export function ourApp(name: string): Program {
  const { app } = JSON.parse(readFileSync(join(REPOSITORY, "cdktf.json"), "utf8")) as { app: string };
  const [node, ...args] = app.split(" ");
  if (node !== "node") throw new Error(`cdktf.json: "app" must start node, got ${JSON.stringify(app)}`);
  return { name, args, directory: REPOSITORY };
}

/** `main.ts` with so many agents. */
export function agentsApp(agents: number): Program {
  const env = { [settingEnvName("agentCount")]: String(agents) };
  return { ...ourApp(String(agents)), env };
}

/** An app that declares so many tasks. */
export function tasksApp(tasks: number): Program {
  const args = ["--require", "tsx/cjs", join(__dirname, "task-app.ts"), String(tasks)];
  return { name: String(tasks), args, directory: REPOSITORY };
}

/** The same resources in the way of cdktf's own template: type-checked by ts-node at every run. */
export function stockApp(name: string, directory: string): Program {
  return { name, args: [require.resolve("ts-node/dist/bin.js"), "main.ts"], directory };
}

/** The least any app on cdktf can cost. */
export function bareCdktf(name: string): Program {
  return { name, args: ["--eval", 'require("cdktf")'], directory: REPOSITORY };
}
