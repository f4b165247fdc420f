import { readCredential, readCredentials } from "../credentials";
import { die, Fatal, log } from "../program";
import { Agent } from "./agent";
import { agentFlags, THIS_HOST } from "./agent-flags";
import { agentServer } from "./agent-server";
import { MasterLink } from "./master-link";

const DEFAULT_PORT = 5051;

const fail = (error: unknown) => die("main.cpp:619", error);

/** Stands in for mesos-agent: decides from its flags, its files and its machine. */
async function main(): Promise<void> {
  const flags = agentFlags(THIS_HOST);
  const { ip = "127.0.0.1", port = DEFAULT_PORT, hostname = ip, http_credentials: file } = flags;
  if (flags.authenticate_http_readonly && file === undefined) {
    throw new Fatal(
      "No credentials provided for the default 'basic' HTTP authenticator for realm 'mesos-agent-readonly'",
    );
  }
  const credential = readCredential(flags.credential);
  const agent = new Agent(flags, { ip, port, hostname });
  const server = agentServer(agent, readCredentials(file));
  server.on("error", fail);
  server.keepAliveTimeout = 0;
  server.listen(port, ip, () => log("I", "main.cpp:600", `Starting Mesos agent on ${ip}:${port}`));
  await agent.recover();
  agent.link = new MasterLink({
    master: flags.master ?? "",
    credential,
    registration: () => agent.registration(),
    hear: (message) => agent.hear(message),
    failed: fail,
  });
}

main().catch(fail);
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
