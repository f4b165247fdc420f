import type { Agent } from "../cluster-state";
import { Answer, ApiRequest, jsonAnswer, NOT_FOUND } from "./answer";
import { AGENT_PORT, MESOS_RELEASE } from "./mesos-release";
import { amountsJson } from "./resources-json";
import { downloadSandboxFile, LocateFile, readSandboxFile } from "./sandbox-file";

/** What an agent says of itself. */
export interface AgentView extends Pick<Agent, "id" | "address" | "total" | "attributes"> {
  /** Host of the master it is registered with, where that is known. */
  readonly master?: string;
}

/**
 * An agent's answer.
 *
 * @param locate where the sandboxes of its tasks lie
 */
export function answerAsAgent(
  { url }: Pick<ApiRequest, "url">,
  agent: AgentView,
  locate: LocateFile,
): Answer {
  const { pathname, searchParams } = new URL(url, "http://agent");
  switch (pathname.replace(/^\/slave\(1\)(?=\/)/, "")) {
    case "/health":
      return { status: 200 };
    case "/version":
      return jsonAnswer({ version: MESOS_RELEASE.version });
    case "/state":
      return jsonAnswer({
        version: MESOS_RELEASE.version,
        id: agent.id,
        pid: `slave(1)@${agent.address}:${AGENT_PORT}`,
        hostname: agent.address,
        attributes: agent.attributes ?? {},
        master_hostname: agent.master,
        resources: amountsJson(agent.total),
      });
    case "/files/read":
      return readSandboxFile(locate, searchParams);
    case "/files/download":
      return downloadSandboxFile(locate, searchParams);
    default:
      return NOT_FOUND;
  }
}
