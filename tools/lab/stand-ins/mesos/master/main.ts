import { randomUUID } from "node:crypto";
import { masterInfo, MasterInfo } from "../../zookeeper/master-info";
import { readCredentials } from "../credentials";
import { die, log, now, VERSION } from "../program";
import { Contender } from "./contender";
import { Leader } from "./leader";
import { masterFlags } from "./master-flags";
import { masterServer } from "./master-server";
import { RegisteredAgent, Replica } from "./registry";

const DEFAULT_PORT = 5050;

/** How long a leader may take to read the registry, in seconds. */
const FETCH_TIMEOUT_SEC = 60;

const fail = (error: unknown) => die("main.cpp:478", error);

/** Stands in for mesos-master: decides from its flags, its files and ZooKeeper. */
function main(): void {
  const { flags, zk } = masterFlags();
  const { ip = "127.0.0.1", port = DEFAULT_PORT, hostname = ip } = flags;
  const info = masterInfo(ip, port, hostname, randomUUID(), VERSION);
  const credentials = readCredentials(flags.credentials);
  const startedAt = now();
  let leader: Leader | undefined;
  let leading: MasterInfo | undefined;
  const lead = (agents: readonly RegisteredAgent[], store: (agents: readonly RegisteredAgent[]) => void) => {
    leading = info;
    const { cluster: name, agent_reregister_timeout: reregisterSec } = flags;
    leader = new Leader({ name, address: hostname, id: info.id, reregisterSec, agents, store });
  };
  const server = masterServer(() => ({ startedAt, flags, info, credentials, leader, leading }));
  server.on("error", fail);
  server.listen(port, ip, () => {
    log("I", "main.cpp:344", `Starting Mesos master ${info.id} (${hostname}) on ${ip}:${port}`);
    // alone, it forgets its agents with its process
    if (zk === undefined) return lead([], () => undefined);
    const contender = new Contender({
      url: zk,
      sessionSec: flags.zk_session_timeout,
      quorum: flags.quorum ?? 1,
      info,
      replica: new Replica(flags.work_dir ?? "/var/lib/mesos/master"),
      fetchTimeoutSec: flags.registry_fetch_timeout ?? FETCH_TIMEOUT_SEC,
      follows: (other) => (leading = other),
      leads: (agents) => lead(agents, (now) => contender.store(now)),
      fail,
    });
  });
}

try {
  main();
} catch (error) {
  fail(error);
}
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
