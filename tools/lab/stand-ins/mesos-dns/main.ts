import * as http from "node:http";
import { readConfig } from "./config";
import { serveDns } from "./dns-server";
import { Records, recordsOf } from "./records";
import { loadState } from "./state-source";

const NOTHING: Records = new Map();

const HTTP_PORT = 8123;

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
  serveDns(config, () => records, fail);
  if (config.httpon) serveHttp();
  void refresh();
  setInterval(() => void refresh(), config.refreshSeconds * 1000);
}

/** The API of the real one, of which there is the version only. */
function serveHttp(): void {
  const version = JSON.stringify({ Service: "Mesos-DNS", Version: "0.9.0" });
  http
    .createServer(({ url }, response) => response.writeHead(url === "/v1/version" ? 200 : 404).end(version))
    .on("error", fail)
    .listen(HTTP_PORT);
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
