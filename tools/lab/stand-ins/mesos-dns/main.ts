import { readConfig } from "./config";
import { serveDns } from "./dns-server";
import { Records, recordsOf } from "./records";
import { loadState } from "./state-source";

const NOTHING: Records = new Map();

/** Stands in for Mesos-DNS: names of tasks from what the leading master says, all else from resolvers. */
function main(): void {
  const file = /^--?config=(.*)$/.exec(process.argv.slice(2).join(" "))?.[1] ?? "config.json";
  const config = readConfig(file);
  let records = NOTHING;
  let problem = "";
  const refresh = async () => {
    try {
      records = recordsOf(await loadState(config), config.domain, config.IPSources);
      problem = "";
    } catch (error) {
      // what was known last stays, as with the real one
      if (problem !== (error as Error).message)
        console.error(`ERROR: no master: ${(error as Error).message}`);
      problem = (error as Error).message;
    }
  };
  if (config.dnson) serveDns(config, () => records, fail);
  void refresh();
  setInterval(() => void refresh(), config.refreshSeconds * 1000);
}

function fail(error: Error): never {
  console.error(`ERROR: ${error.message}`);
  process.exit(1);
}

try {
  main();
} catch (error) {
  fail(error as Error);
}
